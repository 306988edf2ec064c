"""Boards: what noise cannot separate shares a rank, too small a sample has none, and what is missing is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.apps.disclosure.periods import Days, days_of, offered, period_of
from tongban.apps.disclosure.standing import Table, tables
from tongban.kernel.board import BoardCount, BoardItem, Standing
from tongban.kernel.indicator import Weighed, total, wilson
from tongban.kernel.refusal import Refused

COUNTS = st.integers(30, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ITEMS = (
    BoardItem("a", "p.a", 60, of="p/case"),
    BoardItem("b", "p.b", 30, more=False, of="p/case"),
    BoardItem("c", "q.c", 10, of="q/case"),
)
UNITS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.tuples(COUNTS, COUNTS, COUNTS), min_size=2, max_size=8
)
Counts = dict[str, tuple[tuple[int, int], ...]]


def board(units: Counts, items: tuple[BoardItem, ...] = ITEMS) -> Table:
    counts = tuple(
        BoardCount(item.item, unit, *count)
        for unit, given in units.items()
        for item, count in zip(items, given, strict=True)
    )
    (table,) = tables(
        Standing("x", "2026-01-01", "2026-01-31", items, dict.fromkeys(units, "township"), counts)
    )
    return table


def ranks(table: Table) -> dict[str, int]:
    return {place.unit: place.rank for place in table.places}


@given(UNITS)
def test_ranks_do_not_depend_on_the_order_in_which_units_are_looked_at(units: Counts) -> None:
    turned = dict(reversed(units.items()))
    assert ranks(board(units)) == ranks(board(turned))


@given(UNITS)
def test_who_stands_behind_has_fewer_points_and_somebody_is_always_first(units: Counts) -> None:
    table = board(units)
    assert min(place.rank for place in table.places) == 1
    for one in table.places:
        for other in table.places:
            assert one.rank <= other.rank or one.low <= other.high or one.points < other.points
            if one.low > other.high:
                assert one.rank < other.rank and one.points > other.points


@given(UNITS, st.tuples(COUNTS, COUNTS, COUNTS))
def test_units_with_the_same_counts_share_a_rank(units: Counts, same: tuple[tuple[int, int], ...]) -> None:
    found = ranks(board({**units, "one": same, "two": same}))
    assert found["one"] == found["two"]


@given(COUNTS, COUNTS, st.integers(2, 9), st.booleans())
def test_a_bigger_sample_never_widens_an_interval(
    first: tuple[int, int], second: tuple[int, int], times: int, more: bool
) -> None:
    def spread(scale: int) -> tuple[float, float, float]:
        parts = [
            Weighed(60, first[0] * scale, first[1] * scale, more, "a"),
            Weighed(40, second[0], second[1], over="b"),
        ]
        return total(parts)

    points, low, high = spread(1)
    same, narrow, tight = spread(times)
    assert same == pytest.approx(points)
    assert low - 1e-9 <= narrow <= tight <= high + 1e-9


@given(UNITS, COUNTS)
def test_an_item_in_which_all_are_alike_separates_nobody(units: Counts, alike: tuple[int, int]) -> None:
    before = ranks(board(units))
    more = BoardItem("d", "q.d", 20, of="q/case")
    after = ranks(board({unit: (*each, alike) for unit, each in units.items()}, (*ITEMS, more)))
    for one in units:
        for other in units:
            assert not after[one] < after[other] or before[one] < before[other] or _closer(units, one, other)


def _closer(units: Counts, one: str, other: str) -> bool:
    """Ranks count who stands before; a third unit may have joined one of the two."""
    return len(units) > 2


@given(UNITS)
def test_two_units_alone_are_not_separated_by_what_they_have_in_common(units: Counts) -> None:
    pair = dict(list(units.items())[:2])
    before = ranks(board(pair))
    more = BoardItem("d", "q.d", 20, of="q/case")
    after = ranks(board({unit: (*each, (30, 60)) for unit, each in pair.items()}, (*ITEMS, more)))
    if len(set(before.values())) == 1:
        assert len(set(after.values())) == 1


def test_one_item_alone_has_the_interval_of_its_rate() -> None:
    low, high = wilson(81, 263)
    assert total([Weighed(100, 81, 263)]) == pytest.approx((100 * 81 / 263, 100 * low, 100 * high))
    assert total([Weighed(100, 81, 263, more=False)]) == pytest.approx(
        (100 * 182 / 263, 100 - 100 * high, 100 - 100 * low)
    )


def test_items_over_the_same_cases_are_trusted_less_than_independent_ones() -> None:
    _, together_low, _ = total([Weighed(50, 40, 50, over="a"), Weighed(50, 40, 50, over="a")])
    _, apart_low, _ = total([Weighed(50, 40, 50, over="a"), Weighed(50, 40, 50, over="b")])
    assert together_low == pytest.approx(100 * wilson(40, 50)[0])
    assert apart_low > together_low


def test_a_unit_with_one_small_sample_has_no_rank_and_says_in_which_item() -> None:
    full = ((50, 60), (5, 60), (40, 60))
    table = board({"a": full, "b": full, "c": ((50, 60), (5, 60), (29, 29))})
    assert ranks(table) == {"a": 1, "b": 1, "c": 0}
    assert [part.item.item for part in table.places[-1].short] == ["c"]


def test_what_counts_nothing_or_nobody_enough_is_left_out_with_its_reason_and_its_points() -> None:
    units = {"a": ((50, 60), (0, 0), (9, 10)), "b": ((50, 60), (0, 0), (40, 60))}
    table = board({**units, "c": ((50, 60), (0, 0), (20, 20)), "d": ((50, 60), (0, 0), (40, 60))})
    assert [(item.item, why) for item, why in table.left_out] == [("b", "nothing_counted"), ("c", "too_few")]
    assert table.out_of == 60
    assert ranks(table) == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_what_was_counted_of_a_unit_stands_beside_its_line_also_where_it_gives_no_points() -> None:
    table = board({"a": ((3, 4), (0, 0), (9, 10)), "b": ((1, 2), (0, 0), (4, 6))})
    assert not table.told
    counted = {place.unit: [(p.numerator, p.denominator) for p in place.beside] for place in table.places}
    assert counted == {"a": [(3, 4), (0, 0), (9, 10)], "b": [(1, 2), (0, 0), (4, 6)]}


def test_units_of_different_kinds_are_never_compared() -> None:
    counts = tuple(
        BoardCount("a", unit, good, 100) for unit, good in (("a", 10), ("b", 12), ("c", 90), ("d", 95))
    )
    kinds = {"a": "village", "b": "village", "c": "township", "d": "township"}
    found = tables(Standing("x", "2026-01-01", "2026-01-31", ITEMS[:1], kinds, counts))
    assert {table.kind: ranks(table) for table in found} == {
        "village": {"a": 1, "b": 1},
        "township": {"c": 1, "d": 1},
    }


@pytest.mark.parametrize(
    ("kind", "period", "since", "until"),
    [
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("month", "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("month", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_days(kind: str, period: str, since: date, until: date) -> None:
    assert days_of(kind, period) == Days(since, until)
    assert period_of(kind, since) == period_of(kind, until) == period


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("week", "2027-W53"),
        ("week", "2026-W00"),
        ("month", "2026-13"),
        ("quarter", "2026-Q5"),
        ("year", "26"),
        ("month", "2026"),
        ("year", "２０２６"),
    ],
)
def test_what_is_no_period_of_the_kind_is_refused(kind: str, period: str) -> None:
    assert isinstance(days_of(kind, period), Refused)


def test_the_periods_that_are_offered_are_over() -> None:
    now = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)  # the first of April in China
    assert [offered(kind, now)[0] for kind in ("month", "quarter", "year", "week")] == [
        "2026-03",
        "2026-Q1",
        "2025",
        "2026-W13",
    ]
