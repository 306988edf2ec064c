"""What a county shares of its practices is found from the front page, and each tells how it came about."""

from __future__ import annotations

import pytest

from desk_ground import ROOT, Desk, county, desk
from publication_ground import look_again
from resident_ground import Visitor
from tongban.apps.adoption.adopting import adopt
from tongban.apps.beside.sharing import keep_practice, share_practice
from tongban.apps.beside.sheets import Beside
from tongban.kernel.refusal import Refused
from tongban.library.reading import read_practice
from tongban.library.sheet import FORMAT, Sheet, Told
from tongban.web.public.beside import _opens, column

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PRACTICE = "contest"
PAGE = f"/open/practices/{PRACTICE}/"


def test_a_shared_practice_is_found_from_the_front_page_and_says_how_it_came_about(desk: Desk) -> None:
    visitor, boss = Visitor(), desk.acting("hushaohua")
    assert PAGE not in visitor.get("/open/").page
    assert "还没有公开做法" in visitor.get("/open/practices/").page
    done = adopt(ROOT / "practices" / PRACTICE, {}, ("county-government",), boss)
    assert not isinstance(done, Refused), done
    assert share_practice(PRACTICE, "", boss) is None
    look_again()
    for address in ("/open/", "/open/practices/"):
        page = visitor.get(address).page
        assert f'href="{PAGE}"' in page and "做法，各县怎么用" in page
    page = visitor.get(PAGE).page
    assert "怎么来的" in page and 'href="/open/practices/"' in page
    assert "乡镇部门村社三大擂台" in page and "县报通讯" in page
    assert keep_practice(PRACTICE, boss) is None


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("/open/cards/", "https://there.example/open/cards/"),
        ("//evil.example", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_link_that_another_county_wrote_leads_to_pages_alone(url: str, opens: str) -> None:
    assert _opens(url, "https://there.example") == opens


@pytest.mark.parametrize(
    ("limit", "told"), [("7 working_days", 0), ("10 working_days", 1), ("5 working_days", 0)]
)
def test_a_county_that_loosened_a_limit_says_so_beside_its_figure(limit: str, told: int) -> None:
    read = read_practice(ROOT / "practices" / "township_platform")
    assert not isinstance(read, Refused)
    effect = Told(
        {}, "better", (12, 7), 0, (5_000, 7_000), (8_000, 7_000), (90, 90, 90, 90), 3_000, 1_000, 5_000, 0, 0
    )
    at, chose = "2026-03-02T01:00:00.000000Z", {"handle_limit": limit}
    sheet = Sheet(FORMAT, "330897", {}, at, read.id, at, {}, chose, 12, "", effect=effect)
    side = Beside("330897", {}, sheet=sheet, practice=read)
    found = column(side, (side,), "zh-Hans").loosened
    assert len(found) == told
    assert all("办理期限" in each and "7 个工作日" in each and "10 个工作日" in each for each in found)
