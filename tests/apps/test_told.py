"""What the public is told of units, by one rule for whatever page it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from attacking_ground import Reader
from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.disclosure.board_lines import Teller
from tongban.apps.disclosure.periods import Days, whole_months
from tongban.apps.disclosure.released import Counts, Released
from tongban.apps.disclosure.summing import summed
from tongban.apps.office import office
from tongban.kernel.board import BoardCount, BoardItem, Standing
from tongban.kernel.indicator import Definition, Tally
from tongban.kernel.indicator.definition import Part
from tongban.kernel.indicator.suppression import alone, small
from tongban.kernel.refusal import Refused
from tongban.library.boards import boards_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NOW = datetime(2027, 1, 2, tzinfo=UTC)


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


def edition(period: str, counts: dict[str, int], words: str = "true") -> Released:
    """A month of one figure, as its edition tells it."""
    part = Part(words, {"is": True})
    definition = Definition("p/x", "", "k", "settled", "", "rate", {}, part, part, None, None, (), 30, "more")
    told = alone(counts)
    rest = sum(n for unit, n in counts.items() if unit not in told)
    whole = sum(counts.values())
    figures, silent = {}, {}
    if small(whole):
        silent = {"p/x": "edition.too_few"}
    elif whole:
        units = {unit: Tally(0, counts[unit]) for unit in told}
        figures = {"p/x": Counts(definition, "", Tally(0, whole), units, Tally(0, rest) if rest else None)}
    return Released(period, 1, "", NOW, "", figures, silent, {})


def read(*months: Released) -> dict[str, int]:
    return {unit: tally.denominator for unit, tally in summed(months, "p/x").items()}


WHOLE = {"a": 20, "b": 30, "c": 9}


def test_a_quarter_is_told_of_a_unit_where_each_of_its_months_tells_it() -> None:
    months = [edition("2026-07", WHOLE), edition("2026-08", WHOLE), edition("2026-09", {**WHOLE, "a": 3})]
    assert read(*months) == {"": 160, "b": 90}
    assert read(*months[:2]) == {"": 118, "a": 40, "b": 60, "c": 18}
    assert read(edition("2026-07", {"a": 20}), edition("2026-08", {"b": 7})) == {"": 27, "a": 20, "b": 7}


def test_a_quarter_is_not_told_where_one_of_its_months_keeps_the_figure_back_or_defines_it_otherwise() -> (
    None
):
    assert read(edition("2026-07", WHOLE), edition("2026-08", {"a": 3})) == {}
    assert read(edition("2026-07", WHOLE), edition("2026-08", WHOLE, "false")) == {}
    assert read(edition("2026-07", WHOLE), edition("2026-08", {})) == {"": 59, **WHOLE}
    assert read() == {}


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


def test_a_month_that_nobody_released_is_not_told_to_programs(desk: Desk) -> None:
    found = Client().get("/api/v1/public/figures?month=2026-03")
    assert found.status_code == 404 and found.json()["code"] == "disclosure.not_released"


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


@settings(max_examples=20, deadline=None)
@given(YEAR)
def test_months_quarters_and_the_year_together_open_no_small_count(rows: list[dict[str, int]]) -> None:
    months = [edition(f"2026-{n + 1:02d}", row) for n, row in enumerate(rows)]
    cells = {(unit, n): size for n, row in enumerate(rows) for unit, size in row.items() if size}
    reader = Reader({(unit, str(n)): 0 for unit, n in cells})
    spans = [range(n, n + 1) for n in range(12)] + [range(n, n + 3) for n in (0, 3, 6, 9)] + [range(12)]
    for span in spans:
        for unit, told in read(*(months[n] for n in span)).items():
            inside = [name for name in cells if name[1] in span and unit in ("", name[0])]
            assert told == sum(cells[name] for name in inside)
            reader.reads([(one, str(n)) for one, n in inside], told)
    for (unit, n), size in cells.items():
        if size < 5:
            assert not reader.follows((unit, str(n))) and reader.width((unit, str(n))) >= 5, (unit, n, size)
