"""The index of progress: Σ weight × min(reached ÷ planned, 1.1), over the sum of the weights.

Domain rules, section 3.6. Whole numbers throughout, in thousandths; rounded down, so that nobody is told to be further than
they are. A row of which nothing was planned by the day counts for nothing on either side.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

CEILING = 1_100


class Share(Struct, frozen=True):
    """One row: what it weighs, how much was planned by the day and how much of it is reached."""

    weight: int
    planned: int
    reached: int

    @property
    def per_mille(self) -> int | None:
        """None where nothing was planned by the day."""
        return min(self.reached * 1000 // self.planned, CEILING) if self.planned else None


def index(shares: Iterable[Share]) -> int | None:
    """The index of several rows in thousandths; None where nothing of any weight was planned."""
    counted = [(each.weight, each.per_mille) for each in shares]
    held = [(weight, per_mille) for weight, per_mille in counted if per_mille is not None]
    total = sum(weight for weight, _ in held)
    return sum(weight * per_mille for weight, per_mille in held) // total if total else None


def percent(per_mille: int | None) -> str:
    """Thousandths as people read them; a dash for none."""
    return "—" if per_mille is None else f"{per_mille // 10}.{per_mille % 10} %"
