"""Figures for who works here: an indicator over time, units and places; three colours; how long it took; before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.api.v1.shapes import Out, Query, Word

Month = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")]
Span = Annotated[str, StringConstraints(pattern="^(1|3|12)$")]


class PracticeMonthQuery(Query):
    practice: Word = Field("", description='"" for the one with most open cases')
    month: Month = Field("", description='"2026-10"; "" for the last whole month')


class IndicatorQuery(Query):
    month: Month = Field("", description='"2026-10"; "" for the last whole month')
    span: Span = Field("1", description="how many months are counted together for units and places")


class BehindQuery(IndicatorQuery):
    unit: Word = ""
    place: Word = Field("", description='code of a township; "elsewhere" for cases of none')


class CountsOut(Out):
    """``value`` is a share from 0 to 1 or an average, with its 95 % interval; null where nothing was counted."""

    numerator: int
    denominator: int
    sample: int
    excluded: dict[str, int]
    value: float | None
    low: float | None
    high: float | None


class IndicatedOut(Out):
    key: str
    practice: str
    title: str
    says: str
    kind: Literal["rate", "average", "ratio"]
    more: bool = Field(description="whether more is better")
    smallest: int


Move = Literal["better", "worse", "noise", "unknown"]


class IndicatorLine(Out):
    about: IndicatedOut
    move: Move = Field(description="against the month before; noise where the intervals overlap")
    month: CountsOut


class GlanceOut(Out):
    practice: str
    month: str
    complete: bool
    as_of: datetime
    indicators: tuple[IndicatorLine, ...]


class ComparedUnit(Out):
    unit: str
    name: str
    rank: int = Field(description="0 with too small a sample; equal ranks cannot be told apart")
    apart: Literal["", "better", "worse"] = Field(description="against all others together, beyond chance")
    counts: CountsOut


class IndicatorMonth(Out):
    month: str
    counts: CountsOut


class ComparedPlace(Out):
    code: str
    name: str
    counts: CountsOut


class ComparedOut(Out):
    about: IndicatedOut
    month: str
    span: int
    complete: bool
    as_of: datetime
    move: Move
    whole: CountsOut
    together: CountsOut = Field(description="the county over the months of the span")
    units: tuple[ComparedUnit, ...]
    trend: tuple[IndicatorMonth, ...]
    places: tuple[ComparedPlace, ...]


class CountedCaseOut(Out):
    number: str
    title: str
    opened: str
    counts: Literal["good", "other", "excluded"]
    excluded: str
    adds: int


class BehindOut(Out):
    where: str
    counts: CountsOut
    cases: tuple[CountedCaseOut, ...]
    unseen: int = Field(description="cases that you may not look at")
    more: bool


class LightsQuery(Query):
    unit: Word = ""
    practice: Word = ""


class LitOut(Out):
    unit: str
    name: str
    colour: Literal["red", "amber", "green", "none"]
    red: int
    amber: int
    green: int
    open: int
    itself: bool


class RuleOut(Out):
    red: int = Field(description="of a thousand open cases that can be late, so many late make a unit red")
    amber: int
    at: datetime | None = Field(description="when it was set; null for the proposal of the software")


class LightsOut(Out):
    rule: RuleOut
    whole: LitOut
    units: tuple[LitOut, ...]
    idle: int


class DurationsQuery(Query):
    practice: Word = ""
    kind: Word = ""
    month: Month = ""


class StripOut(Out):
    """Seconds from registration to the end within which a tenth, a quarter, half, three quarters and nine tenths were done."""

    unit: str
    name: str
    n: int
    cuts: tuple[int, ...]
    longest: int


class DurationsOut(Out):
    practice: str
    kind: str
    month: str
    whole: StripOut | None
    units: tuple[StripOut, ...]


class EffectQuery(Query):
    practice: Word
    on: Word = Field(description="the key of the indicator that is looked at")
    month: Month = Field("", description="another month than that of the adoption")
    against: Word = Field(
        "", description="another indicator to compare with, where every unit uses the practice"
    )


class FoundEffect(Out):
    """In the indicator's own unit: 0.05 are five points of a rate."""

    verdict: Literal["better", "worse", "none", "apart_before", "too_short", "nothing_beside"]
    size: float | None
    low: float | None
    high: float | None
    visible: float | None = Field(description="the smallest effect that these months would have shown")
    before_months: int
    after_months: int
    left_out: int


class MonthPair(Out):
    month: str
    own: CountsOut
    other: CountsOut


class ChangedOut(Out):
    day: str
    says: str


class BeforeAfterOut(Out):
    practice: str
    about: IndicatedOut
    month: str
    beside: Literal["units", "indicator", "nothing"]
    found: FoundEffect
    months: tuple[MonthPair, ...]
    own: tuple[str, ...]
    others: tuple[str, ...]
    changes: tuple[ChangedOut, ...]
