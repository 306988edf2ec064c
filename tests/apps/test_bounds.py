"""Lists read along their indexes give the same rows, in the same order, as reading everything and sorting it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connection

from tongban.apps.casework.bounds import Bounds, first, ways_by_unit
from tongban.store.models import CaseRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]

COUNTY = "330899"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
UNITS = ["roads", "schools", "water"]


@pytest.fixture
def cases() -> list[CaseRow]:
    """Cases of three units, many due at the same moment, some without a date, some settled."""
    dice = Random(11)
    made = []
    for n in range(160):
        settled = n % 4 == 0
        due = None if settled or n % 7 == 0 else NOON + timedelta(hours=dice.randrange(12))
        made.append(
            CaseRow(
                county=COUNTY,
                id=UUID(int=dice.getrandbits(128)),
                number=f"26{n:010d}",
                standing="settled" if settled else "open",
                holder=dice.choice([*UNITS, "parks"]),
                home=dice.choice([*UNITS, "parks"]),
                next_due=due,
                settled_at=NOON + timedelta(hours=dice.randrange(9)) if settled else None,
                opened_at=NOON,
                stage_since=NOON,
                last_at=NOON,
                recorded=NOON,
                missed=0,
                seq=1,
                head=b"",
                state="{}",
            )
        )
    CaseRow.objects.bulk_create(made)
    return made


def pages(found: Bounds, size: int) -> list[UUID]:
    """Ids of all pages, each begun after the last row of the one before."""
    cursor, ids = "", []
    while True:
        sql, values = first(found, size, cursor)
        with connection.cursor() as rows:
            rows.execute(sql, values)
            page = rows.fetchall()
        ids += [each[1] for each in page]
        if len(page) < size:
            return ids
        at, last = page[-1]
        cursor = f"{at.isoformat() if at is not None else ''}~{last}"


@pytest.mark.parametrize("size", [3, 7, 26])
@pytest.mark.parametrize("units", [UNITS, UNITS[:1], []])
def test_open_cases_come_most_urgent_first_and_those_without_a_date_last(
    cases: list[CaseRow], units: list[str], size: int
) -> None:
    found = Bounds("held", units, "county = %s AND standing = 'open'", [COUNTY], ways_by_unit("held"))
    expected = [each for each in cases if each.standing == "open" and each.holder in units]
    expected.sort(key=lambda each: (each.next_due is None, each.next_due or NOON, each.id))
    assert pages(found, size) == [each.id for each in expected]


@pytest.mark.parametrize("size", [3, 26])
def test_a_settled_case_that_a_unit_held_and_received_stands_in_the_list_once(
    cases: list[CaseRow], size: int
) -> None:
    found = Bounds(
        "settled", UNITS, "county = %s AND settled_at > %s", [COUNTY, NOON], ways_by_unit("settled")
    )
    expected = [
        each
        for each in cases
        if each.settled_at is not None
        and each.settled_at > NOON
        and (each.holder in UNITS or each.home in UNITS)
    ]
    expected.sort(key=lambda each: (each.settled_at, each.id), reverse=True)
    assert pages(found, size) == [each.id for each in expected]


def test_a_cursor_that_is_not_ours_shows_the_first_page(cases: list[CaseRow]) -> None:
    found = Bounds("held", UNITS, "county = %s AND standing = 'open'", [COUNTY], ways_by_unit("held"))
    assert first(found, 5, "2026-01-01~no-id") == first(found, 5) == first(found, 5, "'; DROP")
