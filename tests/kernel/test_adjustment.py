"""Units held against what their mix of cases would have had: by hand, and with the properties that make it fair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.indicator.adjustment import POOLED, SMALLEST, adjusted
from tongban.kernel.indicator.interval import wilson

PAIRS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
BY = st.dictionaries(st.sampled_from(["01", "02", "03", "04"]), PAIRS, min_size=1)
COUNTIES = st.dictionaries(st.sampled_from("abcde"), BY, min_size=1)

HARD = {"a": {"easy": (90, 100), "hard": (50, 100)}, "b": {"easy": (180, 200)}, "c": {"hard": (100, 200)}}
"""Easy matters go well nine times in ten, hard ones five times, with everybody."""


def test_units_that_only_had_other_cases_come_out_alike() -> None:
    found = adjusted(HARD)
    assert found is not None
    assert found.county == pytest.approx(420 / 600)
    assert [round(found.units[unit].rate, 2) for unit in "abc"] == [0.70, 0.90, 0.50]
    assert [round(found.units[unit].adjusted, 2) for unit in "abc"] == [0.70, 0.70, 0.70]
    assert found.moves and not found.units["a"].moved


def test_it_is_what_came_about_over_what_was_expected_times_the_countys_rate() -> None:
    """By hand: 30 of 100 and 10 of 100 bad; b has 20 bad where 15 were to be expected."""
    counts = {"a": {"x": (20, 50), "y": (0, 50)}, "b": {"x": (10, 50), "y": (10, 50)}}
    found = adjusted(counts)
    assert found is not None
    county, expected = 40 / 200, (50 * 0.3 + 50 * 0.1) / 100
    one = found.units["b"]
    assert (one.expected, one.adjusted) == pytest.approx((expected, 0.2 / expected * county))
    low, high = wilson(20, 100)
    assert (one.low, one.high) == pytest.approx((low / expected * county, high / expected * county))


@given(COUNTIES)
def test_an_adjusted_rate_is_a_rate_within_its_interval_and_keeps_the_order_of_the_units_own(
    counts: dict[str, dict[str, tuple[int, int]]],
) -> None:
    found = adjusted(counts)
    assert found is not None
    for each in found.units.values():
        assert 0 <= each.low <= each.adjusted + 1e-9 and each.adjusted <= each.high + 1e-9 and each.high <= 1


@given(BY.filter(lambda by: all(n >= SMALLEST for _, n in by.values())), st.integers(2, 5))
def test_units_with_the_same_mix_are_left_as_they_are(by: dict[str, tuple[int, int]], n: int) -> None:
    found = adjusted({str(k): by for k in range(n)})
    assert found is not None and not found.moves
    for each in found.units.values():
        assert each.adjusted == pytest.approx(each.rate)


@given(COUNTIES)
def test_a_stratum_rests_on_enough_cases_or_on_all_of_them(
    counts: dict[str, dict[str, tuple[int, int]]],
) -> None:
    found = adjusted(counts)
    assert found is not None
    assert len(found.strata) == 1 or all(each.denominator >= SMALLEST for each in found.strata)
    names = [name for each in found.strata for name in each.of]
    assert sorted(names) == sorted({name for by in counts.values() for name in by})
    assert sum(each.denominator for each in found.strata) == sum(
        n for by in counts.values() for _, n in by.values()
    )


def test_small_strata_are_pooled_and_the_pool_takes_in_the_next_until_it_is_large_enough() -> None:
    counts = {"a": {"x": (50, 90), "y": (20, 40), "z": (1, 3), "w": (1, 2)}}
    found = adjusted(counts)
    assert found is not None
    assert [(each.name, each.denominator, each.of) for each in found.strata] == [
        ("x", 90, ("x",)),
        (POOLED, 45, ("w", "y", "z")),
    ]


def test_where_nothing_was_counted_there_is_nothing_to_adjust() -> None:
    assert adjusted({}) is None
    assert adjusted({"a": {"x": (0, 0)}}) is None
