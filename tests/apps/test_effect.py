"""Before and after: what is planted is found, what is not there is not claimed, and a season is nobody's merit."""

from __future__ import annotations

from math import pi, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.apps.figures.effect import FEWEST_MONTHS, Effect, Pair, effect, student
from tongban.kernel.indicator.tally import Tally

SEEDS = 300


def county(
    seed: int,
    *,
    planted: float = 0.0,
    season: float = 0.0,
    drift: float = 0.0,
    cases: int = 120,
    months: tuple[int, int] = (14, 10),
) -> tuple[list[Pair], list[Pair]]:
    """Months of two groups of units. Both share a season; the first has ``planted`` more after the practice came."""
    chance = Random(seed)

    def month(n: int) -> Pair:
        common = 0.75 + season * sin(2 * pi * n / 12)
        own = common + drift * n + (planted if n >= months[0] else 0.0) + chance.gauss(0, 0.01)
        other = common - 0.04 + chance.gauss(0, 0.01)
        return Pair(str(n), drawn(chance, own, cases), drawn(chance, other, cases))

    every = [month(n) for n in range(sum(months))]
    return every[: months[0]], every[months[0] :]


def drawn(chance: Random, share: float, cases: int) -> Tally:
    return Tally(sum(chance.random() < share for _ in range(cases)), cases)


def shares(**how: float) -> dict[str, float]:
    """How often each verdict is given over many counties."""
    found = [effect(*county(seed, **how)).verdict for seed in range(SEEDS)]  # type: ignore[arg-type]
    return {verdict: found.count(verdict) / SEEDS for verdict in set(found)}


def test_where_nothing_changed_no_effect_is_claimed_but_as_seldom_as_is_said() -> None:
    found = shares(season=0.1)
    assert found.get("better", 0.0) + found.get("worse", 0.0) <= 0.06
    assert found["none"] >= 0.85


def test_a_season_that_a_look_at_one_group_would_take_for_an_effect_is_none() -> None:
    """The half-year after is the better half of the year, for everybody."""
    before, after = county(3, season=0.12, months=(12, 6), cases=400)
    found = effect(before, after)
    assert found.own_change > 0.05
    assert found.verdict == "none"


def test_an_effect_of_ten_points_is_found_and_its_interval_holds_it() -> None:
    found = [effect(*county(seed, planted=0.1)) for seed in range(SEEDS)]
    assert sum(each.verdict == "better" for each in found) / SEEDS >= 0.85
    assert sum(each.low <= 0.1 <= each.high for each in found) / SEEDS >= 0.93


def test_less_is_better_where_the_indicator_says_so() -> None:
    before, after = county(1, planted=0.15, cases=400)
    assert effect(before, after, more=False).verdict == "worse"


def test_what_rose_already_before_is_not_put_down_to_the_practice() -> None:
    found = shares(drift=0.02)
    assert found.get("apart_before", 0.0) >= 0.95


def test_too_few_months_say_nothing() -> None:
    before, after = county(1, months=(12, FEWEST_MONTHS - 1))
    found = effect(before, after)
    assert (found.verdict, found.after_months) == ("too_short", FEWEST_MONTHS - 1)


def test_a_month_with_few_cases_is_left_out_and_counted() -> None:
    before, after = county(1)
    thin = Pair("thin", Tally(2, 2), Tally(80, 100))
    assert effect([*before, thin], after) == with_left_out(effect(before, after), 1)


def with_left_out(found: Effect, n: int) -> Effect:
    from msgspec.structs import replace

    return replace(found, left_out=n)


@given(st.integers(0, 10_000), st.integers(20, 200))
def test_months_that_are_all_alike_are_no_proof(seed: int, cases: int) -> None:
    """Every case in time in every month of both: the scatter is nought, the interval is not."""
    whole = Tally(cases, cases)
    months = [Pair(str(n), whole, whole) for n in range(8)]
    found = effect(months, months)
    assert found.low < 0 < found.high
    assert found.verdict == "none"


def test_the_table_of_student_is_that_of_the_textbooks() -> None:
    assert [student(n) for n in (1, 10, 30)] == [12.706, 2.228, 2.042]
    assert student(1000) == pytest.approx(1.96, abs=1e-3)
