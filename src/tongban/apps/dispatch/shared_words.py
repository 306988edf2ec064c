"""What two texts share: pairs of neighbouring characters, each weighing by how few texts have it.

Chinese has no spaces to count words by, and pairs need no dictionary: the name of an estate that no dictionary has
is a run of pairs that few texts hold. Short numbers stay as they are here, since bus 205 is not bus 15; of long ones,
such as a telephone's, two matters may share digits and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import log

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tongban.apps.dispatch.characters import alike
from tongban.store.empty import EMPTY

Codes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.float64]

FEWEST = 200
"""How many texts a county is taken to have at least: in a few, every pair is rare."""
LONGEST = 600
"""Characters of a text that are compared: what a matter is about is said in them."""
FULLNESS = (0.0, 0.3, 1.0)
"""What a pair counts of which no, one, or each character is about something by itself: an estate may be called 可可小城."""
_LONG_NUMBER = re.compile("[0-9]{5,}")
_EMPTY = np.array(sorted(map(ord, EMPTY)), np.uint64)
_BITS = np.uint64(21)
_LOW = (np.uint64(1) << _BITS) - np.uint64(1)


class Said(Struct, frozen=True, dict=True):
    """A text, ready to be compared. ``text`` is what can be shown, character by character what was read."""

    text: str
    read: str

    @cached_property
    def codes(self) -> Codes:
        """Its pairs in their order, 0 where a pair would reach over a gap."""
        if len(self.read) < 2:
            return np.empty(0, np.uint64)
        chars = np.frombuffer(self.read.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        gap = chars == ord(" ")
        codes = (chars[:-1] << _BITS) | chars[1:]
        codes[gap[:-1] | gap[1:]] = 0
        return codes

    @cached_property
    def different(self) -> Codes:
        """Each of its pairs once, in the order of the codes."""
        found = np.unique(self.codes)
        return found[found > 0]


def said(text: str) -> Said:
    """A text as it is compared: capitals, wide and traditional characters made alike, the digits of short numbers kept."""
    shown = text[:LONGEST]
    read = "".join(
        own if own.isascii() and own.isdigit() else one for own, one in zip(shown, alike(shown), strict=True)
    )
    return Said(shown, _LONG_NUMBER.sub(lambda number: " " * len(number[0]), read))


class Commonness(Struct, frozen=True, dict=True):
    """In how many of ``total`` texts each pair stands; a pair that is not listed stands in none."""

    total: int
    codes: Codes
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[Said]) -> Commonness:
        every = [text.different for text in texts]
        joined = np.concatenate(every) if every else np.empty(0, np.uint64)
        codes, counts = np.unique(joined, return_counts=True)
        return cls(len(every), codes, counts)

    @property
    def rare(self) -> float:
        """What a pair weighs that one text has."""
        return log(1 + max(self.total, FEWEST))

    def weights(self, codes: Codes) -> Weights:
        """What each pair weighs, in parts of what one weighs that a single text has."""
        n = np.ones(len(codes))
        if len(self.codes) and len(codes):
            at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
            known = self.codes[at] == codes
            n[known] = np.maximum(1, self.counts[at][known])
        found: Weights = np.log1p(max(self.total, FEWEST) / n) / self.rare * _fullness(codes)
        return found


def _fullness(codes: Codes) -> Weights:
    """How far each pair is about something: less where a character is a pronoun, a particle, a direction; 0 at a gap."""
    full = sum((~np.isin(part, _EMPTY)).astype(np.int64) for part in (codes >> _BITS, codes & _LOW))
    found: Weights = np.asarray(FULLNESS)[full] * (codes > 0)
    return found


class Run(Struct, frozen=True):
    """A passage that two texts share, and what it weighs."""

    words: str
    weight: float


def among(codes: Codes, different: Codes) -> Mask:
    """Which codes stand among different ones that are in their order."""
    if not len(different):
        return np.zeros(len(codes), bool)
    at = np.minimum(np.searchsorted(different, codes), len(different) - 1)
    found: Mask = different[at] == codes
    return found


def runs(one: Said, weights: Weights, inside: Mask) -> Sequence[Run]:
    """The passages of ``one`` that are made of the pairs ``inside``, the weightiest first, each once."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    found: dict[str, Run] = {}
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        words = one.text[begin : end + 1]
        found.setdefault(words, Run(words, float(weights[begin:end].sum())))
    return sorted(found.values(), key=lambda run: -run.weight)


def rarest(one: Said, common: Commonness, most: int) -> tuple[str, ...]:
    """The pairs of a text that weigh most, each once: what others are found by that say the same."""
    codes = one.different
    weights = common.weights(codes)
    order = np.argsort(-weights, kind="stable")[:most]
    return tuple(chr(int(codes[n]) >> 21) + chr(int(codes[n]) & int(_LOW)) for n in order if weights[n] > 0)
