"""Forecasts of figures: how sure they are, what they lean on, and when there is none."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.apps.targets.forecast import LEAST, forecast, held
from tongban.kernel.indicator import Sums, Tally

GOOD = [Tally(90 + n % 3, 100) for n in range(12)]


def test_too_few_months_give_no_forecast_and_months_without_cases_are_none() -> None:
    assert forecast(GOOD[: LEAST - 1], Tally(), 1) is None
    assert forecast([*GOOD[: LEAST - 1], Tally()], Tally(), 1) is None
    assert forecast(GOOD[:LEAST], Tally(), 1) is not None


def test_a_period_of_which_nothing_is_to_come_is_what_was_counted() -> None:
    said = forecast(GOOD, Tally(70, 100), 0)
    assert said is not None
    assert (said.value, said.low, said.high) == (0.7, 0.7, 0.7)


def test_where_nothing_is_counted_and_nothing_is_to_come_there_is_no_forecast() -> None:
    assert forecast([Tally(3, 5)] * 8, Tally(), 0.0) is None


def test_what_is_counted_stands_and_the_rest_goes_on_as_before() -> None:
    early, late = (forecast(GOOD, Tally(60, 100), left) for left in (2.0, 0.2))
    assert early is not None and late is not None
    assert 0.6 < late.value < early.value < 0.91
    assert late.high - late.low < early.high - early.low


def test_months_that_differ_by_more_than_chance_make_it_less_sure() -> None:
    calm = forecast([Tally(90, 100)] * 12, Tally(), 1)
    wild = forecast([Tally(n, 100) for n in (95, 60, 90, 55, 96, 70, 92, 50, 94, 66, 97, 58)], Tally(), 1)
    assert calm is not None and wild is not None
    assert wild.high - wild.low > 2 * (calm.high - calm.low)


def test_the_latest_months_weigh_most() -> None:
    better = forecast([*([Tally(50, 100)] * 9), *([Tally(90, 100)] * 3)], Tally(), 1)
    worse = forecast([*([Tally(90, 100)] * 3), *([Tally(50, 100)] * 9)], Tally(), 1)
    assert better is not None and worse is not None
    assert better.value > worse.value


def test_a_rate_that_was_always_whole_is_no_certainty() -> None:
    said = forecast([Tally(40, 40)] * 12, Tally(), 1)
    assert said is not None
    assert said.high == 1.0 and 0.9 < said.low < 1.0


def test_an_average_is_forecast_by_what_its_cases_add() -> None:
    def month(values: list[int]) -> Tally:
        whole = Tally()
        for each in values:
            whole.add(Tally(each, 1, sums=Sums.of(each, 1)))
        return whole

    said = forecast([month([1, 2, 2, 3, 4] * 10)] * 8, Tally(), 1)
    assert said is not None
    assert said.value == pytest.approx(2.4)
    assert 2 < said.low < said.value < said.high < 3


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=24), st.floats(0, 12))
def test_a_forecast_is_always_a_share_within_its_interval(months: list[tuple[int, int]], left: float) -> None:
    said = forecast([Tally(min(a, b), b) for a, b in months], Tally(3, 5), left)
    if said is not None:
        assert 0 <= said.low <= said.value <= said.high <= 1


def test_in_months_that_wander_about_four_of_five_intervals_hold() -> None:
    chance = Random(5)
    hits = total = 0
    for _ in range(40):
        rate, months = 0.8, []
        for _ in range(30):
            rate = min(max(rate + chance.gauss(0, 0.02), 0.05), 0.97)
            months.append(Tally(sum(chance.random() < rate for _ in range(150)), 150))
        found = held(months)
        hits, total = hits + found[0], total + found[1]
    assert total == 40 * (30 - LEAST)
    assert 0.72 < hits / total < 0.90
