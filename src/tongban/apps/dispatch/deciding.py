"""Which words of a message decided: pieces that weighed for a category, joined to whole words.

Every piece adds its weight to the characters that it covers; where characters in a row carry much of
it they are one passage. A passage that touches a word which the county's scheme itself uses grows to
that word; particles at its ends are left off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tongban.apps.dispatch.characters import GAP, alike
from tongban.apps.dispatch.reading import Read

MOST_WORDS = 5
_LONGEST = 8
"""Characters of one passage; longer ones are cut to where they weigh most."""
_LOOKED_AT = 20
_MUCH = 0.3
"""Share of the heaviest character's weight from which a character belongs to a passage."""
_PARTICLES = frozenset(
    "的了是我你他她它们在和有也就都还不没这那个一么吗呢吧啊呀"
    "把被给跟与及或又很太要会能来去到说讲请让为之着过得地"
)


class Phrases(Struct, frozen=True):
    """The words of a scheme, to be found in texts."""

    words: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]
    """By the first two characters of a word."""

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        found = frozenset(read for read in map(alike, words) if 1 < len(read) <= _LONGEST)
        lengths: dict[str, set[int]] = {}
        for word in found:
            lengths.setdefault(word[:2], set()).add(len(word))
        return cls(found, {begin: tuple(each) for begin, each in lengths.items()})

    def around(self, text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
        """Where words stand that share a character with the span, the longest first."""
        met = [
            (begin, begin + length)
            for begin in range(max(0, span[0] - _LONGEST + 1), span[1])
            for length in self.lengths.get(text[begin : begin + 2], ())
            if span[0] < begin + length <= len(text) and text[begin : begin + length] in self.words
        ]
        return sorted(met, key=lambda word: (word[0] - word[1], word[0]))


def deciding_words(pieces: Read, weights: npt.NDArray[np.float64], phrases: Phrases) -> tuple[str, ...]:
    """At most five passages of the text, the weightiest first. ``weights`` is one number a piece."""
    text = pieces.said
    if not len(weights) or not text:
        return ()
    each = weights / np.maximum(pieces.ends - pieces.begins, 1)
    edges = np.zeros(len(text) + 2)
    np.add.at(edges, np.clip(pieces.begins, 0, len(text)), each)
    np.subtract.at(edges, np.clip(pieces.ends, 0, len(text)), each)
    heat = np.cumsum(edges)[: len(text)]
    chars = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4")
    heat[(chars == GAP) | (chars == ord("0"))] = 0.0
    top = float(heat.max())
    if top <= 0:
        return ()

    def weight(span: tuple[int, int]) -> tuple[float, tuple[int, int]]:
        return -float(heat[span[0] : span[1]].sum()), span

    heavy = sorted((_cut(heat, *span) for span in _runs(heat > _MUCH * top)), key=weight)[:_LOOKED_AT]
    passages = {_trimmed(text, *_grown(span, phrases.around(text, span))) for span in heavy}
    ranked = sorted((span for span in passages if span[1] - span[0] > 1), key=weight)
    shown = dict.fromkeys(pieces.text[begin:end] for begin, end in ranked)
    return tuple(word for word in shown if not any(word != other and word in other for other in shown))[
        :MOST_WORDS
    ]


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end of each run of true values."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(turns[::2], turns[1::2], strict=True)]


def _cut(heat: npt.NDArray[np.float64], begin: int, end: int) -> tuple[int, int]:
    if end - begin <= _LONGEST:
        return begin, end
    sums = np.convolve(heat[begin:end], np.ones(_LONGEST), "valid")
    begin += int(sums.argmax())
    return begin, begin + _LONGEST


def _grown(span: tuple[int, int], known: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The passage with every known word that it touches, if that stays one readable passage."""
    begin, end = span
    for left, right in known:
        if left < end and right > begin and max(end, right) - min(begin, left) <= _LONGEST:
            begin, end = min(begin, left), max(end, right)
    return begin, end


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin] in _PARTICLES:
        begin += 1
    while end > begin and text[end - 1] in _PARTICLES:
        end -= 1
    return begin, end
