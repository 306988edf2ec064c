"""How a model did when it was tried, as it is kept beside it: no text and no person, only counts and case numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tongban.apps.dispatch.scheme import path_of

if TYPE_CHECKING:
    from tongban.apps.dispatch.train import Tried

BINS = 10


def is_right(offered: str, decided: str) -> bool:
    """Whether what was decided is the category that was offered, or lies within it."""
    return bool(offered) and f"{decided}.".startswith(f"{offered}.")


class Pair(msgspec.Struct, frozen=True):
    """``count`` messages of the first-level category ``truly`` that were given ``given`` ("": about nothing)."""

    truly: str
    given: str
    count: int


class Bin(msgspec.Struct, frozen=True):
    """Answers of like confidence: their number, how many were right, and the mean confidence (per mille)."""

    said: int
    count: int
    right: int


class Moved(msgspec.Struct, frozen=True):
    """A case that two models would have put elsewhere; ``unit_*`` are where rules would have sent it."""

    number: str
    month: str
    decided: str
    took: str
    before: str
    after: str
    unit_before: str
    unit_after: str

    @property
    def right_before(self) -> bool:
        return is_right(self.before, self.decided)

    @property
    def right_after(self) -> bool:
        return is_right(self.after, self.decided)


class Effect(msgspec.Struct, frozen=True):
    """What a model would have changed against another on the last year's cases, none of which was before either when it answered.

    ``learnt``: cases left out because the other had learnt them, or versions of them, and kept no answer; ``in_turn``: cases of which it
    had learnt a version, for which its answer is the one that it gave in its training while all versions were left out. ``offered_*`` and ``right_*`` count cases for
    which a category was offered, and those where what people decided is that category or lies within it. Of those
    ``differ``ently categorised ``gained`` were right only after, ``lost`` only before. ``routed`` would have gone to
    another unit; ``routed_known`` of those were taken by a unit, ``routed_gained`` and ``routed_lost`` by the one that
    the new and the other would have sent them to. ``first_*``: of those right, only the first level was offered.
    """

    against: str
    cases: int
    learnt: int
    offered_before: int
    offered_after: int
    right_before: int
    right_after: int
    differ: int
    gained: int
    lost: int
    routed: int
    routed_gained: int
    routed_lost: int
    moved: tuple[Moved, ...] = ()
    routed_known: int = 0
    first_before: int = 0
    first_after: int = 0
    in_turn: int = 0


class Trial(msgspec.Struct, frozen=True):
    """``pairs`` and ``bins`` are of messages left out in turn; ``spread`` of all that was learnt, by first level."""

    tried: int
    pairs: tuple[Pair, ...]
    bins: tuple[Bin, ...]
    spread: dict[str, int]
    effect: Effect | None = None

    @property
    def right(self) -> int:
        return sum(each.count for each in self.pairs if each.truly == each.given)

    @property
    def calibration_error(self) -> float:
        """Expected calibration error over the bins (0..1)."""
        gaps = sum(abs(each.said * each.count / 1000 - each.right) for each in self.bins)
        return gaps / self.tried if self.tried else 0.0


def trial_of(tried: Sequence[Tried], learnt: Sequence[str], effect: Effect | None = None) -> Trial:
    """From answers for messages that were left out, and the categories of all that was learnt."""
    pairs = Counter((path_of(each.example.category)[0], each.first) for each in tried)
    return Trial(
        len(tried),
        tuple(Pair(*pair, count) for pair, count in pairs.most_common()),
        _bins(tried),
        dict(Counter(path_of(code)[0] for code in learnt)),
        effect,
    )


def _bins(tried: Sequence[Tried]) -> tuple[Bin, ...]:
    """Bins of equal count, the least sure first."""
    ordered = sorted(tried, key=lambda each: each.confidence)
    edges = [round(n * len(ordered) / BINS) for n in range(BINS + 1)]
    parts = [ordered[edges[n] : edges[n + 1]] for n in range(BINS)]
    return tuple(
        Bin(
            round(1000 * sum(each.confidence for each in part) / len(part)),
            len(part),
            sum(each.first == path_of(each.example.category)[0] for each in part),
        )
        for part in parts
        if part
    )
