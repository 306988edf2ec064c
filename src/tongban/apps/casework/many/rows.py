"""Rows that each ask for one step, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from tongban.apps.registry.sheets import Cell
from tongban.kernel.refusal import Refused

Came: TypeAlias = Literal["taken", "known", "refused"]


class StepRow(Struct, frozen=True):
    """One step of one case.

    ``number`` is the row as the spreadsheet shows it. The case is named by its number, or by ``key``: facts that one
    case alone below another has. ``step`` is an id or a title. ``at`` is when it really happened, None for now.
    ``answers`` are by field, ``cells`` by the header that they stand under. ``fault``: what of it could not be read.
    """

    number: int
    step: str
    case: str = ""
    key: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    fault: Refused | None = None


class RowDone(Struct, frozen=True):
    """What became of a row: taken, known (it had been taken before), or refused and why.

    ``case`` is its number, as it was typed where it is nobody's; ``adoption`` "" where no case was found.
    """

    number: int
    came: Came
    case: str
    step: str
    adoption: str = ""
    refused: Refused | None = None


class Done(Struct, frozen=True):
    """All rows in their order. ``kept`` False: all or none was asked, something was refused, and nothing was written."""

    rows: tuple[RowDone, ...]
    kept: bool = True

    def count(self, came: Came) -> int:
        return sum(each.came == came for each in self.rows)

    @property
    def taken(self) -> int:
        return self.count("taken") if self.kept else 0

    @property
    def known(self) -> int:
        return self.count("known")

    @property
    def refused(self) -> int:
        return self.count("refused")
