"""Which pieces a model knows and how much each tells: TF-IDF over pieces of one to three characters and words.

A piece that fewer than a few messages share is left out. It would tell nothing about other messages,
and what only one message says (a name, an address) has no place in a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy import sparse  # type: ignore[import-untyped]

from tongban.apps.dispatch.reading import WORDS, Codes, Weights

Columns: TypeAlias = "npt.NDArray[np.int64]"
Matrix: TypeAlias = Any
"""A scipy sparse matrix in CSR form (scipy ships no types)."""
Counted: TypeAlias = "tuple[Codes, Weights]"

CHARACTERS_COUNT, WORDS_COUNT = 0.8, 0.6
"""The lengths of both parts of a message; the whole has length 1."""
MANY = 1_000
"""From this many messages on a piece must be shared by three texts, below that by two."""


class Vocabulary(Struct, frozen=True):
    """``codes`` in rising order; ``idf`` beside it: smoothed log inverse document frequency."""

    codes: Codes
    idf: Weights

    @classmethod
    def learnt(cls, messages: Sequence[Counted], said: Sequence[Counted]) -> Self:
        """From the pieces of each message, and of each text of the scheme, which are all kept."""
        texts = [*said, *messages]
        if not texts:
            return cls(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.float32))
        codes, shared = np.unique(np.concatenate([codes for codes, _ in texts]), return_counts=True)
        kept = shared >= (3 if len(messages) >= MANY else 2)
        if said:
            kept |= np.isin(codes, np.concatenate([codes for codes, _ in said]))
        idf = np.log((1 + len(texts)) / (1 + shared[kept])) + 1
        return cls(codes[kept], idf.astype(np.float32))

    def __len__(self) -> int:
        return len(self.codes)

    def row(self, message: Counted) -> tuple[Columns, Weights]:
        """A message as known columns and weights: its characters and its words each of a length of their own."""
        codes, counts = message
        columns, known = self.columns(codes)
        columns = columns[known]
        return columns, self.weighed(codes[known], columns, counts[known])

    def weighed(self, codes: Codes, columns: Columns, counts: Weights) -> Weights:
        """The weights of known pieces."""
        weights = (1 + np.log(counts)) * self.idf[columns]
        words = int(np.searchsorted(codes, WORDS))
        for part, share in ((weights[:words], CHARACTERS_COUNT), (weights[words:], WORDS_COUNT)):
            length = float(np.linalg.norm(part))
            part *= share / length if length else 0.0
        return weights.astype(np.float32)

    def columns(self, codes: Codes) -> tuple[Columns, npt.NDArray[np.bool_]]:
        """The column of each piece, and whether it is known at all."""
        columns = np.searchsorted(self.codes, codes).astype(np.int64)
        if not len(self.codes):
            return columns, np.zeros(len(codes), dtype=bool)
        columns[columns == len(self.codes)] = 0
        return columns, self.codes[columns] == codes

    def matrix(self, messages: Sequence[Counted]) -> Matrix:
        """Messages as the rows of a sparse matrix (messages × pieces)."""
        rows = [self.row(message) for message in messages]
        ends = np.cumsum([0] + [len(columns) for columns, _ in rows])
        if not rows:
            return sparse.csr_matrix((0, len(self)), dtype=np.float32)
        columns = np.concatenate([columns for columns, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        return sparse.csr_matrix((weights, columns, ends), shape=(len(rows), len(self)))
