"""How a message is read: as pieces of one to three characters and as words, all ways of writing them made alike.

Characters tell nearly all; words add a little and can be shown. How single characters are read is in
:mod:`tongban.apps.dispatch.characters`.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import rjieba
from msgspec import Struct

from tongban.apps.dispatch.characters import DIGIT, GAP, LONGEST, alike
from tongban.apps.dispatch.characters import joined as joined
from tongban.apps.dispatch.landmarks import matter_of

Codes: TypeAlias = "npt.NDArray[np.uint64]"
"""Pieces as numbers: up to three code points of 21 bits, the last one lowest; words as hashes above all of them."""
Places: TypeAlias = "npt.NDArray[np.int64]"
Weights: TypeAlias = "npt.NDArray[np.float32]"

TITLE_WEIGHT = 4.0
"""A piece in the title counts as much as four in the body (measured: +0.7 points of macro-F1)."""
WORDS = np.uint64(1 << 63)
"""From this code on pieces are words."""

SHORT = 60
"""Characters of a message in which a landmark would outweigh the matter; in a longer one it tells a little."""

_SLOT = re.compile(r"\{[a-z_]+\}")
_SPEAKS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]{2}")
_BITS = np.uint64(21)


class Read(Struct, frozen=True, dict=True):
    """The pieces of one text in their order: their codes, weights, and where they begin and end in it.

    ``said`` is the text as it is read, character by character.
    """

    text: str
    said: str
    codes: Codes
    weights: Weights
    begins: Places
    ends: Places

    @property
    def blank(self) -> bool:
        """Whether it says nothing that could be read: no two ideographs side by side."""
        return _SPEAKS.search(self.said) is None

    @cached_property
    def different(self) -> tuple[Codes, Places]:
        """Each different piece once, in the order of the codes, and which of them each piece is."""
        codes, where = np.unique(self.codes, return_inverse=True)
        return codes, where


def read(text: str, *, landmarks: bool = False) -> Read:
    """The pieces of a text made by :func:`joined`. A slot of a template, ``{village}``, is a gap. So is, in a short
    message, the landmark beside which something is, unless ``landmarks`` are wanted: to compare texts."""
    text = _SLOT.sub(lambda slot: " " * len(slot[0]), text[:LONGEST])
    said = alike(text)
    line_end = text.find("\n")
    head, body = said[: max(line_end, 0)], said[line_end + 1 :]
    if not landmarks and len(text) <= SHORT:
        head, body = matter_of(head), matter_of(body)
    heading = TITLE_WEIGHT if body.strip() else 1.0
    parts = [
        (*part, weight)
        for where, offset, weight in ((head, 0, heading), (body, line_end + 1, 1.0))
        for part in (_pieces(where, offset), _words(where, offset))
    ]
    return Read(
        text,
        said,
        np.concatenate([codes for codes, _, _, _ in parts]),
        np.concatenate([np.full(len(codes), weight, dtype=np.float32) for codes, _, _, weight in parts]),
        np.concatenate([begins for _, begins, _, _ in parts]),
        np.concatenate([ends for _, _, ends, _ in parts]),
    )


def _pieces(said: str, offset: int) -> tuple[Codes, Places, Places]:
    """Codes, begins and ends of all pieces of a part that stands at ``offset`` of its text."""
    chars = np.frombuffer(f" {said} ".encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    places = np.arange(len(chars), dtype=np.int64) - 1
    # A run of gaps is one gap and a run of digits one digit: the length of a number says nothing.
    again = np.zeros(len(chars), dtype=bool)
    again[1:] = (chars[1:] == chars[:-1]) & ((chars[1:] == GAP) | (chars[1:] == DIGIT))
    chars, places = chars[~again], places[~again]
    two = (chars[:-1] << _BITS) | chars[1:]
    three = (two[:-1] << _BITS) | chars[2:]
    codes = np.concatenate([chars, two, three])
    begins = np.concatenate([places, places[:-1], places[:-2]])
    ends = np.concatenate([places, places[1:], places[2:]]) + 1
    return codes, begins + offset, ends + offset


def _words(said: str, offset: int) -> tuple[Codes, Places, Places]:
    """The same for the words of a part."""
    words = rjieba.cut(said)
    codes = np.fromiter(map(_word, words), dtype=np.uint64, count=len(words))
    ends = np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words))) + offset
    begins = np.concatenate([[offset], ends[:-1]]) if len(words) else ends
    real = codes > 0
    return codes[real], begins[real], ends[real]


@lru_cache(maxsize=100_000)
def _word(word: str) -> int:
    """The code of a word; 0 for a gap. A run of digits is one digit here too."""
    if not word.strip():
        return 0
    plain = "0" if word.strip("0") == "" else word
    return int.from_bytes(blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()) | 1 << 63


def counted(pieces: Read) -> tuple[Codes, Weights]:
    """Each different piece once, in the order of the codes, with the sum of its weights."""
    codes, where = pieces.different
    return codes, np.bincount(where, weights=pieces.weights, minlength=len(codes)).astype(np.float32)
