"""What a county shares of its practices is found from the front page, and each tells how it came about."""

from __future__ import annotations

import pytest

from desk_ground import ROOT, Desk, county, desk
from resident_ground import Visitor
from tongban.apps.adoption.adopting import adopt
from tongban.apps.beside.sharing import keep_practice, share_practice
from tongban.apps.publication.position import look_again
from tongban.kernel.refusal import Refused
from tongban.web.public.beside import _opens

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
