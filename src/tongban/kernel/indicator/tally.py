"""What stands behind one value: how many cases, how many of them good, how many left out and why."""

from __future__ import annotations

from msgspec import Struct, field

from tongban.kernel.indicator.interval import Sums, of_sums, wilson


class Tally(Struct):
    """Counts behind one value: ``denominator`` without the excluded, those by the id of their exclusion. ``sums`` is None for a rate,
    whose denominator is its sample."""

    numerator: int = 0
    denominator: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    sums: Sums | None = None

    @property
    def sample(self) -> int:
        """The cases that the value is over."""
        return self.denominator if self.sums is None else self.sums.cases

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the value."""
        if self.sums is None or not self.denominator:
            return wilson(self.numerator, self.denominator)
        return of_sums(self.numerator, self.denominator, self.sums)

    def add(self, other: Tally) -> None:
        self.numerator += other.numerator
        self.denominator += other.denominator
        for name, n in other.excluded.items():
            self.excluded[name] = self.excluded.get(name, 0) + n
        if other.sums is not None:
            self.sums = self.sums or Sums()
            self.sums.add(other.sums)
