"""Whether two cases are one matter, how sure that is, and why.

Words tell most: how much both say of what either says, above all what few others say. Place and time tell the rest:
a lamp is out in every township, and what was broken in spring is seldom what is broken in autumn. The weights were
fitted on pairs of real messages that a person judged; see ``docs/explanation/dispatch.md``.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from math import exp, log1p

import numpy as np
from msgspec import Struct

from tongban.apps.dispatch.shared_words import Commonness, Mask, Said, Weights, among, runs, said

SURE = 0.65
"""From here on two cases are taken for one matter: of such pairs nine of ten are."""
PERHAPS = 0.3
"""From here on a case is worth a look."""
TOWNSHIP = 9
"""Digits of a division's code that name its township."""
WORTH_WORDS = 0.05
"""Below this no reason is looked for."""
SHOWN = 3
"""Passages that are told as a reason."""
_LONGEST_PASSAGES = 4.0
_RAREST = 4


class Weighing(Struct, frozen=True):
    """What each sign adds to the log odds that two cases are one matter."""

    none: float = -5.89
    likeness: float = 2.86
    """cosine of the weights of all that both say"""
    least: float = 1.85
    most: float = 3.6
    """the part of one title that the other message says: of the two titles the smaller and the larger part"""
    rarest: float = 0.66
    """what the four rarest pairs weigh that both have"""
    passages: float = 0.9
    """how much stands in passages that both have"""
    same_place: float = 0.6
    other_place: float = -0.4
    days: float = -0.51
    """for each natural logarithm of the days between them"""
    same_field: float = 0.3
    other_field: float = -0.5
    """the first level of the categories: assumed, not fitted, as the judged messages have none"""


WEIGHING = Weighing()


class Told(Struct, frozen=True, dict=True):
    """A matter as it was told. ``division`` and ``category`` are codes, "" where unknown."""

    title: str
    body: str
    division: str
    category: str
    at: datetime
    common: Commonness

    @cached_property
    def heading(self) -> Said:
        return said(self.title or self.body[:40])

    @cached_property
    def whole(self) -> Said:
        return said(f"{self.title}\n{self.body}")

    @cached_property
    def weights(self) -> Weights:
        """What each of its different pairs weighs."""
        return self.common.weights(self.whole.different)

    @cached_property
    def weights_in_order(self) -> Weights:
        """What the pairs weigh in the order of the text, 0 at gaps."""
        codes, different = self.whole.codes, self.whole.different
        if not len(different):
            return np.zeros(len(codes))
        at = np.minimum(np.searchsorted(different, codes), len(different) - 1)
        return np.where(different[at] == codes, self.weights[at], 0.0)

    @cached_property
    def length(self) -> float:
        return float(np.sqrt((self.weights**2).sum()))

    @cached_property
    def heading_weights(self) -> Weights:
        return self.common.weights(self.heading.different)


class OneMatter(Struct, frozen=True):
    """How sure it is that two cases are one matter, and why.

    ``words`` are passages of the first that both have; ``place`` and ``field`` are "same", "other" or "" where that
    is not known of both; ``days`` lie between them.
    """

    sure: float
    words: tuple[str, ...]
    place: str
    field: str
    days: int

    @property
    def taken(self) -> bool:
        """Whether they are taken for one matter."""
        return self.sure >= SURE


def one_matter(first: Told, second: Told, weighing: Weighing = WEIGHING) -> OneMatter:
    """Why two cases are taken for one matter, or not. The same whichever comes first, but for the words shown."""
    found = signs(first, second)
    odds = weighing.none + sum(getattr(weighing, name) * value for name, value in found.items())
    sure = 1 / (1 + exp(-odds))
    passages = (
        runs(first.whole, first.weights_in_order, _inside(first, second)) if sure >= WORTH_WORDS else ()
    )
    told = tuple(run.words for run in passages if run.weight > 0)[:SHOWN]
    days = abs((first.at - second.at).total_seconds()) / 86_400
    return OneMatter(sure, told, _place(first, second), _field(first, second), round(days))


def signs(first: Told, second: Told) -> dict[str, float]:
    """The value of each sign, by the name of its weight: what the weights are fitted on."""
    shared = first.weights[among(first.whole.different, second.whole.different)]
    passages = min(
        float(one.weights_in_order[_inside(one, other)].sum())
        for one, other in ((first, second), (second, first))
    )
    covers = sorted((_part(first, second), _part(second, first)))
    lengths = first.length * second.length
    place, field = _place(first, second), _field(first, second)
    return {
        "likeness": float((shared**2).sum()) / lengths if lengths else 0.0,
        "least": covers[0],
        "most": covers[1],
        "rarest": float(np.sort(shared)[::-1][:_RAREST].sum()),
        "passages": min(log1p(passages), _LONGEST_PASSAGES),
        "same_place": float(place == "same"),
        "other_place": float(place == "other"),
        "days": log1p(abs((first.at - second.at).total_seconds()) / 86_400),
        "same_field": float(field == "same"),
        "other_field": float(field == "other"),
    }


def _inside(first: Told, second: Told) -> Mask:
    """Of the first one's pairs in their order, those that the second has too."""
    return among(first.whole.codes, second.whole.different)


def _part(first: Told, second: Told) -> float:
    """The part of what the first one's title says that the second says too."""
    total = float(first.heading_weights.sum())
    inside = among(first.heading.different, second.whole.different)
    return float(first.heading_weights[inside].sum()) / total if total else 0.0


def _place(first: Told, second: Told) -> str:
    """Whether both are in one township: "same", "other", or "" where that is not known of both."""
    one, two = first.division[:TOWNSHIP], second.division[:TOWNSHIP]
    return "" if min(len(one), len(two)) < TOWNSHIP else ("same" if one == two else "other")


def _field(first: Told, second: Told) -> str:
    one, two = first.category.partition(".")[0], second.category.partition(".")[0]
    return "" if not one or not two else ("same" if one == two else "other")
