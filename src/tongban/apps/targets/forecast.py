"""What a figure will be at the end of its period, with an interval, from the months before; or honestly none.

The level is the mean of the months so far, the later ones weighing more (half after :data:`HALF` months). What is counted already stands; what is still
to come is taken to be as much as those months had, at their level. Its variance is that of so many cases and of the level itself, raised by the factor by which the
same rule missed in those very months (their forecasts from the months before them): months differ by more than chance, and nobody needs to know why.
Quantiles are Student's with as many degrees of freedom as months were missed by. How often the intervals held: ``benches/bench_targets.py``.

The method knows no seasons and nothing of what is being done about it: it says what comes if it goes on as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean

from msgspec import Struct

from tongban.apps.casework.finishing import student
from tongban.kernel.indicator import Tally

SURE = 80
"""Per cent of the interval."""
HALF = 3.0
LEAST = 6
"""Whole months with anything in them, at least."""
FIRST = 3
"""Months before the first that is forecast from those before it."""
PRIOR = 2.0
"""Cases of each outcome that are added where all had the same one: they prove no certainty (Agresti and Coull 1998)."""


class Forecast(Struct, frozen=True):
    """``value`` as likely as not, between ``low`` and ``high`` in :data:`SURE` of a hundred. ``months`` spoke."""

    value: float
    low: float
    high: float
    months: int


class _Level(Struct, frozen=True):
    """The mean of some months: ``spread`` is the variance of one case's part, ``known`` how many like cases the mean is worth,
    ``volume`` what a month counts."""

    value: float
    spread: float
    known: float
    volume: float


def forecast(before: Sequence[Tally], so_far: Tally, left: float) -> Forecast | None:
    """The value at the end of a period of which ``so_far`` is counted and ``left`` months are to come.

    ``before`` are the whole months up to now, oldest first, also those of the period itself. None for too few, and where nothing is
    counted and nothing is to come.
    """
    months = [each for each in before if each.denominator > 0]
    if len(months) < LEAST:
        return None
    errors = [_surprise(months[:n], months[n]) for n in range(FIRST, len(months))]
    factor = max(1.0, fmean(errors))
    level = _level(months)
    come = level.volume * max(left, 0.0)
    whole = so_far.denominator + come
    if whole <= 0:
        return None
    value = (so_far.numerator + level.value * come) / whole
    wide = student(0.5 + SURE / 200, len(errors)) if come else 0.0
    off = wide * come / whole * sqrt(factor * _variance(level, come)) if come else 0.0
    share = so_far.sums is None and all(each.sums is None for each in months)
    top = 1.0 if share else float("inf")
    least = 0.0 if share or min(each.sums.least for each in months if each.sums) >= 0 else -float("inf")
    return Forecast(value, max(value - off, least), min(value + off, top), len(months))


def held(months: Sequence[Tally]) -> tuple[int, int]:
    """How often the interval held in months that are over, each forecast from those before it at its beginning."""
    found = total = 0
    for n in range(len(months)):
        said = forecast(months[:n], Tally(), 1.0)
        if said is not None and months[n].denominator:
            total += 1
            found += said.low <= months[n].numerator / months[n].denominator <= said.high
    return found, total


def _surprise(before: Sequence[Tally], month: Tally) -> float:
    """By how much a month missed its forecast: the square over what chance alone would make of it."""
    level = _level(before)
    off = month.numerator / month.denominator - level.value
    return off * off / _variance(level, month.denominator)


def _variance(level: _Level, below: float) -> float:
    return level.spread * (1 / below + 1 / level.known)


def _level(months: Sequence[Tally]) -> _Level:
    weights = [0.5 ** (n / HALF) for n in range(len(months) - 1, -1, -1)]
    below = sum(w * each.denominator for w, each in zip(weights, months, strict=True))
    value = sum(w * each.numerator for w, each in zip(weights, months, strict=True)) / below
    known = below**2 / sum(w * w * each.denominator for w, each in zip(weights, months, strict=True))
    return _Level(value, _spread(months), known, below / sum(weights))


def _spread(months: Sequence[Tally]) -> float:
    """The variance of what one unit of the denominator adds, about the mean of all months."""
    above, below = sum(each.numerator for each in months), sum(each.denominator for each in months)
    sums = [each.sums for each in months if each.sums is not None]
    if not sums:
        share = (above + PRIOR) / (below + 2 * PRIOR)
        return share * (1 - share)
    value = above / below
    squares, products = sum(each.squares for each in sums), sum(each.products for each in sums)
    apart = squares - 2 * value * products + value * value * sum(each.squares_below for each in sums)
    return (max(apart, 0.0) + 1.0) / below
