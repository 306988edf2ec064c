"""Whether a category, or a place, is of the village or of the town: the same lamp is two offices' business.

Read from what the county calls them: a category by its titles below the first level, a place by its name in the register.
A category of the other kind than the place gives most of its probability to its counterpart, the category of the place's kind
whose words are most like its own (both about lamps). One without a counterpart is doubted, and so never surely offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Columns: TypeAlias = "npt.NDArray[np.int64]"
    Numbers: TypeAlias = "npt.NDArray[np.float64]"

URBAN, RURAL = "urban", "rural"

_BOTH: Final = re.compile(r"城乡|村社|城中村")
"""What speaks of both kinds at once."""
_URBAN: Final = re.compile(r"城区|城镇|社区|居委会|居民委员会")
_RURAL: Final = re.compile(r"村")
ALIKE: Final = 0.28
"""Cosine of two categories' words from which one is the other's counterpart. In the demo's scheme the four true pairs
(road surface, lamps, rubbish, buses) have 0.30 to 0.41, all else at most 0.26."""
MOVED: Final = 0.9
"""What a category of the other kind gives to its counterpart."""
DOUBTED: Final = 0.55
"""What one without a counterpart loses: it cannot be sure any more, and still leads the list."""


class Moving(Struct, frozen=True):
    """For a kind of place: the leaves of the other kind, and each one's counterpart (-1 for none)."""

    against: Columns
    to: Columns

    def moved(self, leaves: Numbers) -> Numbers:
        """The probabilities of the leaves when the place is known. What is doubted goes to no leaf."""
        paired = self.to >= 0
        found = leaves.copy()
        given = leaves[self.against[paired]] * MOVED
        found[self.against[paired]] -= given
        for leaf, share in zip(self.to[paired], given, strict=True):
            found[leaf] += share
        found[self.against[~paired]] *= 1 - DOUBTED
        return found


def kind_of(*names: str) -> str:
    """The one kind of place that the names speak of; "" for none or both."""
    said = [_BOTH.sub(" ", name) for name in names]
    kinds = {kind for kind, words in ((URBAN, _URBAN), (RURAL, _RURAL)) if any(map(words.search, said))}
    return kinds.pop() if len(kinds) == 1 else ""


def moving(place: str, kinds: Iterable[str], nearness: Any) -> Moving:
    """How leaves of these kinds give way in a place; ``nearness`` is leaves × pieces, a scipy matrix with rows of length 1."""
    import numpy as np

    of = np.array(tuple(kinds))
    against, fitting = np.flatnonzero((of != "") & (of != place)), np.flatnonzero(of == place)
    if not len(against) or not len(fitting):
        return Moving(against, np.full(len(against), -1, dtype=np.int64))
    alike = np.asarray((nearness[against] @ nearness[fitting].T).todense())
    best = alike.argmax(axis=1)
    return Moving(against, np.where(alike.max(axis=1) >= ALIKE, fitting[best], -1).astype(np.int64))
