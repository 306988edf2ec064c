"""What the public is told of units, by one rule for whatever page it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from attacking_ground import Reader
from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.disclosure.board_lines import Teller
from tongban.apps.disclosure.periods import Days, days_of
from tongban.apps.disclosure.told import Told, whole_months
from tongban.apps.office import office
from tongban.kernel.board import BoardCount, BoardItem, Standing
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused
from tongban.library.boards import boards_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NOW = datetime(2027, 1, 2, tzinfo=UTC)
THIRD = Days(date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), 1),
        (date(2026, 7, 1), date(2026, 9, 30), 3),
        (date(2026, 1, 1), date(2026, 12, 31), 12),
        (date(2026, 2, 1), date(2026, 4, 30), 0),  # no quarter
        (date(2026, 7, 6), date(2026, 7, 12), 0),  # a week
        (date(2026, 7, 1), date(2026, 7, 30), 0),
    ],
)
def test_only_months_quarters_and_years_are_told_by_unit(since: date, until: date, months: int) -> None:
    assert len(whole_months(Days(since, until))) == months


class Counted:
    """One practice with one indicator, of which these cases were counted by month and unit."""

    def __init__(self, **months: dict[str, int]) -> None:
        self.months = months

    def practice(self, name: str) -> Any:
        return name if name == "p" else None

    def indicators(self, name: str) -> Any:
        raise AssertionError(name)

    def tallies(self, name: str, start: datetime, end: datetime) -> Any:
        counts = self.months[f"m{end.month}"]
        return {"x": {unit: Tally(0, n) for unit, n in {"": sum(counts.values()), **counts}.items()}}


def test_a_quarter_is_not_told_of_a_unit_of_which_one_month_is_kept_back() -> None:
    whole = {"a": 20, "b": 30, "c": 9}
    told = Told(Counted(m7=whole, m8=whole, m9={**whole, "a": 3}))
    assert told.units("p", "x", THIRD, NOW) == {"b"}
    assert told.units("p", "x", Days(date(2026, 8, 1), date(2026, 8, 31)), NOW) == {"a", "b", "c"}
    assert told.whole("p", "x", THIRD, NOW)
    assert told.units("p", "x", THIRD, datetime(2026, 9, 30, tzinfo=UTC)) == frozenset(), "it is not over"
    assert told.units("q", "x", THIRD, NOW) == frozenset(), "not adopted"


def test_the_countys_own_sum_of_a_quarter_is_not_told_where_it_opens_a_month() -> None:
    told = Told(Counted(m7={"a": 20}, m8={"a": 20}, m9={"a": 3}))
    assert not told.whole("p", "x", THIRD, NOW)
    assert told.whole("p", "x", Days(date(2026, 8, 1), date(2026, 8, 31)), NOW)
    assert not told.whole("p", "x", Days(date(2026, 9, 1), date(2026, 9, 30)), NOW)


def test_a_board_ranks_nobody_in_public_by_what_is_kept_back(desk: Desk) -> None:
    acting = desk.acting("hushaohua")
    done = adopt(ROOT / "practices" / "contest", {}, ("county-government",), acting)
    assert not isinstance(done, Refused), done
    here = office()
    adoption = here.adopted("contest", acting.now)
    assert adoption is not None
    board = boards_of(here.practice(adoption), here.procedure(adoption).settings)["five"]
    item = BoardItem("in_time", "hotline.handled_on_time", 100, 30, True, "hotline/appeal")
    units = dict.fromkeys(("housing", "transport"), "department")
    counts = tuple(BoardCount("in_time", unit, 30, 40) for unit in units)
    standing = Standing("five", "2026-07-01", "2026-07-31", (item,), units, counts)
    told = {"in_time": frozenset({"housing"})}
    (table,) = Teller(here, here.wording(adoption, "en"), board, "en", told=told).tables(standing)
    one, other = (next(p for p in table.places if p.unit == unit) for unit in ("housing", "transport"))
    assert (one.rank, other.rank) == ("1", "") and not one.parts[0].hidden
    assert other.parts[0].hidden and other.points == "" and "very small number" in other.why
    (inside,) = Teller(here, here.wording(adoption, "en"), board, "en", public=False).tables(standing)
    assert all(place.rank == "1" and not place.parts[0].hidden for place in inside.places)


def test_the_door_of_a_running_month_is_shut_for_programs_too(desk: Desk) -> None:
    month = f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"
    found = Client().get(f"/api/v1/public/figures?month={month}")
    assert found.status_code == 404 and found.json()["code"] == "disclosure.month_running"


# -- everything that a year tells, read by somebody who wants to know


SIZES = st.one_of(st.integers(0, 8), st.integers(0, 60))
YEAR = st.integers(2, 4).flatmap(
    lambda units: st.lists(
        st.lists(SIZES, min_size=units, max_size=units).map(
            lambda row: {"abcd"[n]: each for n, each in enumerate(row)}
        ),
        min_size=12,
        max_size=12,
    )
)


def spans() -> list[Days]:
    """Every month, quarter and year of 2026."""
    kinds = {
        "month": [f"2026-{n:02d}" for n in range(1, 13)],
        "quarter": [f"2026-Q{n}" for n in range(1, 5)],
        "year": ["2026"],
    }
    found = [days_of(kind, period) for kind, periods in kinds.items() for period in periods]
    return [days for days in found if isinstance(days, Days)]


@settings(max_examples=20, deadline=None)
@given(YEAR)
def test_pages_of_months_and_boards_of_quarters_and_of_the_year_open_no_small_count(
    rows: list[dict[str, int]],
) -> None:
    """Each page asks for itself, in whatever order; all of them together are what a reader has."""
    told = Told(Counted(**{f"m{n + 1}": row for n, row in enumerate(rows)}))
    cells = {(unit, str(n + 1)): size for n, row in enumerate(rows) for unit, size in row.items() if size}
    shown = {days: told.units("p", "x", days, NOW) for days in reversed(spans())}
    known = {
        month: bool(shown[days]) or sum(rows[days.since.month - 1].values()) < 5
        for days in shown
        if (days.until - days.since).days < 31
        for month in (str(days.since.month),)
    }
    reader = Reader({name: int(known[name[1]]) for name in cells})
    for days, units in shown.items():
        inside = [name for name in cells if days.since.month <= int(name[1]) <= days.until.month]
        if told.whole("p", "x", days, NOW):
            reader.reads(inside, sum(cells[name] for name in inside))
        for unit in units:
            own = [name for name in inside if name[0] == unit]
            reader.reads(own, sum(cells[name] for name in own))
    for name, size in cells.items():
        if size < 5:
            assert not reader.follows(name) and reader.width(name) >= 5, (name, size)
