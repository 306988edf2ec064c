"""Messages like this one, among those learnt from: by the pieces that few messages share.

Pieces that many messages have are left out; they are slow to compare by and say little. What is kept of a
message are its places in the vocabulary, which holds nothing that only one message says.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy import sparse  # type: ignore[import-untyped]

from tongban.apps.dispatch.reading import Weights
from tongban.apps.dispatch.vocabulary import Columns, Matrix

COMMON = 0.1
"""Share of the messages from which a piece is too common to compare by."""
HEAVIEST = 100
"""Pieces that are kept of a message, those that weigh most: six times as quick as all, and as good (measured)."""
NEAREST = 30
"""Messages that have a say, each with the third power of its likeness."""
_DOUBT = 0.02
"""Share that every class has beforehand."""


class Neighbours(Struct, frozen=True):
    """``pieces`` is a sparse matrix pieces × messages whose columns have length 1; ``classes`` is one a message."""

    pieces: Matrix
    classes: Columns
    width: int

    @classmethod
    def of(cls, rows: Matrix, classes: Columns, width: int) -> Neighbours:
        """From messages × pieces."""
        if not rows.shape[0]:
            return nobody(rows.shape[1], width)
        shared = np.bincount(rows.indices, minlength=rows.shape[1])
        rare = (shared <= max(2.0, COMMON * rows.shape[0])).astype(np.float32)
        kept = rows.copy()
        kept.data = kept.data * rare[kept.indices]
        for begin, end in pairwise(kept.indptr.tolist()):
            weights = kept.data[begin:end]
            if len(weights) > HEAVIEST:
                weights[weights < np.partition(weights, -HEAVIEST)[-HEAVIEST]] = 0
        kept.eliminate_zeros()
        # Only who learns waits for this: to read a model takes a third of the time and half of the room without it.
        from sklearn.preprocessing import normalize

        return cls(normalize(kept).T.tocsr().astype(np.float32), classes, width)

    def of_one(self, columns: Columns, weights: Weights) -> npt.NDArray[np.float64]:
        """The logarithm of each class's share among the messages nearest to one."""
        return self._nearest(self._likeness(columns, weights))

    def nearest(self, columns: Columns, weights: Weights) -> tuple[int, float]:
        """The place of the nearest message and how like it is (0..1); -1 where there are none."""
        found = self._likeness(columns, weights)
        return (int(found.argmax()), float(found.max())) if len(found) else (-1, 0.0)

    def _likeness(self, columns: Columns, weights: Weights) -> npt.NDArray[np.float64]:
        begins, ends = self.pieces.indptr[columns], self.pieces.indptr[columns + 1]
        lengths = ends - begins
        stops = np.cumsum(lengths)
        if not len(stops) or not stops[-1]:
            return np.zeros(len(self.classes))
        at = np.repeat(ends - stops, lengths) + np.arange(stops[-1])
        likeness = np.bincount(
            self.pieces.indices[at],
            weights=self.pieces.data[at] * np.repeat(weights, lengths),
            minlength=len(self.classes),
        )
        return np.asarray(likeness, dtype=np.float64)

    def of_all(self, rows: Matrix) -> npt.NDArray[np.float64]:
        """The same for many, messages × classes."""
        found = [
            self._nearest(each)
            for begin in range(0, rows.shape[0], 500)
            for each in (rows[begin : begin + 500] @ self.pieces).toarray()
        ]
        return np.array(found) if found else np.zeros((0, self.width))

    def _nearest(self, likeness: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        count = min(NEAREST, len(likeness))
        at = np.argpartition(-likeness, count - 1)[:count] if count else np.zeros(0, dtype=np.int64)
        return self._said(self.classes[at], likeness[at].astype(np.float64))

    def _said(self, classes: Columns, likeness: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        said = np.maximum(likeness, 0) ** 3
        total = float(said.sum())
        shares = (
            np.bincount(classes, weights=said, minlength=self.width) / total
            if total
            else np.zeros(self.width)
        )
        return np.asarray(np.log(shares + _DOUBT))


def nobody(pieces: int, width: int) -> Neighbours:
    """No neighbours at all, for a model of few messages."""
    return Neighbours(sparse.csr_matrix((pieces, 0), dtype=np.float32), np.zeros(0, dtype=np.int64), width)
