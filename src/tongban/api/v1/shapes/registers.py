"""Registers that a county brings: as they stand, and what a load changes."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tongban.api.v1.shapes import Out, Page, Query, Word


class RegisterOut(Out):
    """A register, at the practice through which it is loaded. ``by`` is "" for the system, null where nobody loaded it."""

    practice: str
    id: str
    title: str
    rows: int
    since: datetime | None
    by: str | None
    loaded: datetime | None
    readers: tuple[str, ...] = Field(description="titles of other practices that read it")


class RegisterList(Page):
    registers: tuple[RegisterOut, ...]


class WorkbookQuery(Query):
    sheet: Word = Field("", alias="register", description='one register; "" for all of the practice')


class LoadQuery(Query):
    sheet: Word = Field(
        "",
        alias="register",
        description='which register the rows are of; "" where the practice has one, or the workbook says it',
    )
    since: Word = Field("", description='the day from which the rows hold, "2026-10-01"; "" for now')


class MarkedQuery(LoadQuery):
    mark: Word = Field(
        "",
        description="`mark` of the plan that somebody agreed to: what would change otherwise by now is refused (`register.stale`)",
    )


class AlteredOut(Out):
    label: str
    before: str
    after: str


class RowLine(Out):
    what: str = Field(description="added, changed or ended")
    code: str
    title: str
    altered: tuple[AlteredOut, ...]
    open_cases: int = Field(description="of a row that ends: cases that have not ended and name it still")
    other_rows: int = Field(description="of a row that ends: rows of other registers that name it still")
    looks_like: str = Field(
        description='of a row that comes: another code of the register that looks like its own; "" for none'
    )


class ChangeOut(Out):
    """What becomes of one register; ``untold`` counts the lines beyond the first 50."""

    title: str
    rows: int = Field(description="all that it has then")
    added: int
    changed: int
    ended: int
    same: int
    lines: tuple[RowLine, ...]
    untold: int


class LoadOut(Out):
    """``nothing``: everything stands so already. ``mark`` names exactly this change."""

    practice: str
    since: datetime
    nothing: bool
    mark: str
    registers: tuple[ChangeOut, ...]
