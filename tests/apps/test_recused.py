"""Whom a matter is about neither gets it nor sees it (信访工作条例, art. 30; domain rules 1.6)."""

from __future__ import annotations

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def test_a_complaint_about_a_bureau_goes_to_the_county_office_and_is_not_there_for_the_bureau(
    desk: Desk,
) -> None:
    number = desk.dispatched(about_unit=Desk.unit, sort="report")
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.holder == "government-office"
    hidden = look(number, desk.acting(desk.handler))
    assert isinstance(hidden, Refused)
    assert hidden.code == "case.unknown"
    assert isinstance(look(number, desk.acting(desk.clerk)), CasePage)
    assert isinstance(look(number, desk.acting(desk.supervisor)), CasePage)


def test_a_unit_named_later_loses_the_case_that_it_sent_back(desk: Desk) -> None:
    number = desk.dispatched()
    assert isinstance(look(number, desk.acting(desk.handler)), CasePage)
    desk.step(number, "return_case", desk.handler, return_reason="incomplete", return_note="写的是我们的人")
    desk.step(number, "correct", desk.clerk, about_unit=Desk.unit)
    assert isinstance(look(number, desk.acting(desk.handler)), Refused)
    refused = take(
        number, "redispatch", {"unit": Desk.unit, "dispatch_reason": "清单"}, desk.acting(desk.dispatcher)
    )
    assert isinstance(refused, Refused)
    assert "routing.recused" in [each.code for each in refused.all()]


OFFICE = "government-office"


def titles(desk: Desk, login: str) -> list[str]:
    """Every number that the pages of a lead name."""
    from tongban.apps.supervision.listing import listing
    from tongban.apps.supervision.overview import overview
    from tongban.apps.supervision.watching import Watch

    acting = desk.acting(login)
    page = overview(acting, Watch())
    rows = (*page.longest, *page.handed_on, *page.escalations, *listing(acting, Watch()).rows)
    return [row.number.replace(" ", "") for row in rows]


def test_who_oversees_the_county_from_the_unit_it_is_about_finds_it_in_no_list(desk: Desk) -> None:
    other = desk.signed()
    number = desk.dispatched(about_unit=OFFICE, sort="report")
    assert isinstance(look(number, desk.acting(desk.supervisor)), Refused)
    assert set(titles(desk, desk.supervisor)) == {other}
    assert {number, other} <= set(titles(desk, "tongshuixian")), "those above are the ones to look into it"


def test_a_post_elsewhere_does_not_let_anybody_read_what_is_said_of_their_unit(desk: Desk) -> None:
    from datetime import date

    from tongban.apps.casework.worklist import Filter, worklist
    from tongban.store.models import PostRow

    number = desk.dispatched(about_unit=Desk.unit, sort="report")
    PostRow.objects.create(
        county="330822", person=desk.handler, unit=OFFICE, role="handler", since=date(2020, 1, 1)
    )
    assert isinstance(look(number, desk.acting(desk.handler)), Refused)
    assert number not in [
        row.number.replace(" ", "") for row in worklist(desk.acting(desk.handler), Filter()).rows
    ]
