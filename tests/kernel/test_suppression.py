"""Somebody with linear programming reads everything that a table tells, and finds no small count."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacking_ground import Reader
from tongban.kernel.indicator.suppression import FEWEST, alone, kept_back, small

Name = tuple[str, str]
Counts = dict[str, int]

SIZES = st.one_of(st.integers(0, 8), st.integers(0, 60))
UNITS = st.dictionaries(st.sampled_from("abcdefghij"), SIZES, min_size=1, max_size=8)


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


# -- one figure broken down in several ways


JOINT = st.dictionaries(
    st.tuples(st.sampled_from("uvw"), st.sampled_from("tsr"), st.sampled_from("cd")),
    SIZES,
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(JOINT)
def test_units_townships_and_categories_of_one_figure_together_open_no_small_count(
    cases: dict[tuple[str, str, str], int],
) -> None:
    """The tables have only the county's sum in common, so together they tell no more than each alone."""
    whole = sum(cases.values())
    if not whole or small(whole):
        return
    sums: dict[Name, int] = {}
    for cell, n in cases.items():
        for way, part in enumerate(cell):
            if n:
                sums[str(way), part] = sums.get((str(way), part), 0) + n
    told = {way: alone({part: n for (of, part), n in sums.items() if of == way}) for way in "012"}
    values = [[part for of, part in sums if of == way] for way in "012"]
    grid = [(u, t, c) for u in values[0] for t in values[1] for c in values[2]]
    reader = Reader(
        {**{("cell", "".join(cell)): 0 for cell in grid}, **{name: int(bool(told[name[0]])) for name in sums}}
    )
    reader.reads([("cell", "".join(cell)) for cell in grid], whole)
    for way, part in sums:  # the part, and all cells outside it, are the whole
        outside = [("cell", "".join(cell)) for cell in grid if cell[int(way)] != part]
        reader.reads([(way, part), *outside], whole)
        if part in told[way]:
            reader.reads([(way, part)], sums[way, part])
    for (way, part), n in sums.items():
        if small(n) and (told[way] or len(values[int(way)]) > 1):
            assert reader.width((way, part)) >= FEWEST, (way, part, n)
