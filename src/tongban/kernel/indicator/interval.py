"""How far noise reaches: the interval of a rate, and that of a sum of weighted rates.

The interval of a rate is Wilson's (1927). That of a sum follows Zou, Huang and Zhang, "A note on confidence interval estimation for
a linear function of binomial proportions", Computational Statistics & Data Analysis 53 (2009): each rate lends its own distance to
its own limit, weighted, and independent distances add as squares do. Rates over the same cases are not independent (who
waited long is seldom satisfied), so theirs are added as they are, which is the most that any dependence could make of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import fsum, sqrt

from msgspec import Struct

Z = 1.959964
"""95 % from both sides."""


class Weighed(Struct, frozen=True):
    """A rate in a sum: ``weight`` points when all is good. ``over`` names the cases that it is over, of whatever period."""

    weight: int
    numerator: int
    denominator: int
    more: bool = True
    over: str = ""

    @property
    def share(self) -> float:
        """The good share, 0..1: less is turned round where less is better."""
        share = self.numerator / self.denominator
        return share if self.more else 1 - share


def total(parts: Iterable[Weighed]) -> tuple[float, float, float]:
    """Points of a sum and the limits of its interval. Each part must have counted something."""
    points: list[float] = []
    down: dict[str, list[float]] = defaultdict(list)
    up: dict[str, list[float]] = defaultdict(list)
    for part in parts:
        low, high = wilson(part.numerator, part.denominator)
        low, high = (low, high) if part.more else (1 - high, 1 - low)
        points.append(part.weight * part.share)
        down[part.over].append(part.weight * (part.share - low))
        up[part.over].append(part.weight * (high - part.share))
    middle = fsum(points)
    return middle, middle - _joint(down.values()), middle + _joint(up.values())


def _joint(groups: Iterable[list[float]]) -> float:
    """``fsum`` rounds once, so the order of the parts changes nothing."""
    return sqrt(fsum(fsum(each) ** 2 for each in groups))


class Sums(Struct):
    """What cases of an average or of a ratio add up to, from which its interval follows: how many there are, the squares of what each
    adds above and below the line, the products of both, and the least that one added above."""

    cases: int = 0
    squares: int = 0
    squares_below: int = 0
    products: int = 0
    least: int = 0

    @staticmethod
    def of(above: int, below: int) -> Sums:
        return Sums(1, above * above, below * below, above * below, above)

    def add(self, other: Sums) -> None:
        self.least = min(self.least, other.least) if self.cases else other.least
        self.cases += other.cases
        self.squares += other.squares
        self.squares_below += other.squares_below
        self.products += other.products


def of_sums(above: int, below: int, sums: Sums) -> tuple[float, float]:
    """The 95 % interval of one sum over another; ``below`` is over nought.

    Its variance is that of a ratio of sums (Cochran, Sampling Techniques, 1977, 6.3), to which Z² of a case that differs by one is added: cases
    that were all alike so far prove no clockwork. Thirty times one visit so reach to 1.13, as Wilson's interval of nought of thirty does to 0.11.
    """
    value = above / below
    apart = sums.squares - 2 * value * sums.products + value * value * sums.squares_below
    spread = max(apart, 0.0) * sums.cases / max(sums.cases - 1, 1)
    half = Z * sqrt(spread + Z * Z) / below
    low = value - half
    return (max(low, 0.0) if sums.least >= 0 else low), value + half


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % interval of a rate, 0..1; the whole range where nothing was counted."""
    if denominator == 0:
        return 0.0, 1.0
    share = numerator / denominator
    z2 = Z * Z
    middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = Z * sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2)) / (1 + z2 / denominator)
    # At the ends the formula gives 0 and 1 but for rounding.
    return middle - half if numerator else 0.0, middle + half if numerator < denominator else 1.0
