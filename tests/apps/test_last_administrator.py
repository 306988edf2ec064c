"""A county keeps an administrator, also when two of them end each other's post at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people.posting import end, leave
from tongban.apps.rights import ADMINISTRATOR
from tongban.apps.rungs import settle
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.library.story.runner import Ground
from tongban.store.models import Person, PostRow

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SINCE = date(2020, 1, 2)
UNIT = "county_office"


@pytest.fixture
def two() -> None:
    """A county with two administrators, ann and bob."""
    practice = practice_in(ROOT / "practices" / "hotline")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), NOW))
    county = office().county.code
    for login in ("ann", "bob"):
        user = User.objects.create_user(login)
        Person.objects.create(county=county, id=login, name=login, user=user)
        PostRow.objects.create(county=county, person=login, unit=UNIT, role=ADMINISTRATOR, since=SINCE)


def acting() -> Acting:
    return Acting(NOW, SYSTEM)


def ended(person: str) -> Refused | None:
    return end(person, UNIT, ADMINISTRATOR, SINCE, None, acting())


def left(person: str) -> Refused | None:
    done = leave(person, acting())
    return done if isinstance(done, Refused) else None


def on_its_own(act: Callable[[str], Refused | None], person: str) -> Refused | None:
    try:
        return act(person)
    finally:
        connections.close_all()


def until_it_waits(other: Future[Refused | None]) -> None:
    """Until the other one is done or waits for us."""
    while not other.done():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            [waiting] = cursor.fetchone()
        if waiting:
            return
        time.sleep(0.01)


@pytest.mark.parametrize(("one", "another"), [(ended, ended), (left, left), (ended, left)])
def test_of_two_administrators_who_end_each_other_at_once_one_stays(
    two: None, one: Callable[[str], Refused | None], another: Callable[[str], Refused | None]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert one("ann") is None
            other = pool.submit(on_its_own, another, "bob")
            until_it_waits(other)
        refused = other.result()
    assert refused is not None and refused.code == "people.last_administrator"
