"""The table of the monthly meeting: as it stood when the month closed, and as it stands now; nobody fills it in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, county, desk, sent_queries
from portfolio_ground import HOME, Portfolio
from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.progress.course import over_limit
from tongban.apps.progress.index import Share, index
from tongban.apps.progress.month import Cell, Line, MonthTable, month_table
from tongban.apps.progress.month_paper import month_paper
from tongban.apps.progress.month_sheet import month_sheet
from tongban.kernel.refusal import Refused
from tongban.store.courses import Deed, Step, Turn

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]


@pytest.fixture
def portfolio(desk: Desk) -> Portfolio:
    found = Portfolio(desk)
    found.told()
    return found


def reader(portfolio: Portfolio) -> Acting:
    return portfolio.acting(HOME, "leader", "2026-11-25")


def table(portfolio: Portfolio, month: str, day: str) -> MonthTable:
    found = month_table(portfolio.number, portfolio.acting(HOME, "leader", day), month)
    assert isinstance(found, MonthTable), found
    return found


def shown(cell: Cell) -> tuple[str, str]:
    return cell.then, cell.now


def row(found: MonthTable, title: str) -> Line:
    return next(each for each in found.rows if each.title == title)


def test_a_month_is_made_of_what_the_steps_left_behind(portfolio: Portfolio) -> None:
    found = table(portfolio, "2026-10", "2026-11-02")
    roads, houses = row(found, "旧路拓宽"), row(found, "停车场")
    assert (shown(roads.planned), shown(roads.reached), roads.here, roads.said) == (
        ("1", ""),
        ("1", ""),
        "1 / 1",
        1,
    )
    assert (shown(houses.planned), shown(houses.reached), shown(houses.late)) == (
        ("1", ""),
        ("0", ""),
        ("1", ""),
    )
    assert houses.since == "2026年10月21日"
    assert [each.title for each in found.reached] == ["路基完成"]
    assert [(each.title, each.day) for each in found.late] == [("场地平整", "2026年10月20日")]
    assert [(each.title, each.note) for each in found.said] == [("路面完成", "原定 2026年10月30日")]
    assert shown(found.total.sums[0]) == ("6,000", "")
    assert shown(found.total.index) == ("66.6 %", "")  # (4000 × 1.0 + 2000 × 0) ÷ 6000, rounded down
    assert found.derivation[-1] == "4,000.000 ÷ 6,000 = 66.6 %"


def test_the_page_of_a_milestone_says_plan_spent_and_the_figure_that_holds_and_the_project_what_is_planned_in_all(
    portfolio: Portfolio,
) -> None:
    reader = portfolio.acting(HOME, "leader", "2026-11-25")
    part = look(f"{portfolio.number}-01-01", reader)
    assert isinstance(part, CasePage)
    facts = {fact.label: fact.value for fact in part.facts}
    assert [facts[name] for name in ("计划花的钱", "实际花的钱", "更正为")] == [
        "2000 万元",
        "1960 万元",
        "1906 万元",
    ]
    english = look(f"{portfolio.number}-01-01", replace(reader, language="en"))
    assert isinstance(english, CasePage)
    assert [
        fact.value for fact in english.facts if "money" in fact.label.lower() or fact.label == "Corrected to"
    ] == [
        "2000 × 10,000 yuan",
        "4000 × 10,000 yuan",
        "1960 × 10,000 yuan",
        "1906 × 10,000 yuan",
    ]
    whole = look(f"{portfolio.number}-01", reader)
    assert isinstance(whole, CasePage)
    assert {fact.label: fact.value for fact in whole.facts}["计划花的钱（合计）"] == "3600 万元"


def test_a_figure_corrected_after_the_month_closed_is_kept_and_both_are_visible(portfolio: Portfolio) -> None:
    later = table(portfolio, "2026-10", "2026-11-25")
    assert shown(later.total.spent) == ("1,960", "1,906")
    assert later.corrected
    assert shown(later.total.reached) == ("1", "")  # what was reached in November belongs to November
    november = table(portfolio, "2026-11", "2026-12-02")
    assert shown(november.total.spent) == ("2,386", "")
    assert shown(november.total.reached) == ("2", "")


def test_a_day_that_is_moved_after_the_month_closed_stands_beside_what_was_late_at_its_close(
    desk: Desk,
) -> None:
    portfolio = Portfolio(desk)
    wish = {"wished_day": "2026-11-20", "warn_reason": "雨多。"}
    portfolio.step("-01-02", "warn", "tianma", "handler", "2026-10-29", **wish)
    portfolio.step("-01-02", "agree_move", HOME, "handler", "2026-11-02", planned_day="2026-11-15")
    roads = row(table(portfolio, "2026-10", "2026-11-20"), "旧路拓宽")
    assert (shown(roads.planned), shown(roads.late)) == (("2", "1"), ("2", "1"))
    assert roads.since == "2026年10月11日"


def test_a_month_that_runs_is_measured_to_this_day(portfolio: Portfolio) -> None:
    found = table(portfolio, "2026-11", "2026-11-08")
    assert (found.over, found.upto) == (False, "2026年11月8日")
    assert shown(found.total.planned) == ("2", "")  # the road's surface is due on the 15th
    assert shown(found.total.late) == ("0", "")


def test_a_limit_that_ran_out_before_the_planned_day_is_counted_as_the_tree_counts_it() -> None:
    def step(day: int, *turns: Turn) -> Step:
        at = datetime(2026, 11, day, 9, tzinfo=UTC)
        return Step(at, at, Deed("x", {}, turns))

    due, close = datetime(2026, 11, 10, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)
    begun = step(2, Turn("clock_started", "survey", due=due))
    assert over_limit((begun,), close) and over_limit((begun,), due)
    assert not over_limit((begun,), datetime(2026, 11, 10, 15, tzinfo=UTC))
    assert not over_limit((begun, step(12, Turn("clock_ended", "survey"))), close)
    assert not over_limit((begun, step(5, Turn("clock_suspended", "survey"))), close)
    later = step(5, Turn("clock_extended", "survey", due=datetime(2026, 12, 5, tzinfo=UTC)))
    assert not over_limit((begun, later), close)
    assert not over_limit((begun, step(12, Turn("settled", outcome="cleared"))), close)


def test_no_month_but_one_that_has_begun_has_a_table(portfolio: Portfolio) -> None:
    acting = portfolio.acting(HOME, "leader", "2026-11-08")
    for asked in ("2026-12", "2026-13", "oct", "20261", "2026-10-01", "２０２６-10"):
        found = month_table(portfolio.number, acting, asked)
        assert isinstance(found, Refused), asked
        assert found.code == "case.unknown_month"
    default = month_table(portfolio.number, acting)
    assert isinstance(default, MonthTable)
    assert (default.month, default.before, default.after) == ("2026-10", "2026-09", "2026-11")


def test_whoever_may_not_see_the_tree_is_not_told_that_there_is_a_table(portfolio: Portfolio) -> None:
    found = month_table(portfolio.number, portfolio.acting("water", "handler", "2026-11-08"), "2026-10")
    assert isinstance(found, Refused)
    assert found.code == "case.unknown"


def test_a_table_costs_the_same_queries_whatever_it_adds_up(
    portfolio: Portfolio, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    acting = portfolio.acting(HOME, "leader", "2026-11-08")
    assert len(sent_queries(lambda: month_table(portfolio.number, acting, "2026-10"))) == 5


def test_the_spreadsheet_has_numbers_and_both_looks_in_columns_of_their_own(portfolio: Portfolio) -> None:
    import openpyxl

    book = openpyxl.load_workbook(
        BytesIO(month_sheet(table(portfolio, "2026-10", "2026-11-25"), reader(portfolio)))
    )
    sheet = book.worksheets[0]
    rows = [list(each) for each in sheet.iter_rows(values_only=True)]
    head = next(each for each in rows if each[0] == "事项")
    total = next(each for each in rows if each[0] == "合计")
    assert (total[head.index("已用（万元）")], total[head.index("已用（万元）（现）")]) == (1960, 1906)
    assert total[head.index("计划投资（万元）")] == 6000
    lists = [cell for each in book.worksheets[-2].iter_rows(values_only=True) for cell in each]
    assert "场地平整" in lists


def test_a_text_that_looks_like_a_formula_stays_a_text(portfolio: Portfolio) -> None:
    import openpyxl
    from msgspec.structs import replace

    found = replace(table(portfolio, "2026-10", "2026-11-25"), title="=1+1")
    sheet = openpyxl.load_workbook(BytesIO(month_sheet(found, reader(portfolio)))).worksheets[0]
    assert sheet["A1"].data_type == "s"


def test_the_printed_table_is_an_archival_document_with_its_font_within(portfolio: Portfolio) -> None:
    paper = month_paper(table(portfolio, "2026-10", "2026-11-25"), reader(portfolio))
    assert paper.startswith(b"%PDF-")
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", paper)
    assert b"/StructTreeRoot" in paper or b"/MarkInfo" in paper


def test_a_character_that_the_font_lacks_is_printed_as_its_code_and_listed(monkeypatch: Any) -> None:
    from tongban.apps.paper import setting

    lacking: dict[str, None] = {}
    assert setting._one(["王𬀩", {"a": "路"}], lacking) == ["王〔U+2C029〕", {"a": "路"}]
    assert [*lacking] == ["〔U+2C029〕"]


def test_progress_is_capped_at_one_and_a_tenth_and_weighed() -> None:
    assert index([Share(3, 2, 3), Share(1, 4, 2)]) == (3 * 1100 + 500) // 4
    assert index([Share(3, 0, 0)]) is None
    assert index([Share(0, 1, 1)]) is None
    assert index([Share(1, 3, 1)]) == 333  # rounded down: nobody is told to be further than they are


def test_the_page_and_both_files_are_there_for_whoever_sees_the_tree(portfolio: Portfolio) -> None:
    client = Client()
    client.force_login(User.objects.get(username="zengjiayi"))
    number = portfolio.number
    page = client.get(f"/desk/{number}/month/?m=2026-10").content.decode()
    assert "现 1,906" in page
    assert f"/desk/{number}/month.pdf?m=2026-10" in page
    sheet = client.get(f"/desk/{number}/month.xlsx?m=2026-10")
    assert sheet["Content-Disposition"] == f'attachment; filename="{number}-2026-10.xlsx"'
    paper = client.get(f"/desk/{number}/month.pdf?m=2026-10")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert client.get(f"/desk/{number}/month/?m=2031-10").status_code == 404
    client.force_login(User.objects.get(username=Desk.handler))
    assert client.get(f"/desk/{number}/month.pdf").status_code == 404
