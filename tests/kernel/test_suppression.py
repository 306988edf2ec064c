"""Somebody with linear programming reads everything that a table tells, and finds no small count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacking_ground import Reader
from tongban.kernel.indicator.suppression import FEWEST, Course, alone, kept_back, small

Name = tuple[str, str]
Counts = dict[str, int]

SIZES = st.one_of(st.integers(0, 8), st.integers(0, 60))
UNITS = st.dictionaries(st.sampled_from("abcdefghij"), SIZES, min_size=1, max_size=8)
MONTHS = tuple(f"2026-{n:02d}" for n in range(1, 13))


# -- units beside their sum


@given(UNITS)
def test_of_units_beside_their_sum_no_small_count_is_found(counts: Counts) -> None:
    told = alone(counts)
    assert all(counts[unit] >= FEWEST for unit in told)
    whole = sum(counts.values())
    hidden = [unit for unit, n in counts.items() if n and unit not in told]
    if small(whole):
        return  # the sum is not told either
    known = int(bool(told))  # where none is told, nobody is said to have any
    reader = Reader({(unit, ""): known for unit in hidden})
    reader.reads([(unit, "") for unit in hidden], whole - sum(counts[unit] for unit in told))
    for unit in hidden:
        if small(counts[unit]) and (told or len(hidden) > 1):
            assert reader.width((unit, "")) >= FEWEST


@given(UNITS)
def test_no_more_units_are_kept_back_than_must_be(counts: Counts) -> None:
    """Any other choice that keeps the small ones back keeps back as many, or opens one."""
    told = alone(counts)
    needed = {unit for unit, n in counts.items() if small(n)}
    extra = [unit for unit, n in counts.items() if n and unit not in told and unit not in needed]
    if not needed:
        assert not extra
    elif told and extra:
        for fewer in range(len(extra)):
            others = sorted((counts[unit] for unit, n in counts.items() if n >= FEWEST), reverse=True)[:fewer]
            together = [counts[unit] for unit in needed] + others
            assert len(together) < 2 or sum(n - 1 for n in together) < FEWEST


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 40, "b": 30, "c": 20}, "abc"),
        ({"a": 40, "b": 30, "c": 4}, "a"),
        (
            {"a": 40, "b": 5, "c": 1},
            "b",
        ),  # the 5 is not enough beside the 1: who knows that both have some would know 1 to 5
        ({"a": 40, "b": 30, "c": 6, "d": 5, "e": 1}, "abd"),  # the 6 is enough, the 5 is not
        ({"a": 4, "b": 3}, ""),
        ({"a": 40, "b": 0}, "a"),
    ],
)
def test_which_are_told_alone(counts: Counts, told: str) -> None:
    assert alone(counts) == frozenset(told)


# -- months, quarters and the year


LAID = st.integers(2, 6).flatmap(
    lambda units: st.lists(
        st.lists(SIZES, min_size=units, max_size=units).map(
            lambda row: {"abcdef"[n]: each for n, each in enumerate(row)}
        ),
        min_size=3,
        max_size=12,
    )
)


def periods(months: Sequence[str]) -> list[Sequence[str]]:
    """Quarters that are over, and the year when it is, in the order in which they end."""
    quarters: list[Sequence[str]] = [months[n : n + 3] for n in range(0, len(months) - 2, 3)]
    return [*quarters, months] if len(months) == 12 else quarters


def read(rows: Sequence[Counts]) -> tuple[Course, Reader, dict[Name, int]]:
    """Everything that is told of these months, as a reader writes it down."""
    months = MONTHS[: len(rows)]
    table = dict(zip(months, rows, strict=True))
    course = Course(table)
    cells = {(unit, month): n for month in months for unit, n in table[month].items() if n}

    def spare(month: str) -> bool:
        return bool(course.told[month]) or small(sum(table[month].values()))

    reader = Reader({(unit, month): int(spare(month)) for unit, month in cells})
    for month in months:
        if not small(sum(table[month].values())):
            reader.reads([name for name in cells if name[1] == month], sum(table[month].values()))
        for unit in course.told[month]:
            reader.reads([(unit, month)], table[month][unit])
    for span in periods(months):
        inside = [name for name in cells if name[1] in span]
        if course.sum_told(span):
            reader.reads(inside, sum(cells[name] for name in inside))
        for unit in course.longer(span):
            own = [name for name in inside if name[0] == unit]
            assert sum(cells[name] for name in own) >= FEWEST
            reader.reads(own, sum(cells[name] for name in own))
    return course, reader, cells


@settings(max_examples=60, deadline=None)
@given(LAID)
def test_months_quarters_and_the_year_together_open_no_small_count(rows: list[Counts]) -> None:
    course, reader, cells = read(rows)
    for name, n in cells.items():
        month = name[1]
        if small(n) and (course.told[month] or len(rows[MONTHS.index(month)]) > 1):
            assert not reader.follows(name)
            assert reader.width(name) >= FEWEST, (name, n)


@given(LAID)
def test_a_new_month_changes_nothing_of_what_was_told(rows: list[Counts]) -> None:
    """What is told of a month or a quarter never waits for what comes after it, so it is never taken back either."""
    whole, before = read(rows)[0], read(rows[:-1])[0] if len(rows) > 3 else None
    if before is not None:
        assert all(whole.told[month] == told for month, told in before.told.items())
        for span in periods(MONTHS[: len(rows) - 1]):
            first, second = (
                Course(dict(zip(MONTHS, rows[:-1], strict=False))),
                Course(dict(zip(MONTHS, rows, strict=False))),
            )
            assert first.longer(span) == second.longer(span)


def test_a_quarter_is_told_where_each_of_its_months_is_and_where_two_of_them_hide_each_other() -> None:
    def quarter(*rows: Counts) -> frozenset[str]:
        return Course(dict(zip(MONTHS, rows, strict=False))).longer(MONTHS[:3])

    plain = {"a": 20, "b": 30, "c": 40}
    assert quarter(plain, plain, plain) == {"a", "b", "c"}
    # One month of it is hidden: the quarter less the other two would be that month.
    assert quarter(plain, plain, {**plain, "a": 3, "b": 7}) == {"c"}
    # Hidden in all three, with others beside it in each that are told in none; one more would leave too few of those.
    thin = {"a": 4, "b": 4, "c": 40, "d": 3, "e": 3}
    assert quarter(thin, thin, thin) == {"a", "c"}


# -- two sides


TABLES = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.one_of(st.integers(0, 7), st.integers(0, 40)), min_size=rows * columns, max_size=rows * columns
        ).map(
            lambda each: {
                (f"r{n // columns}", f"c{n % columns}"): size for n, size in enumerate(each) if size
            }
        )
    )
)


def within(cells: Mapping[Name, int], row: str, column: str) -> list[Name]:
    return [each for each in cells if row in ("", each[0]) and column in ("", each[1])]


def entries(cells: Mapping[Name, int]) -> dict[Name, int]:
    """Cells and sums, each by its row and column."""
    names = {*cells, *((row, "") for row, _ in cells), *(("", column) for _, column in cells), ("", "")}
    return {name: sum(cells[each] for each in within(cells, *name)) for name in names}


def attacked(cells: Mapping[Name, int], hidden: frozenset[Name], least: int) -> Callable[[Name], float]:
    reader = Reader(dict.fromkeys(cells, least))
    for name, value in entries(cells).items():
        if name not in hidden:
            reader.reads(within(cells, *name), value)
    return reader.width


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_a_table_with_sums_on_two_sides_gives_no_small_count_away(cells: dict[Name, int]) -> None:
    if not cells:
        return
    hidden = kept_back(cells)
    width = attacked(cells, hidden, least=1)
    for name, n in entries(cells).items():
        if small(n):
            assert name in hidden
            if name in cells:
                assert width(name) >= FEWEST, (name, n, hidden)


def test_a_count_that_two_rings_share_is_not_opened_by_the_line_between_them() -> None:
    """Each row and each column keeps back two at least, and still the count between is settled by the others: the rule of two is not enough."""
    ring = {("r1", "c1"): 9, ("r1", "c2"): 9, ("r2", "c1"): 9, ("r2", "c2"): 9}
    other = {("r3", "c3"): 9, ("r3", "c4"): 9, ("r4", "c3"): 9, ("r4", "c4"): 9}
    rest = {(f"r{r}", f"c{c}"): 50 for r in range(1, 5) for c in range(1, 5)}
    cells = {**rest, **ring, **other, ("r2", "c3"): 2}
    by_twos = frozenset({*ring, *other, ("r2", "c3")})
    assert attacked(cells, by_twos, 0)(("r2", "c3")) == 0
    assert attacked(cells, kept_back(cells), 0)(("r2", "c3")) >= FEWEST


def test_nothing_is_kept_back_where_nothing_is_small() -> None:
    assert kept_back({("r", "c"): 5, ("r", "d"): 9, ("s", "c"): 8}) == frozenset()
    assert kept_back({}) == frozenset()


def test_what_is_kept_back_is_needed() -> None:
    """One small count in a table of three by three takes three others with it, and they are the cheapest."""
    cells = {(r, c): 10 * n for n, (r, c) in enumerate(((r, c) for r in "rst" for c in "abc"), start=1)}
    cells["r", "a"] = 2
    assert kept_back(cells) == {("r", "a"), ("r", "b"), ("s", "a"), ("s", "b")}
