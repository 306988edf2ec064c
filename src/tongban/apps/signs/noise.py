"""Is a unit's share more than noise explains? Fisher's exact test against all other units together, from one side, and Holm's correction
for all the cells of a table: of a hundred tables in which nothing is the matter, fewer than five have a marked cell."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum, lgamma
from typing import TypeVar

LEVEL = 0.05
LEAST = 3
"""Cases of a sign below which nothing is marked: two may be one story."""

Key = TypeVar("Key")


def chance(hits: int, cases: int, other_hits: int, other_cases: int) -> float:
    """How likely it is that at least so many of the hits fall on these cases if they fall on all cases alike: the upper tail of
    the hypergeometric distribution (R. A. Fisher, "Statistical Methods for Research Workers", 5th edition 1934, section 21.02)."""
    total, drawn = cases + other_cases, hits + other_hits
    if not cases or not other_cases or not hits:
        return 1.0
    most = min(cases, drawn)
    whole = _ways(total, drawn)
    tail = fsum(
        exp(_ways(cases, k) + _ways(other_cases, drawn - k) - whole)
        for k in range(hits, most + 1)
        if drawn - k <= other_cases
    )
    return min(tail, 1.0)


def _ways(of: int, take: int) -> float:
    """The logarithm of the number of ways to take some of many."""
    return lgamma(of + 1) - lgamma(take + 1) - lgamma(of - take + 1)


def beyond(chances: Mapping[Key, float], level: float = LEVEL) -> frozenset[Key]:
    """The keys whose chance is too small for noise, all together at one level (S. Holm, "A simple sequentially rejective multiple
    test procedure", Scandinavian Journal of Statistics 6, 1979)."""
    found = []
    ordered = sorted(chances.items(), key=lambda each: each[1])
    for n, (key, p) in enumerate(ordered):
        if p * (len(ordered) - n) >= level:
            break
        found.append(key)
    return frozenset(found)
