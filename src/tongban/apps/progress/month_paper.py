"""The monthly table for print, on A4 across."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.apps.acting import Acting
from tongban.apps.marking import mark
from tongban.apps.paper.setting import typeset
from tongban.apps.progress.month import Item, MonthTable
from tongban.apps.progress.month_grid import Row, grid
from tongban.apps.wording import say


def month_paper(table: MonthTable, acting: Acting) -> bytes:
    """A PDF: the table, the same by unit, how the index came about, and the lists."""
    language = acting.language
    whole = grid(table, language)
    weight = table.weight or say("month.index_even", language)
    notes = [say("month.running", language)] if not table.over else []
    notes += (
        [say("month.two_looks" if table.corrected else "month.as_it_was", language)] if table.over else []
    )
    return typeset(
        "month",
        {
            "language": "en" if language == "en" else "zh",
            "title": table.title,
            "month": table.name,
            "about": f"{table.number}　{table.unit}　{say('month.upto', language, day=table.upto, made=table.made)}",
            "notes": notes,
            "columns": [{"title": each.title, "right": each.figure} for each in whole.columns],
            "now": say("month.now", language, value="\0").split("\0")[0],
            "rows": _rows(whole.rows),
            "total": _cells(whole.total),
            "units": _rows(whole.units),
            "units_title": say("month.by_unit", language),
            "units_means": say("month.by_unit_means", language),
            "index_title": say("month.index_how", language),
            "index_means": say("month.index_means", language, weight=weight),
            "derivation": list(table.derivation),
            "lists": [
                _list(say("month.list_reached", language, n=len(table.reached)), table.reached),
                _list(say("month.list_late", language, n=len(table.late)), table.late),
                _list(say("month.list_said", language, n=len(table.said)), table.said),
            ],
            "mark": mark("month", f"{table.number} {table.month}", acting).words(language),
            "none": say("month.none", language),
            "missing_says": say("month.missing", language, list="\0").split("\0")[0],
            "page": say("month.page", language, n="\0", total="\0").split("\0"),
        },
    )


def _rows(rows: Sequence[Row]) -> list[list[dict[str, str]]]:
    return [_cells(row) for row in rows]


def _cells(row: Row) -> list[dict[str, str]]:
    return [{"then": cell.then, "now": cell.now} for cell in row.cells]


def _list(title: str, items: Sequence[Item]) -> dict[str, object]:
    return {"title": title, "items": [[each.title, each.unit, each.day, each.note] for each in items]}
