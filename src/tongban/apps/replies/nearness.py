"""How near a reply is to its own matter, beside other matters: in single characters and pairs of them.

Chinese needs no words for this, and a reply in other words than the matter's still shares some of its characters.
What many matters have counts little. No figure decides alone: a reply is beside the point if a good part of other
matters is nearer to it than its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log, sqrt

from msgspec import Struct, field

LONGEST = 200
"""Characters of a matter that are compared."""
ENOUGH = 50
"""Other matters below which nothing can be said of their part."""
TWIN = 0.3
"""Matters as near to each other as this are one and the same problem: a reply may be as near to either."""
SINGLE = 0.5
"""What a single character counts beside a pair."""

_HAN = re.compile(r"[㐀-鿿]+")
_LIGHT = frozenset(
    "的一是不了在有人我这那个上来到时大地为子中你说生国年着就和要她他它出也得里后自以会家可下而过天去能对小多然于心"
    "么之都好看起发当没成只如事把还用第样道想作种开见已经您们请给被从向由及与或等将并其二三四五六七八九十"
)

Pieces = frozenset[str]


class Matters(Struct, frozen=True):
    """Other matters, ready to be compared with: their pieces, and what each piece counts, squared."""

    texts: tuple[str, ...] = ()
    pieces: tuple[Pieces, ...] = ()
    sums: tuple[float, ...] = ()
    counts: Mapping[str, float] = field(default_factory=dict)

    @staticmethod
    def of(texts: Sequence[str]) -> Matters:
        """The same texts are read once: they change only when a case is settled."""
        return _read(tuple(text[:LONGEST] for text in texts))

    def nearer(self, reply: str, matter: str) -> float:
        """The part of the other matters that is nearer to the reply than its own, 0 to 1."""
        said, own = _pieces(reply), _pieces(matter[:LONGEST])
        said_sum, own_sum = self._sum(said), self._sum(own)
        near = self._sum(said & own) / sqrt(own_sum or 1.0)
        nearer = apart = 0
        for other, other_sum in zip(self.pieces, self.sums, strict=True):
            if self._sum(own & other) >= TWIN * sqrt(own_sum * other_sum):
                continue
            apart += 1
            nearer += self._sum(said & other) / sqrt(other_sum or 1.0) >= near
        return nearer / apart if apart and said_sum else 0.0

    def having(self, word: str) -> int:
        """How many of them have a word."""
        return sum(word in text for text in self.texts)

    def _sum(self, pieces: Pieces) -> float:
        counts, rarest = self.counts, log(1 + len(self.texts)) ** 2
        return sum(
            counts[each] if each in counts else rarest * (1.0 if len(each) > 1 else SINGLE**2)
            for each in pieces
        )


@lru_cache(maxsize=8)
def _read(texts: tuple[str, ...]) -> Matters:
    pieces = tuple(_pieces(text) for text in texts)
    rare = 1 + len(texts)
    counts = {
        each: ((1.0 if len(each) > 1 else SINGLE) * log(rare / (1 + n))) ** 2
        for each, n in Counter(each for of_one in pieces for each in of_one).items()
    }
    sums = tuple(sum(counts[each] for each in of_one) for of_one in pieces)
    return Matters(texts, pieces, sums, counts)


def shares_nothing(reply: str, matter: str) -> bool:
    """Whether they have no pair of characters in common, and at most one that is about something."""
    common = {each for each in _pieces(reply) & _pieces(matter) if not set(each) <= _LIGHT}
    return len(common) < 2 and all(len(each) == 1 for each in common)


def _pieces(text: str) -> Pieces:
    said = "".join(_HAN.findall(text))
    return frozenset(said) | {said[at : at + 2] for at in range(len(said) - 1)}
