"""Replies that are nearly the same word for word, to matters that are not alike.

Two texts are alike by the pieces of four ideographs that they share, as where a reply is looked at before it is sent
(:mod:`tongban.apps.replies.reuse`). All pairs are found without comparing all: of two texts that share the part :data:`SAME` of their pieces, the rarest
pieces of one hold at least one of the other's (prefix filtering; Chaudhuri, Ganti and Kaushik, "A primitive operator for
similarity joins", ICDE 2006). Exact, and the same whatever the order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil

from tongban.apps.replies.reuse import SAME, SHORTEST, pieces

MATTERS = 0.5
"""Part of the pieces of the larger that two matters share from which they are one matter: forty reports of one pothole have one reply."""
WITHIN = timedelta(days=90)
"""Between two that count as alike: what bursts twice a year is mended in the same words, and rightly so."""
LONGEST = 2_000
"""Characters of a text that are compared."""


class _Texts:
    """Texts by their pieces; those too short to tell are left out."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        cut = {key: pieces(text[:LONGEST]) for key, text in texts.items()}
        self.pieces = {key: found for key, found in cut.items() if len(found) >= SHORTEST}
        self.often = Counter(piece for found in self.pieces.values() for piece in found)

    def pairs(self) -> set[tuple[str, str]]:
        """All pairs of texts that are alike, the keys of each in order."""
        found: set[tuple[str, str]] = set()
        first: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self.pieces):
            own = self.pieces[key]
            rarest = sorted(own, key=lambda piece: (self.often[piece], piece))
            telling = rarest[: len(rarest) - ceil(SAME * len(rarest)) + 1]
            for other in {each for piece in telling for each in first[piece]}:
                theirs = self.pieces[other]
                if len(own & theirs) >= SAME * max(len(own), len(theirs)):
                    found.add((other, key))
            for piece in telling:
                first[piece].append(key)
        return found


def alike(
    replies: Mapping[str, str], matters: Mapping[str, str], settled: Mapping[str, datetime], least: int
) -> dict[str, str]:
    """Of the replies of one unit, by case, those of which ``least`` or more say nearly the same to matters that are not alike, each within
    :data:`WITHIN` of the others; each with another of them. Texts without ideographs, and short ones, are never alike."""
    other_matter: defaultdict[str, set[str]] = defaultdict(set)
    known: dict[str, frozenset[str]] = {}
    for one, other in _Texts(replies).pairs():
        if abs(settled[one] - settled[other]) <= WITHIN and not _one_matter(
            matters.get(one, ""), matters.get(other, ""), known
        ):
            other_matter[one].add(other)
            other_matter[other].add(one)
    return {case: min(beside) for case, beside in sorted(other_matter.items()) if len(beside) + 1 >= least}


def _one_matter(one: str, other: str, known: dict[str, frozenset[str]]) -> bool:
    """Whether two matters are one, or too little is said of one of them to tell."""
    first, second = (known.setdefault(text, pieces(text[:LONGEST])) for text in (one, other))
    smaller, larger = sorted((len(first), len(second)))
    return not smaller or len(first & second) >= MATTERS * larger


def shared(texts: Sequence[str]) -> str:
    """The longest passage that all of these texts have, "" where that is shorter than a piece: what is shown as the reason."""
    if not texts:
        return ""
    shortest = min(texts, key=len)[:LONGEST]
    best = ""
    for start in range(len(shortest)):
        while len(shortest) >= start + len(best) + 1 and all(
            shortest[start : start + len(best) + 1] in text for text in texts
        ):
            best = shortest[start : start + len(best) + 1]
    return best.strip() if len(best.strip()) >= 4 else ""
