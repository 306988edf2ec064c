"""The plan of a tree: what was planned first, what is planned now, what happened, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from portfolio_ground import HOME, Portfolio
from tongban.apps.progress.plan import Plan, plan
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]


@pytest.fixture
def portfolio(desk: Desk) -> Portfolio:
    found = Portfolio(desk)
    found.told()
    return found


def seen(portfolio: Portfolio, part: str, day: str) -> Plan:
    found = plan(portfolio.number + part, portfolio.acting(HOME, "leader", day))
    assert isinstance(found, Plan), found
    return found


def test_a_moved_day_never_overwrites_the_day_that_was_planned_first(portfolio: Portfolio) -> None:
    surface = seen(portfolio, "-01", "2026-11-20").bars[1]
    assert surface.days.ends == (date(2026, 10, 30), date(2026, 11, 15))
    assert surface.planned == "2026年11月15日"
    assert surface.moved == "原定 2026年10月30日"
    assert surface.days.said == (date(2026, 10, 12),)
    assert (surface.tone, surface.says) == ("late", "逾期 5 天")


def test_what_happened_stands_beside_what_was_planned(portfolio: Portfolio) -> None:
    projects = seen(portfolio, "", "2026-11-20")
    assert [(bar.title, bar.days.began) for bar in projects.bars] == [
        ("旧路拓宽", date(2026, 8, 21)),
        ("停车场", date(2026, 8, 21)),
    ]
    assert projects.late == 0
    base, _ = seen(portfolio, "-01", "2026-11-20").bars
    assert (base.days.ended, base.says) == (date(2026, 10, 10), "按期完成")
    [ground] = seen(portfolio, "-02", "2026-11-20").bars
    assert (ground.tone, ground.says) == ("late", "晚 17 天完成")


def test_an_axis_is_of_whole_months_and_has_today_while_something_is_open(portfolio: Portfolio) -> None:
    axis = seen(portfolio, "", "2026-11-20").axis
    assert (axis.first, axis.last, axis.today) == (date(2026, 8, 1), date(2026, 12, 31), date(2026, 11, 20))
    done = seen(portfolio, "-02", "2027-06-20").axis
    assert done.last == date(2026, 11, 30)


def test_a_kind_without_days_has_no_plan(desk: Desk) -> None:
    found = plan(desk.dispatched(), desk.acting(Desk.reviewer))
    assert isinstance(found, Refused)
    assert found.code == "case.unknown_view"


def test_a_plan_costs_the_same_queries_however_many_rows_it_has(
    portfolio: Portfolio, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    acting = portfolio.acting(HOME, "leader", "2026-11-20")
    for part in ("", "-01"):
        assert len(sent_queries(lambda part=part: plan(portfolio.number + part, acting))) == 6


def test_a_plan_opens_level_by_level_on_the_same_days(portfolio: Portfolio) -> None:
    from test_tree_pages import counted

    counted()
    client = Client()
    client.force_login(User.objects.get(username="zengjiayi"))
    number = portfolio.number
    page = client.get(f"/desk/{number}/plan/").content.decode()
    assert f"/desk/{number}-01/plan/?part=1&amp;from=2026-08-01&amp;to=" in page
    assert page.count('class="strip"') == 3  # the months and two projects
    part = client.get(
        f"/desk/{number}-01/plan/?part=1&from=2026-08-01&to=2026-12-31", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in part
    assert part.count("<tr") == 2
    assert "原定 2026年10月30日" in part
    assert (
        client.get(
            f"/desk/{number}-01/plan/?part=1&from=x&to=2026-12-31", headers={"HX-Request": "true"}
        ).status_code
        == 200
    )
