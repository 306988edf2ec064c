"""Registers that a county brings: listed, given out, looked at before they are loaded, loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tongban.api.v1.route import Answer, Asked, Raw
from tongban.api.v1.shapes import registers as shapes
from tongban.apps.brought.giving import workbook
from tongban.apps.brought.loading import Load, carry_out, plan
from tongban.apps.brought.overview import Shelf, overview
from tongban.apps.brought.preview import mark_of, seen
from tongban.kernel.clock.day import opening
from tongban.kernel.refusal import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = ("application/x-ndjson", "text/csv", XLSX)
"""A line of JSON a row; a table with a header; a workbook."""
LARGEST = 20_000_000
"""Bytes of one load: what a request can do while somebody waits. The shell takes ten times that."""


def list_registers(asked: Asked) -> Answer:
    """Every register that is loaded, with how many rows it has, since when and by whom."""
    return shapes.RegisterList(
        registers=tuple(
            shapes.RegisterOut(practice=shelf.practice, **{name: getattr(each, name) for name in _STANDS})
            for shelf in overview(asked.acting)
            for each in shelf.registers
        )
    )


_STANDS = ("id", "title", "rows", "since", "by", "loaded", "readers")


def get_workbook(asked: Asked, practice: str, query: shapes.WorkbookQuery) -> Answer:
    """What stands in the registers of a practice, or empty sheets with the right columns; loading it again changes nothing."""
    found = workbook(practice, asked.acting, (query.sheet,) if query.sheet else ())
    return found if isinstance(found, Refused) else Raw(found, XLSX)


def plan_load(asked: Asked, practice: str, query: shapes.LoadQuery, content: bytes) -> Answer:
    """What these rows would change. Nothing is changed; every fault is told with its row and column.

    The rows are the whole register: what is not among them ends. Rows of JSON are counted by line, those of a table as a spreadsheet shows
    them. Titles of columns are taken in either language, and their ids.
    """
    planned = _planned(asked, practice, query, content)
    return planned if isinstance(planned, Refused) else _load(planned, asked)


def load(asked: Asked, practice: str, query: shapes.MarkedQuery, content: bytes) -> Answer:
    """Load the rows: all of them or none, sealed by a note in the ledger. Refuses every fault as the plan does.

    With ``mark`` only if exactly that would change which the plan told.
    """
    planned = _planned(asked, practice, query, content)
    if isinstance(planned, Refused):
        return planned
    if query.mark and mark_of(planned) != query.mark:
        return Refused("register.stale", practice)
    told = _load(planned, asked)
    done = carry_out(planned, asked.acting)
    return done if isinstance(done, Refused) else told


def _planned(asked: Asked, practice: str, query: shapes.LoadQuery, content: bytes) -> Load | Refused:
    if _shelf(asked, practice) is None:
        return Refused("register.none", practice, {"practice": practice})
    since = _day(query.since)
    if isinstance(since, Refused):
        return since
    name = query.sheet or practice
    return plan(content, name, practice, asked.acting, register=query.sheet, since=since)


def _shelf(asked: Asked, practice: str) -> Shelf | None:
    return next((each for each in overview(asked.acting) if each.practice == practice), None)


def _day(text: str) -> datetime | Refused | None:
    """The opening of a local day; None for now."""
    try:
        return opening(date.fromisoformat(text).toordinal()).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return Refused("register.since", "since", {"given": text[:40]})


def _load(planned: Load, asked: Asked) -> Answer:
    words = seen(planned, asked.acting)
    if isinstance(words, Refused):
        return words
    return shapes.LoadOut(
        practice=planned.practice,
        since=planned.since,
        nothing=planned.nothing,
        mark=mark_of(planned),
        registers=tuple(shapes.ChangeOut.model_validate(each) for each in words),
    )
