"""The whole tree below a case as a spreadsheet, for the meeting: a row a case, in the order of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.marking import book_with, mark
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sheets import Cell, add_row, new_book, new_sheet
from tongban.apps.titles import TITLE
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.procedure.model import StageKind
from tongban.kernel.refusal import Refused

COLUMNS = ("number", "level", "unit", "title", "stage", "outcome", "due", "late", "settled")
WIDTHS = (24, 6, 30, 36, 14, 14, 18, 6, 18)

_ROWS = f"""
    WITH RECURSIVE down AS (
        SELECT id, 1 AS level FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL SELECT c.id, d.level + 1 FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    )
    SELECT number, level, holder, {TITLE}, stage, outcome, standing, next_due, settled_at, missed, adoption
    FROM down JOIN store_case ON county = %s AND store_case.id = down.id
    ORDER BY string_to_array(number, '-')::bigint[]
"""  # noqa: S608 - constants only


def tree_sheet(number: str, acting: Acting) -> bytes | Refused:
    """An ``.xlsx`` file of everything below a case, for whoever may see it. Refused like its page."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    return _written(here, seen[0].case, acting)


def _written(here: Office, case: Case, acting: Acting) -> bytes:
    book = new_book()
    sheet = new_sheet(book, written(case.number), WIDTHS)
    add_row(sheet, [say(f"desk.sheet.{name}", acting.language) for name in COLUMNS], bold=True)
    county = here.county.code
    for row in here.rows(_ROWS, [county, case.id, county, county]):
        add_row(sheet, _row(here, row, acting))
    return book_with(book, mark("tree", case.number, acting), acting.language)


def _row(here: Office, row: Sequence[object], acting: Acting) -> tuple[Cell, ...]:
    number, level, holder, title, stage, outcome, standing, due, settled, missed, adoption = row
    wording = here.wording(str(adoption), acting.language)
    at = cast("datetime | None", due) if standing == StageKind.OPEN.value else None
    late = bool(missed) or (at is not None and at <= acting.now)
    return (
        written(str(number)),
        cast("int", level),
        here.names.unit(str(holder), acting.language),
        str(title),
        wording.stage(str(stage), str(outcome)),
        wording.outcome(str(outcome)) if outcome else "",
        _local(at),
        say("value.yes", acting.language) if late else "",
        _local(cast("datetime | None", settled)),
    )


def _local(at: datetime | None) -> datetime | None:
    """Excel knows no zones: the moment on the county's wall clock, to the minute."""
    return at.astimezone(LOCAL).replace(tzinfo=None, second=0, microsecond=0) if at is not None else None
