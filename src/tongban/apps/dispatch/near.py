"""Which messages are versions of one another: the same matter sent twice, or with a few words changed.

A model that is measured on a version of what it learnt is praised for remembering. So versions share a
group, and a group is never on both sides. Texts are compared by the smallest hashes of their pieces
(MinHash, Broder 1997): the share of equal hashes is about the share of pieces that both texts have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tongban.apps.dispatch.characters import alike
from tongban.apps.dispatch.reading import Codes, read

ALIKE = 0.5
"""Share of common pieces of three characters from which two texts are versions of one."""
_BANDS, _ROWS = 20, 4
"""Texts are compared only when all hashes of one band are equal: 0.5 alike are met with 0.72, 0.7 with 0.996."""
_THREE = np.uint64(1) << np.uint64(42)

_chance = np.random.default_rng(20260101)
_FACTORS = _chance.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_SHIFTS = _chance.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)


def groups_of(texts: Sequence[str], given: Sequence[str] = ()) -> tuple[int, ...]:
    """A group for each text (texts as ``reading.joined`` makes them); ``given`` groups are kept together, "" is none."""
    parent = list(range(len(texts)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[str, int] = {}
    for n, name in enumerate(given):
        if name:
            parent[root(n)] = root(first.setdefault(name, n))
    marks = [_mark(text) for text in texts]
    for band in range(_BANDS):
        met: dict[bytes, list[int]] = defaultdict(list)
        for n, mark in enumerate(marks):
            if len(mark):
                met[mark[band * _ROWS : (band + 1) * _ROWS].tobytes()].append(n)
        for same in met.values():
            for one, two in pairwise(same):
                if root(one) != root(two) and float((marks[one] == marks[two]).mean()) >= ALIKE:
                    parent[root(two)] = root(one)
    return tuple(root(n) for n in range(len(texts)))


def _mark(text: str) -> Codes:
    """The smallest hash of the text's pieces under each function; empty for a text without pieces."""
    codes = np.unique(read(text, landmarks=True).codes)
    codes = codes[codes >= _THREE]
    if not len(codes):
        return codes
    mixed = codes[None, :] * _FACTORS[:, None] + _SHIFTS[:, None]
    smallest: npt.NDArray[np.uint64] = (mixed ^ (mixed >> np.uint64(31))).min(axis=1)
    return smallest


def fingerprint(text: str) -> int:
    """A number of 64 bits for what a message says, the same however it is spaced or written."""
    said = "".join(alike(text).split())
    return int.from_bytes(sha256(said.encode("utf-8", "replace")).digest()[:8])
