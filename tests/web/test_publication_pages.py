"""The public site of figures: what is published, one figure as a page, open data, feeds."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from publication_ground import PERIOD, declined, forget, published
from resident_ground import Visitor
from tongban.apps.disclosure.figures import months
from tongban.apps.office import office
from tongban.store.published import Text, put

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PAGE = "/open/figures/hotline/declined_share/"
CASE = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def visitor(desk: Desk) -> Iterator[Visitor]:
    forget()
    yield Visitor()
    forget()


def rows(visitor: Visitor, address: str) -> list[dict[str, str]]:
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content[:200]
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_a_figure_has_a_page_with_its_value_its_two_years_and_its_definition(
    visitor: Visitor, desk: Desk
) -> None:
    declined(desk, 7)
    published(desk)
    page = visitor.get(f"{PAGE}?period={PERIOD}").page
    for words in (
        "不予受理率",
        "100.0 %",
        "7 件里的 7 件",
        "两年走势",
        "怎么数的",
        "当月办结的诉求",
        "由两个人核对发布",
    ):
        assert words in page
    assert 'class="chart lines" id="trend"' in page
    definition = page.partition('class="definition"')[2]
    assert "case.outcome ==" in definition.replace("&quot;", '"')
    assert "引用" in page


def test_months_that_are_not_released_are_neither_told_nor_drawn(visitor: Visitor, desk: Desk) -> None:
    declined(desk, 3)
    declined(desk, 7, "2026-02")
    published(desk, "2026-02")
    told = rows(visitor, f"{PAGE}?period={PERIOD}&as=csv&chart=trend")
    assert len(told) == 24
    assert told[0] == {
        "月份": "2026年3月",
        "值 (%)": "",
        "下限 (%)": "",
        "上限 (%)": "",
        "分子": "",
        "分母": "",
    }
    assert (told[1]["分母"], told[2]["分母"]) == ("7", "")


def test_how_long_things_took_is_told_as_shares_and_only_of_enough_cases(
    visitor: Visitor, desk: Desk
) -> None:
    declined(desk, 29, "2026-02")
    declined(desk, 30)
    address = f"/open/figures/hotline/late_share/?period={PERIOD}"
    published(desk, "2026-02")
    assert 'id="months"' not in visitor.get(address).page
    published(desk)
    assert 'id="months"' in visitor.get(address).page
    told = rows(visitor, f"{address}&as=csv&chart=months")
    assert told == [{"月份": "2026-03", **{f"P{n} (天)": "2.0" for n in (10, 25, 50, 75, 90)}}]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/open/figures/hotline/no_such/", "没有“hotline/no_such”这个数"),
        ("/open/figures/no_such/declined_share/", "没有"),
        (f"{PAGE}?period=2026-13", "不是一个月份"),
        (f"{PAGE}?as=csv&chart=x", "没有“x”这张图"),
        ("/open/data/2026-03/figures.doc", "没有“figures.doc”这个文件"),
        ("/open/data/2026-3/figures.csv", "不是一个月份"),
    ],
)
def test_what_is_not_there_is_said_so(visitor: Visitor, address: str, says: str) -> None:
    answer = visitor.get(address)
    assert answer.status == 404
    assert says in answer.page


def test_the_front_page_says_the_months_figures_in_words_and_leads_to_all_else(
    visitor: Visitor, desk: Desk
) -> None:
    period = months(datetime.now(UTC), 1)[0]
    assert "还没有公布过一个月的数" in visitor.get("/open/").page
    declined(desk, 30, period)
    published(desk, period)
    page = visitor.get("/open/").page
    assert "件里的" in page
    assert "没有上个月的数可比" in page
    for address in (
        f"/open/figures/{period}/",
        "/open/boards/",
        "/open/cases/",
        "/open/data/",
        "/open/trust/",
    ):
        assert f'href="{address}"' in page


def test_files_tell_what_the_pages_tell_in_three_forms(visitor: Visitor, desk: Desk) -> None:
    declined(desk, 7)
    published(desk)
    told = {
        (row["practice"], row["indicator"]): row for row in rows(visitor, f"/open/data/{PERIOD}/figures.csv")
    }
    own = told["hotline", "declined_share"]
    assert (own["numerator"], own["denominator"], own["value"], own["told"]) == ("7", "7", "1.0", "true")
    assert len(own["definition"]) == 64
    same = json.loads(Client().get(f"/open/data/{PERIOD}/figures.json").content)
    assert [row["title_en"] for row in same] == [row["title_en"] for row in told.values()]
    assert Client().get(f"/open/data/{PERIOD}/units.parquet").content.startswith(b"PAR1")


def test_every_column_and_every_figure_stands_in_the_dictionary(visitor: Visitor, desk: Desk) -> None:
    declined(desk, 7)
    published(desk)
    found = json.loads(Client().get("/open/data/dictionary.json").content)
    names = [column["name"] for column in found["columns"]["figures"]]
    assert names == list(rows(visitor, f"/open/data/{PERIOD}/figures.csv")[0])
    own = next(each for each in found["indicators"] if each["indicator"] == "handled_on_time")
    assert own["en"]["left_out"] == ["Withdrawn by the requester", "Answered in time with a leading case"]
    assert [part["part"] for part in own["parts"]] == ["denominator", "numerator", "exclusion", "exclusion"]
    page = visitor.get("/open/data/").page
    assert all(f"<code>{name}</code>" in page for name in names)
    assert "hotline/handled_on_time" not in page, "a practice is opened, not all of them sent"
    assert 'href="?practice=hotline#indicators"' in page
    assert "hotline/handled_on_time" in visitor.get("/open/data/?practice=hotline").page


def test_the_catalogue_lists_a_file_for_every_released_month_and_form(visitor: Visitor, desk: Desk) -> None:
    declined(desk, 7)
    published(desk)
    found = json.loads(Client().get("/open/data/catalog.jsonld").content)
    files = [each["dcat:downloadURL"]["@id"] for each in found["dcat:dataset"][0]["dcat:distribution"]]
    assert len(files) == 3
    assert Client().get(files[0].removeprefix("http://testserver")).status_code == 200


def test_a_feed_tells_of_published_matters_by_days(visitor: Visitor, desk: Desk) -> None:
    here = office()
    text = '{"parts": [["public_text", "修好了"]], "unit": "urban-enforcement", "opened": "2026-03-02T01:00:00+00:00", "adoption": ""}'
    since = datetime(2026, 4, 1, 7, 30, tzinfo=UTC)
    put(here.journal, Text("case", CASE, "01.05.04", "330822", "路灯 <修好> & 亮了", text, "路灯", since))
    answer = Client().get("/open/feeds/cases.atom")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    entry = ElementTree.fromstring(answer.content).find(f"{atom}entry")
    assert entry is not None
    assert entry.findtext(f"{atom}title") == "路灯 <修好> & 亮了"
    assert entry.findtext(f"{atom}updated") == "2026-03-31T16:00:00+00:00"
    assert entry.find(f"{atom}link").attrib["href"].endswith(f"/open/cases/{CASE}/")  # type: ignore[union-attr]
    assert Client().get("/open/feeds/none.atom").status_code == 404


@pytest.mark.parametrize("address", ["/open/feeds/cases.atom", f"/open/data/{PERIOD}/figures.csv"])
def test_whoever_has_it_already_is_not_sent_it_again(visitor: Visitor, desk: Desk, address: str) -> None:
    declined(desk, 7)
    published(desk)
    tag = Client().get(address).headers["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "address", ["/open/", "/open/data/", f"{PAGE}?period={PERIOD}", f"/open/figures/{PERIOD}/"]
)
def test_pages_stay_light(visitor: Visitor, desk: Desk, address: str) -> None:
    declined(desk, 7)
    published(desk)
    assert len(visitor.get(address).page.encode()) < 100_000
