"""Where nobody could go on with a case, it is said before it goes there, on its page, and to whoever oversees the unit; nothing is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desk_ground import TEXT, Desk, county, desk
from tongban.apps.casework.foresee import foresee
from tongban.apps.casework.look import look
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import CasePage, Foreseen, Taken
from tongban.apps.doctor.posts import unmanned
from tongban.apps.office import office
from tongban.apps.supervision.listing import listing
from tongban.apps.supervision.overview import overview
from tongban.apps.supervision.stranded import stranded
from tongban.apps.supervision.watching import Watch
from tongban.store.models import PostRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NOBODY = "case.nobody_at"


def left(unit: str) -> None:
    """Everybody has left a unit since."""
    PostRow.objects.filter(unit=unit).update(until=date(2021, 1, 1))


def doubts(desk: Desk, number: str) -> list[str]:
    seen = foresee(number, "dispatch", {}, desk.acting(desk.dispatcher))
    assert isinstance(seen, Foreseen), seen
    return [each.code for each in seen.doubts]


def test_it_is_said_before_and_after_a_case_goes_where_nobody_is_and_on_its_page(desk: Desk) -> None:
    number = desk.register()
    assert doubts(desk, number) == []
    left(desk.unit)
    assert doubts(desk, number) == [NOBODY]
    taken = take(number, "dispatch", {}, desk.acting(desk.dispatcher))
    assert isinstance(taken, Taken), taken
    assert [each.code for each in taken.untaken] == [NOBODY]
    page = look(number, desk.acting(desk.reviewer))
    assert isinstance(page, CasePage)
    assert page.nobody is not None and "综合行政执法" in page.nobody.says


def test_whoever_oversees_the_unit_is_shown_how_many_stand_there_and_which(desk: Desk) -> None:
    number = desk.dispatched()
    leader = desk.acting(desk.supervisor)
    assert overview(leader, Watch()).nobody == 0
    assert listing(leader, Watch(state="nobody")).rows == ()
    left(desk.unit)
    assert overview(leader, Watch()).nobody == 1
    assert [each.number.replace(" ", "") for each in listing(leader, Watch(state="nobody")).rows] == [number]
    now = datetime.now(UTC)
    assert [each.unit for each in stranded(office(), now)] == [desk.unit]
    [told] = unmanned(office(), now)
    assert (told.refused.code, told.refused.facts["n"]) == ("doctor.nobody_at", 1)


def test_a_post_that_is_given_is_seen_at_once(desk: Desk) -> None:
    number = desk.dispatched()
    left(desk.unit)
    page = look(number, desk.acting(desk.reviewer))
    assert isinstance(page, CasePage) and page.nobody is not None
    PostRow.objects.create(
        county="330822", person=desk.clerk, unit=desk.unit, role="handler", since=date(2020, 1, 1)
    )
    page = look(number, desk.acting(desk.reviewer))
    assert isinstance(page, CasePage) and page.nobody is None


def test_who_alone_holds_the_post_and_did_the_work_cannot_go_on_with_it(desk: Desk) -> None:
    number = desk.replied()
    page = look(number, desk.acting(desk.supervisor))
    assert isinstance(page, CasePage) and page.nobody is None
    left(desk.home)
    for role in ("reviewer", "dispatcher", "caller"):
        PostRow.objects.create(
            county="330822", person=desk.handler, unit=desk.home, role=role, since=date(2020, 1, 1)
        )
    page = look(number, desk.acting(desk.supervisor))
    assert isinstance(page, CasePage) and page.nobody is not None


def test_a_requester_is_told_nothing_of_who_works_where(desk: Desk) -> None:
    from tongban.apps.acting import Acting
    from tongban.kernel.commands import ANYBODY

    left(desk.home)
    given = {"body": TEXT, "phone": "13812345678"}
    taken = open_case("hotline", given, Acting(datetime.now(UTC), ANYBODY))
    assert isinstance(taken, Taken), taken
    assert taken.untaken == ()
