"""Units in their order: a rank only where noise is not the reason, and small units together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.suppression import alone


class Ranking(Protocol):
    """What a rank asks of an indicator."""

    @property
    def smallest_sample(self) -> int: ...

    @property
    def more_is_better(self) -> bool: ...


def together(counts: Mapping[str, Tally]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """The units that are shown alone, and those that are only shown together, by what the county's total would give away."""
    units = sorted(
        ((unit, tally) for unit, tally in counts.items() if unit and tally.denominator),
        key=lambda each: (each[1].sample, each[0]),
    )
    told = alone({unit: tally.sample for unit, tally in units})
    return (
        {unit: tally for unit, tally in units if unit in told},
        {unit: tally for unit, tally in units if unit not in told},
    )


def ranks(indicator: Ranking, single: Mapping[str, Tally]) -> dict[str, int]:
    """A unit ranks behind another only where their intervals do not overlap; too few cases, no rank."""
    bounds = {
        unit: tally.interval for unit, tally in single.items() if tally.sample >= indicator.smallest_sample
    }
    return ranks_of(bounds, more=indicator.more_is_better)


def ranks_of(bounds: Mapping[str, tuple[float, float]], *, more: bool) -> dict[str, int]:
    """Ranks by intervals: one more than there are others of which the whole interval is better."""
    return {
        unit: 1 + sum(other[0] > high if more else other[1] < low for other in bounds.values())
        for unit, (low, high) in bounds.items()
    }


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total.add(each)
    return total
