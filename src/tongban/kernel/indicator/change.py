"""What became of a figure since an earlier month, and whether noise explains it.

The interval of a difference is made from the two intervals (Newcombe 1998; Zou and Donner 2008): each figure lends the distance to its own limit,
and independent distances add as squares do. Where it holds nought, noise explains the difference. The cases of two months are not the same ones.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

from msgspec import Struct

from tongban.kernel.indicator.tally import Tally

Way = Literal["up", "down", "same", "noise"]


class Value(Struct, frozen=True):
    """A figure and its 95 % interval, as they are counted (a share is 0..1)."""

    value: float
    low: float
    high: float


def value_of(tally: Tally) -> Value | None:
    """What a tally amounts to; None where it counted nothing."""
    return Value(tally.numerator / tally.denominator, *tally.interval) if tally.denominator else None


class Change(Struct, frozen=True):
    """``by`` is the later value less the earlier one; ``low`` and ``high`` its 95 % interval."""

    by: float
    low: float
    high: float

    @property
    def way(self) -> Way:
        """``noise`` where the interval holds nought."""
        if not self.by:
            return "same"
        if self.low <= 0 <= self.high:
            return "noise"
        return "up" if self.by > 0 else "down"


def change(before: Value, after: Value) -> Change:
    """From one month to another."""
    by = after.value - before.value
    down = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Change(by, by - down, by + up)
