"""How many other replies say nearly the same, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_SPEAKS = re.compile(r"[㐀-鿿]+")
PIECE = 4
"""Characters of the pieces that are compared."""
SHORTEST = 12
"""Characters below which two replies may well be the same by chance: 已修好。"""
SAME = 0.8
"""Share of the pieces of either that the other must have as well."""


def repeats(reply: str, others: Iterable[str]) -> int:
    """How many of the others are nearly this text. Numbers and signs do not count: only they differ in a form letter."""
    own = pieces(reply)
    if len(own) < SHORTEST:
        return 0
    return sum(_same(own, pieces(other)) for other in others)


def _same(own: frozenset[str], other: frozenset[str]) -> bool:
    return len(own & other) >= SAME * max(len(own), len(other))


@lru_cache(maxsize=500)
def pieces(text: str) -> frozenset[str]:
    """The pieces of ideographs of a text."""
    said = "".join(_SPEAKS.findall(text))
    return frozenset(said[at : at + PIECE] for at in range(len(said) - PIECE + 1))
