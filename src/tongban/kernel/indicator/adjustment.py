"""Units compared as if each had the county's mix of cases: indirect standardisation.

Who gets the hard matters looks worse for it. So each unit is held against what it would have had if each kind of its cases (a *stratum*) had gone as it goes
in the county: what came about over what was to be expected, times the county's rate (Breslow and Day, Statistical Methods in Cancer Research II, 1987,
chapter 2). Of the good and the others the rarer is compared, so no rate leaves its range. The interval is the unit's own (Wilson), stretched alike; the
county's rates are taken as known, because they rest on many more cases. It mends what the strata tell apart and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.indicator.interval import wilson

SMALLEST = 30
"""Cases that a stratum has in the county; smaller ones are pooled, because a rate over few is noise."""
POOLED = "*"
"""The stratum of all that were pooled."""

Pair: TypeAlias = "tuple[int, int]"
"""Numerator and denominator."""


class Stratum(Struct, frozen=True):
    """What the county counted in one stratum. ``of`` are the strata that it stands for, several where they were pooled."""

    name: str
    numerator: int
    denominator: int
    of: tuple[str, ...]

    @property
    def rate(self) -> float:
        return self.numerator / self.denominator


class Adjusted(Struct, frozen=True):
    """A unit: ``rate`` is its own, ``expected`` what its cases would have had at the county's rates, ``adjusted`` its rate at the county's mix, all 0..1,
    with the interval of the last. ``moved``: the adjusted rate lies outside the interval of its own, so noise does not explain the difference."""

    numerator: int
    denominator: int
    rate: float
    expected: float
    adjusted: float
    low: float
    high: float
    moved: bool


class Adjustment(Struct, frozen=True):
    """``county`` is the county's own rate. ``units`` by unit, those that counted anything."""

    county: float
    strata: tuple[Stratum, ...]
    units: Mapping[str, Adjusted]

    @property
    def moves(self) -> bool:
        """Whether it changes anything beyond noise."""
        return any(each.moved for each in self.units.values())


def adjusted(counts: Mapping[str, Mapping[str, Pair]]) -> Adjustment | None:
    """Counts by unit and stratum. None where nothing was counted."""
    strata = _strata(counts.values())
    whole = sum(each.denominator for each in strata)
    if not whole:
        return None
    county = sum(each.numerator for each in strata) / whole
    rates = {name: each.rate for each in strata for name in each.of}
    units = {
        unit: _unit(by, rates, county)
        for unit, by in counts.items()
        if sum(denominator for _, denominator in by.values())
    }
    return Adjustment(county, strata, units)


def _strata(units: Iterable[Mapping[str, Pair]]) -> tuple[Stratum, ...]:
    """The strata of the county, the largest first; what is pooled takes the smallest others in until it is large enough itself."""
    sums: dict[str, list[int]] = {}
    for by in units:
        for name, (numerator, denominator) in by.items():
            if denominator:
                each = sums.setdefault(name, [0, 0])
                each[0] += numerator
                each[1] += denominator
    order = sorted(sums, key=lambda name: (sums[name][1], name))
    pooled = [name for name in order if sums[name][1] < SMALLEST]
    while pooled and len(pooled) < len(order) and sum(sums[name][1] for name in pooled) < SMALLEST:
        pooled.append(order[len(pooled)])
    found = [Stratum(name, sums[name][0], sums[name][1], (name,)) for name in reversed(order[len(pooled) :])]
    if pooled:
        above, below = (sum(sums[name][n] for name in pooled) for n in (0, 1))
        found.append(Stratum(POOLED if len(pooled) > 1 else pooled[0], above, below, tuple(sorted(pooled))))
    return tuple(found)


def _unit(by: Mapping[str, Pair], rates: Mapping[str, float], county: float) -> Adjusted:
    numerator, denominator = (sum(pair[n] for pair in by.values()) for n in (0, 1))
    expected = sum(below * rates[name] for name, (_, below) in by.items() if below) / denominator
    own, (low, high) = numerator / denominator, wilson(numerator, denominator)
    value, low_to, high_to = (_turned(each, expected, county) for each in (own, low, high))
    return Adjusted(numerator, denominator, own, expected, value, low_to, high_to, not low <= value <= high)


def _turned(rate: float, expected: float, county: float) -> float:
    """A rate at the county's mix. Where the good are the more, the others are what is compared."""
    if county > 0.5:
        return 1 - _turned(1 - rate, 1 - expected, 1 - county)
    return min(rate * county / expected, 1.0) if expected else rate
