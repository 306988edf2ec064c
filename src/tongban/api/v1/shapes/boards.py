"""Boards of units."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tongban.api.v1.shapes import Out, Page, Query, Word


class BoardQuery(Query):
    period: Word = Field(
        "",
        description='"2026-10", "2026-Q3", "2026" or "2026-W31", as the board is made; "" for the last whole one',
    )


class BoardShort(Out):
    key: str
    title: str
    says: str
    practice: str
    period: str = Field(description="week, month, quarter or year")


class BoardList(Page):
    boards: tuple[BoardShort, ...]


class BoardItemOut(Out):
    id: str
    title: str
    says: str
    weight: int
    why: str = Field(description='why it is left out; "" where it counts')
    smallest: int
    sampled: bool = Field(description="only whom chance drew is counted")
    silent: bool = Field(description="no two ranked units are told apart by it")


class BoardPartOut(Out):
    """Null where the sample is too small to be published."""

    id: str
    weight: int
    numerator: int | None
    denominator: int | None
    excluded: int | None
    points: str | None
    short: bool


class BoardPlaceOut(Out):
    unit: str
    name: str
    rank: str = Field(description='"" where some item has too small a sample')
    points: str
    low: str
    high: str
    why: str
    parts: tuple[BoardPartOut, ...]


class BoardTableOut(Out):
    kind: str
    out_of: int = Field(description="points of the items that count")
    ranked: int
    items: tuple[BoardItemOut, ...]
    left_out: tuple[BoardItemOut, ...]
    places: tuple[BoardPlaceOut, ...]


class BoardOut(Out):
    board: BoardShort
    period: str
    complete: bool = Field(description="false while the period is not over")
    as_of: datetime
    tables: tuple[BoardTableOut, ...]
