"""What changed with a practice: before and after, beside units that went on without it (difference in differences).

Of each month the value of those with the practice less that of the others is taken, so that what befell both (the season, a flood,
a new form) falls out. The effect is the mean of these gaps after less the mean before. Its 95 % interval is Welch's over the months (Welch 1947), made
wider where months follow one another (by the first autocorrelation, as in von Storch and Zwiers 1999, 6.6), and never narrower than the samples
of the two spans alone would make it. Where the gap moved already before, nothing that comes after is put down to the practice.
Bertrand, Duflo and Mullainathan (2004) say why months are summed up so and not taken one by one.

Pure: whoever has the counts can work it out again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import fsum, sqrt
from typing import Literal

from msgspec import Struct

from tongban.kernel.indicator.interval import Z
from tongban.kernel.indicator.tally import Tally

FEWEST_MONTHS = 6
"""Months that each side must have: half a year tells a season from a change badly enough."""
FEWEST_CASES = 5
"""Cases that each group must have in a month for that month to be looked at."""
MOST_ALIKE = 0.6
"""The autocorrelation is believed up to here: a dozen months cannot show more."""
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
      2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)  # fmt: skip
"""97.5 % points of Student's t for 1 to 30 degrees of freedom."""

Verdict = Literal["better", "worse", "none", "apart_before", "too_short"]


class Pair(Struct, frozen=True):
    """One month: those with the practice, and those that they are compared with."""

    period: str
    own: Tally
    other: Tally

    @property
    def told(self) -> bool:
        return min(self.own.sample, self.other.sample) >= FEWEST_CASES

    @property
    def gap(self) -> float:
        return value(self.own) - value(self.other)


class Effect(Struct, frozen=True):
    """``size`` with its interval is in the indicator's own unit (0.05 is five points of a rate). ``visible`` is the smallest effect
    that these months would have shown. ``drift`` is how the gap moved each month before, with its interval.

    ``verdict``: ``none`` is no effect seen; ``apart_before`` that the two moved apart before already; ``too_short`` that a side has
    fewer than ``FEWEST_MONTHS`` months. ``before`` and ``after`` are the values of both groups over all months that were looked at.
    """

    verdict: Verdict
    before_months: int
    after_months: int
    left_out: int
    before: tuple[float, float] = (0.0, 0.0)
    after: tuple[float, float] = (0.0, 0.0)
    size: float = 0.0
    low: float = 0.0
    high: float = 0.0
    drift: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def visible(self) -> float:
        return (self.high - self.low) / 2

    @property
    def own_change(self) -> float:
        """What a look at those with the practice alone would have said."""
        return self.after[0] - self.before[0]


def value(tally: Tally) -> float:
    """0 where nothing was counted."""
    return tally.numerator / tally.denominator if tally.denominator else 0.0


def effect(before: Sequence[Pair], after: Sequence[Pair], *, more: bool = True) -> Effect:
    """The effect of what lies between ``before`` and ``after``; ``more``: whether more is better."""
    first = [each for each in before if each.told]
    then = [each for each in after if each.told]
    left_out = len(before) + len(after) - len(first) - len(then)
    if min(len(first), len(then)) < FEWEST_MONTHS:
        return Effect("too_short", len(first), len(then), left_out)
    gaps = [each.gap for each in first], [each.gap for each in then]
    size = _mean(gaps[1]) - _mean(gaps[0])
    half = _half(gaps[0], gaps[1], _sampling(first) + _sampling(then))
    drift = _slope(gaps[0])
    return Effect(
        verdict=_verdict(size - half, size + half, drift, more=more),
        before_months=len(first),
        after_months=len(then),
        left_out=left_out,
        before=_values(first),
        after=_values(then),
        size=size,
        low=size - half,
        high=size + half,
        drift=drift,
    )


def _verdict(low: float, high: float, drift: tuple[float, float, float], *, more: bool) -> Verdict:
    if drift[1] > 0 or drift[2] < 0:
        return "apart_before"
    if low <= 0 <= high:
        return "none"
    return "better" if (low > 0) is more else "worse"


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _values(pairs: Sequence[Pair]) -> tuple[float, float]:
    return value(_summed(pairs, lambda each: each.own)), value(_summed(pairs, lambda each: each.other))


def _summed(pairs: Sequence[Pair], of: Callable[[Pair], Tally]) -> Tally:
    total = Tally()
    for each in pairs:
        total.add(of(each))
    return total


def _sampling(pairs: Sequence[Pair]) -> float:
    """The variance that the size of the samples alone gives to the gap of a span."""
    ends = (_summed(pairs, lambda each: each.own).interval, _summed(pairs, lambda each: each.other).interval)
    return fsum(((high - low) / (2 * Z)) ** 2 for low, high in ends)


def _half(first: Sequence[float], then: Sequence[float], sampling: float) -> float:
    """Half the width of the interval."""
    stretch = _stretch(first, then)
    of_mean = [_variance(side) * stretch / len(side) for side in (first, then)]
    spread = fsum(of_mean)
    if spread <= sampling:
        return student(len(first) + len(then) - 2) * sqrt(sampling)
    below = fsum(each**2 / (len(side) - 1) for each, side in zip(of_mean, (first, then), strict=True))
    return student(int(spread**2 / below)) * sqrt(spread)


def _variance(values: Sequence[float]) -> float:
    middle = _mean(values)
    return fsum((each - middle) ** 2 for each in values) / (len(values) - 1)


def _stretch(first: Sequence[float], then: Sequence[float]) -> float:
    """By how much months that resemble the one before them make the variance larger: (1 + r) / (1 - r)."""
    apart = [[each - _mean(side) for each in side] for side in (first, then)]
    squares = fsum(each**2 for side in apart for each in side)
    products = fsum(a * b for side in apart for a, b in pairwise(side))
    alike = min(max(products / squares, 0.0), MOST_ALIKE) if squares else 0.0
    return (1 + alike) / (1 - alike)


def _slope(values: Sequence[float]) -> tuple[float, float, float]:
    """How much the values rise each month, with its 95 % interval (least squares)."""
    n, middle = len(values), _mean(values)
    at = [each - (n - 1) / 2 for each in range(n)]
    over = fsum(each**2 for each in at)
    rise = fsum(x * y for x, y in zip(at, values, strict=True)) / over
    rest = fsum((y - middle - rise * x) ** 2 for x, y in zip(at, values, strict=True))
    half = student(n - 2) * sqrt(rest / (n - 2) / over)
    return rise, rise - half, rise + half


def student(degrees: int) -> float:
    """The 97.5 % point of Student's t."""
    return _T[degrees - 1] if degrees <= len(_T) else Z
