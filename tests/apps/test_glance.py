"""A tree in ten seconds: what is stuck, with whom, since when, what I may decide; and how its places stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from test_tree_pages import DRAFTER, counted, issued

from desk_ground import Desk, county, desk, sent_queries
from portfolio_ground import HOME, HOUSES, LEAD, ROADS, Portfolio
from tongban.apps.casework.tree import Tree, tree
from tongban.apps.office import office
from tongban.apps.progress.places import Places, places
from tongban.apps.progress.undertakings import undertakings

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

REPORT = {"deed": "完成。", "evidence": "交验单6号", "spent": 10}


@pytest.fixture
def portfolio(desk: Desk) -> Portfolio:
    """On the first of November one milestone is reported and waits, one is late; the third has its day to come."""
    found = Portfolio(desk)
    found.step("-01-01", "report", ROADS, "handler", "2026-10-09", **REPORT)
    counted()
    return found


def seen(portfolio: Portfolio, unit: str, role: str, part: str = "", day: str = "2026-10-22") -> Tree:
    found = tree(portfolio.number + part, portfolio.acting(unit, role, day))
    assert isinstance(found, Tree), found
    return found


def test_what_waits_for_my_decision_is_what_i_may_decide_and_not_what_others_may(
    portfolio: Portfolio,
) -> None:
    judge = seen(portfolio, HOME, "leader")
    assert [(each.title, each.step_id) for each in judge.decisions] == [("路基完成", "accept")]
    assert (judge.to_decide, judge.more_to_decide) == (1, False)
    worker = seen(portfolio, ROADS, "handler", "-01")
    assert [(each.title, each.step_id) for each in worker.decisions] == [("路面完成", "report")]
    lead = seen(portfolio, LEAD, "leader")
    assert lead.decisions == ()


def test_what_is_stuck_says_with_whom_and_since_when_the_longest_first(portfolio: Portfolio) -> None:
    found = seen(portfolio, HOME, "leader", day="2026-11-02")
    names = [office().names.unit(unit, "zh-Hans") for unit in (ROADS, HOUSES, ROADS)]
    assert [each.unit for each in found.stuck] == names
    assert [each.due for each in found.stuck][1:] == ["10月20日 周二 24时", "10月30日 周五 24时"]
    assert found.late == 3


def test_a_glance_costs_eight_queries_at_most_however_wide_the_tree(
    portfolio: Portfolio, desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    acting = portfolio.acting(HOME, "leader", "2026-11-02")
    tree(portfolio.number, acting)  # the procedures of all adoptions are kept in memory
    assert len(sent_queries(lambda: tree(portfolio.number, acting))) == 8
    order, drafter = issued(desk), desk.acting(DRAFTER)
    assert len(sent_queries(lambda: tree(order, drafter))) <= 8


def test_the_page_leads_into_the_step_itself(portfolio: Portfolio) -> None:
    client = Client()
    client.force_login(User.objects.get(username="zengjiayi"))
    page = client.get(f"/desk/{portfolio.number}/tree/").content.decode()
    assert f'href="/desk/{portfolio.number}-01-01/#step-accept"' in page


def test_my_undertakings_are_the_trees_of_my_units_and_no_matter_that_somebody_brought(
    portfolio: Portfolio, desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    desk.dispatched()
    acting = portfolio.acting(HOME, "leader", "2026-11-02")
    [mine] = undertakings(acting)
    assert (mine.title, mine.stuck, mine.waiting, mine.done, mine.total) == ("乡村风景道", 3, 1, 0, 5)
    [led] = undertakings(portfolio.acting(LEAD, "leader", "2026-11-02"))
    assert led.number == mine.number
    assert undertakings(portfolio.acting("water", "leader", "2026-11-02")) == ()
    assert len(sent_queries(lambda: undertakings(acting))) == 4


def test_a_tile_for_each_township_adds_up_to_the_tree_in_the_order_of_codes(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    order = issued(desk)
    acting = desk.acting(DRAFTER)
    found = places(order, acting)
    assert isinstance(found, Places), found
    whole = tree(order, acting)
    assert isinstance(whole, Tree)
    assert sum(tile.total for tile in found.tiles) == whole.total
    codes = [tile.code for tile in found.tiles]
    assert codes == sorted(codes)
    assert len(codes) == len(
        {unit.division for unit in office().county.units.values() if unit.kind == "township"}
    )
    assert len(sent_queries(lambda: places(order, acting))) == 4
    client = Client()
    client.force_login(User.objects.get(username=DRAFTER))
    page = client.get(f"/desk/{order}/places/?kind=nothing").content.decode()
    assert page.count('class="tile"') == len(codes)
    client.force_login(User.objects.get(username=Desk.handler))
    assert client.get(f"/desk/{order}/places/").status_code == 404


def test_a_village_lies_in_its_township_and_a_department_in_none(desk: Desk) -> None:
    here = office().county
    village = next(unit for unit in here.units.values() if unit.kind == "village")
    parent = here.units[village.parent]
    assert here.township("", village.id) == here.township(village.division, "housing") == parent.division
    assert here.township(here.code, "housing") == ""
    assert here.township("", "nobody") == ""
