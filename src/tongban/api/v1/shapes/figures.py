"""What goes out of a month's figures: each with what it follows from, and why people came again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.api.v1.shapes import Out, Query


class FigureQuery(Query):
    month: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = Field(
        "", description='"2026-10"; "" for the last whole month'
    )


class Excluded(Out):
    why: str
    count: int


class UnitFigure(Out):
    unit: str
    rate: str
    numerator: int
    denominator: int
    sample_size: int
    low: str
    high: str
    rank: str


class PartFigure(Out):
    part: str = Field(description="its code; - for cases that do not say, empty where several stand together")
    title: str
    rate: str
    numerator: int
    denominator: int
    sample_size: int
    low: str
    high: str


class BreakdownOut(Out):
    """The figure by something else than units; parts with few cases stand together."""

    by: str = Field(description="township, channel, or the id of a field")
    title: str
    rows: tuple[PartFigure, ...]


class FigureOut(Out):
    id: str
    practice: str
    kind: Literal["rate", "average", "ratio"] = Field(
        description="a share of the cases, so much a case, or one sum over another"
    )
    title: str
    says: str
    rate: str | None = Field(description="null, as are per_mille, low and high, where nothing was counted")
    per_mille: int | None = Field(description="the value in thousandths: 1240 for an average of 1.24")
    numerator: int
    denominator: int
    sample_size: int = Field(description="cases that it is over; for a rate the denominator")
    low: str | None
    high: str | None
    few: bool = Field(description="true where there are too few cases to tell any number of them")
    excluded: tuple[Excluded, ...]
    smallest_sample: int
    more_is_better: bool
    units: tuple[UnitFigure, ...]
    parts: tuple[BreakdownOut, ...]


class ReasonOut(Out):
    """Why people came again; ``told`` of the ``visits`` are the requester's own word."""

    title: str
    visits: int
    told: int


class UnitAgain(Out):
    unit: str
    visits: int
    reasons: tuple[Excluded, ...]


class AgainOut(Out):
    """The visits of the month in one practice: all, those told by requesters, those that were not the first and why."""

    practice: str
    visits: int
    told: int
    again: int
    few: bool = Field(description="true where the visits again are too few to be told")
    reasons: tuple[ReasonOut, ...]
    units: tuple[UnitAgain, ...]


class FigureList(Out):
    month: str
    complete: bool = Field(description="always true: a month that is not over is not told")
    as_of: datetime = Field(description="when the edition was released")
    edition: int = Field(description="the released edition that all of it stands in")
    digest: str = Field(description="the digest of that edition")
    figures: tuple[FigureOut, ...]
    again: tuple[AgainOut, ...] = Field(description="why people came again, by practice")
