"""Models that suggest categories and units, as administrators and their programs see them."""

from __future__ import annotations

from pydantic import Field

from tongban.api.v1.shapes import In, Out, Page, Word


class EffectOut(Out):
    """What a model would have changed against the one named, on last year's cases that neither had seen when it answered."""

    against: str
    cases: int
    learnt: int = Field(
        description="cases left out: the other has learnt them, or versions of them, and kept no answer"
    )
    in_turn: int = Field(
        description="of ``cases``, those that the other answered while they were left out of its training"
    )
    offered_before: int
    offered_after: int
    right_before: int
    right_after: int
    differ: int
    gained: int
    lost: int
    routed: int
    first_before: int = Field(description="of those right before, only the first level was offered")
    first_after: int
    routed_known: int = Field(description="of those routed otherwise, cases that a unit has taken by now")
    routed_gained: int
    routed_lost: int


class ModelOut(Out):
    """``scores`` are per mille, on messages left out in turn. ``asks``: why publishing needs a reason, "" for no need."""

    id: str
    made: str
    data: str
    examples: int
    units: int
    in_force: bool
    scores: dict[str, int]
    effect: EffectOut | None
    asks: str


class ModelList(Page):
    models: tuple[ModelOut, ...]


class Publish(In):
    why: Word = Field("", description="the reason, where the model is worse or was never compared")
