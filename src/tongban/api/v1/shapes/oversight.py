"""Signs and targets, for people with a post."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tongban.api.v1.shapes import Out, Query


class SignsQuery(Query):
    months: Literal["1", "3", "6", "12"] = Field(
        "3", description="months counted together, this one included"
    )


class SignNameOut(Out):
    id: str
    title: str
    says: str


class SignCell(Out):
    sign: str
    numerator: int
    denominator: int
    share: str
    low: str
    high: str
    others: str = Field(description="the share of all other units")
    marked: bool = Field(description="noise does not explain it; a reason to look, and no finding")


class UnitSignsOut(Out):
    unit: str
    name: str
    cells: tuple[SignCell, ...]


class PracticeSignsOut(Out):
    practice: str
    title: str
    signs: tuple[SignNameOut, ...]
    county: tuple[SignCell, ...]
    units: tuple[UnitSignsOut, ...]
    quiet: int = Field(description="units in whose cases no sign was found")
    looked: tuple[SignCell, ...] = Field(description="how much of what was found was looked into")


class SignsOut(Out):
    since: str
    until: str
    span: int
    whole: bool = Field(description="false: only your own units and those below them")
    practices: tuple[PracticeSignsOut, ...]


class TargetLine(Out):
    when: date
    unit: str
    says: str
    why: str


class TargetOut(Out):
    id: str
    title: str
    says: str
    unit: str
    period: str
    since: date
    until: date
    state: str = Field(
        description="ahead, likely, open, unlikely, unknown, said, kept, missed_said, missed_late, missed, nothing or given_up"
    )
    noise: bool = Field(description="the miss is within what chance alone makes")
    plan: str
    actual: str
    counts: str
    expected: str = Field(description='the forecast; "" where there is none')
    range: str = Field(description="its 80 % interval")
    changed: bool = Field(description="the indicator is defined otherwise since the target was set")
    lines: tuple[TargetLine, ...] = Field(description="what was said of it, by which post and when")
    number: str = Field(description='of the case, for a campaign; "" else')


class TargetList(Out):
    running: tuple[TargetOut, ...]
    over: tuple[TargetOut, ...]
