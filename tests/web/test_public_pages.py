"""What everybody may read: complete, cheap, and without a word that names anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from publication_ground import published
from resident_ground import Visitor
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure import counting
from tongban.apps.office import office
from tongban.store.published import Text, put

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

MOST = 12
BASELINE = {"figures": 7, "figures again": 4, "cases": 2, "one case": 3, "trust": 2}
CASE = "01900000-0000-7000-8000-{:012d}"


def out(n: int, words: str, what: str = "case") -> str:
    """A text that is public."""
    here = office()
    text = (
        '{{"parts": [["public_text", "{}"]], "outcome": "resolved", "unit": "urban-enforcement",'
        ' "opened": "2026-03-02T01:00:00+00:00", "settled": "2026-03-05T01:00:00+00:00", "adoption": "{}"}}'
    ).format(words, dict(here.practices(datetime.now(UTC)))["hotline"])
    since = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(hours=n)
    put(here.journal, Text(what, CASE.format(n), "01.05.04", "330822", words, text, words, since))
    return CASE.format(n)


@pytest.fixture
def visitor(desk: Desk) -> Iterator[Visitor]:
    counting.forget()
    yield Visitor()
    counting.forget()


def month_of_cases(desk: Desk, how_many: int) -> str:
    """Cases declined in March 2026."""
    for n in range(how_many):
        at = datetime(2026, 3, 2, 2, n % 60, tzinfo=UTC)
        clerk, dispatcher = desk.acting(desk.clerk).actor, desk.acting(desk.dispatcher).actor
        given = {"body": f"第{n}件", "phone": "13812345678", "category": "01.05.04", "sort": "help"}
        taken = open_case("hotline", given, Acting(at, clerk), channel="desk")
        assert isinstance(taken, Taken)
        from tongban.apps.casework.take import take

        after = Acting(at + timedelta(hours=1), dispatcher)
        assert isinstance(
            take(taken.number, "decline", {"decline_reason": "petition", "remedy": "信访局"}, after), Taken
        )
    return "2026-03"


def test_every_figure_stands_with_its_counts_its_interval_and_what_was_left_out(
    visitor: Visitor, desk: Desk
) -> None:
    period = month_of_cases(desk, 7)
    published(desk, period)
    page = visitor.get(f"/open/figures/{period}/").page
    own = page.partition('id="declined_share"')[2].partition("</tr>")[0]
    assert "100.0 %" in own
    assert "7 / 7" in own
    assert re.search(r"64\.\d % – 100\.0 %", own)
    assert "剔除" in own
    assert re.search(r'data-label="样本量">7</td>', own)
    # A way of working of which nothing came up that month is named, and takes no screen of zeros.
    quiet = page.partition("这个月还没有数的")[2].partition("</p>")[0]
    assert "反映窗口" in quiet and "热线" not in quiet


def test_a_month_that_is_not_over_is_not_told_and_one_to_come_is_not_there(visitor: Visitor) -> None:
    """What a running month says today less what it said yesterday is one case."""
    local = datetime.now(UTC) + timedelta(hours=8)
    running = visitor.get(f"/open/figures/{local:%Y-%m}/")
    assert running.status == 404
    assert "还没有过完" in running.page
    ahead = visitor.get(f"/open/figures/{local.year + 1}-01/")
    assert ahead.status == 404
    assert "还没有到" in ahead.page


def test_without_a_month_the_last_released_one_is_shown_and_any_can_be_chosen(
    visitor: Visitor, desk: Desk
) -> None:
    visitor.get("/open/figures/")
    assert re.fullmatch(r"/open/figures/\d{4}-\d{2}/", visitor.path)
    assert visitor.get("/open/figures/?period=2026-03").path == "/open/figures/2026-03/"
    published(desk, month_of_cases(desk, 7))
    visitor.get("/open/figures/")
    assert visitor.path == "/open/figures/2026-03/"


@pytest.mark.parametrize("period", ["2026-13", "x", "2026-1", "%00", "9" * 300, "..%2f..", "２０２６-03"])
def test_what_is_no_month_is_told_so(visitor: Visitor, period: str) -> None:
    assert visitor.get(f"/open/figures/{period}/").status == 404


def test_cases_are_listed_found_and_read(visitor: Visitor) -> None:
    first, second = out(1, "老街口路灯已修好。"), out(2, "菜市场下水道已疏通。")
    page = visitor.get("/open/cases/").page
    assert page.index("菜市场下水道已疏通") < page.index("老街口路灯已修好")
    found = visitor.get("/open/cases/?words=路灯").page
    assert visitor.get("/open/cases/?words=路燈").page.count("/open/cases/") == found.count("/open/cases/")
    assert first in found
    assert second not in found
    one = visitor.get(f"/open/cases/{first}/").page
    for words in ("老街口路灯已修好。", "县综合行政执法局", "常山县", "3 天有结果"):
        assert words in one
    assert visitor.get(f"/open/cards/{first}/").status == 404


def test_cards_and_refusals_have_their_own_lists(visitor: Visitor) -> None:
    card, refusal = out(3, "两张证互为前置", "card"), out(4, "法律规定须本人到场", "refusal")
    assert card in visitor.get("/open/cards/").page
    assert refusal in visitor.get("/open/refusals/").page
    assert "两张证互为前置" not in visitor.get("/open/refusals/").page


def test_older_pages_keep_the_search(visitor: Visitor) -> None:
    for n in range(25):
        out(n + 10, f"第{n}盏路灯已修好。")
    page = visitor.get("/open/cases/?words=路灯").page
    older = re.search(r'href="(\?words=[^"]+)" rel="next"', page)
    assert older
    rest = visitor.get("/open/cases/" + older[1].replace("&amp;", "&")).page
    assert rest.count("public-case") == 5
    assert 'rel="next"' not in rest


@pytest.mark.parametrize(
    "query",
    [
        "words=%00",
        "words=%25",
        "words=%27%22",
        "after=x",
        "after=%00~%00",
        "after=2026~1",
        "words=" + "水" * 5000,
    ],
)
def test_strange_questions_get_a_page(visitor: Visitor, query: str) -> None:
    out(1, "老街口路灯已修好。")
    assert visitor.get(f"/open/cases/?{query}").status == 200


def test_what_is_written_is_shown_and_never_run(visitor: Visitor) -> None:
    name = out(1, "<script>alert(1)</script>")
    for path in ("/open/cases/", f"/open/cases/{name}/", "/open/cases/?words=<script>alert(1)</script>"):
        assert "<script>alert" not in visitor.get(path).page


def test_similar_cases_are_offered_while_writing_and_before_sending(visitor: Visitor) -> None:
    name = out(1, "老街口路灯已修好，换了三盏灯。")
    part = visitor.get("/alike/?lang=zh-Hans&body=老街口的路灯坏了快半个月").page
    assert name in part
    assert "<html" not in part
    assert visitor.get("/alike/?body=路灯").page.strip() == ""
    assert visitor.get("/alike/").page.strip() == ""
    assert visitor.get("/alike/?body=%00%00%00%00%00%00%00%00%00").status == 200
    visitor.begin("/", "老街口的路灯坏了快半个月").press().press(phone="13812345678")
    assert name in visitor.page


def test_trust_shows_the_keys_and_says_when_nothing_is_signed_yet(visitor: Visitor) -> None:
    page = visitor.get("/open/trust/").page
    assert "tongban.330822+" in page
    assert "还没有签出第一个存证点" in page
    assert visitor.get("/open/trust/checkpoint.txt").status == 404


def test_the_pages_ask_the_database_as_often_as_they_did(
    visitor: Visitor, desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    period, name = month_of_cases(desk, 7), out(1, "老街口路灯已修好。")
    published(desk, period)
    paths = {
        "figures": f"/open/figures/{period}/",
        "figures again": f"/open/figures/{period}/",
        "cases": "/open/cases/",
        "one case": f"/open/cases/{name}/",
        "trust": "/open/trust/",
    }
    found = {page: len(sent_queries(lambda path=path: Client().get(path))) for page, path in paths.items()}
    assert found == BASELINE
    assert max(found.values()) <= MOST


def test_a_public_case_opens_with_its_loop_and_tells_days_without_hours_or_names(
    visitor: Visitor, desk: Desk
) -> None:
    loaded = office().load(desk.replied().replace(" ", ""))
    assert loaded is not None
    adoption = dict(office().practices(datetime.now(UTC)))["hotline"]
    body = (
        '{"parts": [["public_text", "下水道疏通了。"]], "outcome": "resolved", "unit": "urban-enforcement",'
        f' "opened": "2026-03-02T01:00:00+00:00", "settled": "2026-03-05T01:00:00+00:00", "adoption": "{adoption}"}}'
    )
    since = datetime(2026, 4, 1, tzinfo=UTC)
    text = Text("case", loaded.case.id, "01.05.04", "330822", "下水道疏通了。", body, "下水道疏通了。", since)
    put(office().journal, text)
    page = visitor.get(f"/open/cases/{loaded.case.id}/").page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert main.index('class="loop') < main.index("facts sheet")
    for words in ("办理期限", "5 个工作日", "按时", "日期怎么来的", "不计入"):
        assert words in main
    assert re.findall(r"\d\d?:\d\d", re.sub(r"<[^>]*>", " ", main)) == []
    for name in ("郑金花", "徐秋菊", desk.handler, "13812345678"):
        assert name not in main
