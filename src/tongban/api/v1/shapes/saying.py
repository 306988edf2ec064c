"""What leaders say and set: editions published by two, targets, colours; what came together; how one is told; cards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Word
from tongban.api.v1.shapes.county import PublicCase

Why = Annotated[str, StringConstraints(max_length=500)]


class EditionShort(Out):
    edition: int
    state: str = Field(description="waiting, newest, archived, corrected or withdrawn")
    digest: str
    corrects: str
    why: str
    released_at: str
    covered: bool


class MonthOut(Out):
    """``mine``: you asked for it, so another person decides. ``leaving``: the reason for which somebody wants it taken down."""

    period: str
    newest: EditionShort | None
    proposal: EditionShort | None
    proposal_mine: bool
    leaving: str
    leaving_mine: bool
    named: tuple[str, ...] = Field(description="what in the reasons looks like a name, a place or a number")


class MonthList(Page):
    current_for: int = Field(description="months for which an edition is offered as current")
    months: tuple[MonthOut, ...]


class FigureChange(Out):
    key: str
    before: str
    now: str
    redefined: bool


class ReviewOut(Out):
    month: MonthOut
    changes: tuple[FigureChange, ...]


class Propose(In):
    why: Why = Field("", description="why it corrects; a first edition needs none")
    names_seen: tuple[Word, ...] = Field((), max_length=50, strict=False)


class Release(In):
    digest: Word = Field(description="of the proposal that was looked at")


class TakeDown(In):
    edition: int = Field(ge=1, le=99_999)
    why: Why
    names_seen: tuple[Word, ...] = Field((), max_length=50, strict=False)


class KeepUp(In):
    edition: int = Field(ge=1, le=99_999)


class CurrentFor(In):
    months: int = Field(ge=1, le=999)


class PublishedOut(Out):
    """``what`` is proposed, released, asked_down or taken_down."""

    what: str
    period: str
    edition: int
    digest: str


class SetTarget(In):
    """For an indicator: ``practice``, ``indicator``, ``period`` and ``value``. For all below a case: ``number`` and ``day``."""

    why: Why
    practice: Word = ""
    indicator: Word = ""
    unit: Word = Field("", description='"" for the county')
    period: Word = Field("", description='"2026-10", "2026-Q4" or "2026"')
    value: Word = Field("", description="per cent, or plain for an average")
    number: Word = ""
    day: Word = ""


class SayMiss(In):
    expected: Word
    until: Word = Field(description="the day by which it is made good")
    why: Why


class MoveTarget(In):
    value: Word
    why: Why


class GiveUp(In):
    why: Why


class TargetRef(Out):
    id: str


class ChoiceOut(Out):
    value: str
    label: str


class TargetChoices(Out):
    """What a new target may be set for. An indicator is ``practice/indicator``; a unit of "" is the county."""

    indicators: tuple[ChoiceOut, ...]
    units: tuple[ChoiceOut, ...]
    periods: tuple[str, ...]


class SetColours(In):
    """In thousandths of the open cases."""

    red: int = Field(ge=1, le=1000, description="so many are late")
    amber: int = Field(ge=1, le=1000, description="so many are late or due within a day")


class NamedCount(Out):
    unit: str
    n: int


class LevelCount(Out):
    level: int
    n: int


class TogetherOut(Out):
    """Ratings that came from one place, each within a minute of the one before."""

    began: str
    seconds: int
    count: int
    units: tuple[NamedCount, ...]
    levels: tuple[LevelCount, ...]
    numbers: tuple[str, ...]


class TogetherList(Page):
    clusters: tuple[TogetherOut, ...]


class NoticeOut(Out):
    when: str
    who: str
    text: str
    body: str = Field(
        description="what the notice says beneath its line; empty where that can be told no longer"
    )
    way: str
    state: str
    number: str
    seq: int
    n: int
    paper: bool = Field(description="it waits to be handed over on paper")
    served: bool


class OwnNotices(Page):
    """``channel`` is "" for the desk alone."""

    channel: str
    pace: str
    phone: str
    mail: str
    channels: tuple[str, ...] = Field(description="ways by which this county can tell you")
    paces: tuple[str, ...]
    notices: tuple[NoticeOut, ...]


class Choose(In):
    channel: Word
    pace: Word
    phone: Word = ""
    mail: Annotated[str, StringConstraints(max_length=254)] = ""


class CaseNotices(Page):
    proofs: tuple[str, ...] = Field(description="what the ledger says of what was served")
    notices: tuple[NoticeOut, ...]


class Serve(In):
    """A notice of a case that was handed over on paper, named by ``seq`` and ``n``."""

    seq: int = Field(ge=0, le=99_999)
    n: int = Field(ge=0, le=99_999)
    way: Word
    day: Word


class CardLike(Out):
    id: str
    text: PublicCase
    uses: int
    doubts: tuple[str, ...]
    used: bool


class CardLikeList(Page):
    may_use: bool
    cards: tuple[CardLike, ...]


class DoubtedList(Page):
    cards: tuple[CardLike, ...]


class UsesOut(Out):
    uses: int = Field(description="cases that the card helped with")


class RepeatOut(Out):
    """An earlier case of the same requester or place."""

    number: str
    title: str
    stage: str
    opened: str
    open: bool
    same: Literal["requester", "place"]
    alike: bool
    why: str
    reopens: str = Field(description='the step by which you may open it again, "" for none')


class RepeatList(Page):
    cases: tuple[RepeatOut, ...]
