"""The monthly table as a spreadsheet: figures are numbers, what they are now stands in columns of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from tongban.apps.progress.month import Item, MonthTable
from tongban.apps.progress.month_grid import Column, Grid, Row, grid
from tongban.apps.wording import say

WIDTH, WIDE = 12, 28


def month_sheet(table: MonthTable, language: str) -> bytes:
    """An ``.xlsx`` file of three leaves: the table, the same by unit, and the lists of what it counts.

    Texts are written as texts: none that begins with a sign of Excel's is ever a formula.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    whole = grid(table, language)
    _leaf(book, say("views.month", language), table, whole, (*whole.rows, whole.total), language)
    if whole.units:
        _leaf(book, say("month.by_unit", language), table, whole, (*whole.units, whole.total), language)
    _lists(book, table, language)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _leaf(book: Any, name: str, table: MonthTable, whole: Grid, rows: Sequence[Row], language: str) -> None:
    sheet = book.create_sheet(name)
    again = _said_again(rows, whole.columns)
    for n, column in enumerate(_with_now(whole.columns, again, language)):
        sheet.column_dimensions[_letter(n)].width = WIDTH if column.figure else WIDE
    _say(sheet, [f"{table.title} · {table.name}"], bold=True)
    _say(sheet, [f"{table.number} · {table.unit}"])
    _say(sheet, [say("month.upto", language, day=table.upto, made=table.made)])
    _say(sheet, [say("month.two_looks", language)] if any(again) else [])
    _say(sheet, [column.title for column in _with_now(whole.columns, again, language)], bold=True)
    for row in rows:
        values: list[str | int | float] = []
        for n, cell in enumerate(row.cells):
            index = n == len(row.cells) - 1
            values.append(_value(cell.then, cell.number, share=index))
            if again[n]:
                values.append(_value(cell.now, cell.number_now, share=index))
        _say(sheet, values, bold=row is rows[-1])


def _said_again(rows: Iterable[Row], columns: Sequence[Column]) -> list[bool]:
    """Which columns hold a figure that was said otherwise since."""
    rows = list(rows)
    return [any(row.cells[n].now for row in rows) for n in range(len(columns))]


def _with_now(columns: Sequence[Column], again: Sequence[bool], language: str) -> list[Column]:
    found: list[Column] = []
    for column, twice in zip(columns, again, strict=True):
        found.append(column)
        if twice:
            found.append(Column(say("month.now_column", language, title=column.title)))
    return found


def _lists(book: Any, table: MonthTable, language: str) -> None:
    sheet = book.create_sheet(say("month.lists", language))
    for n, width in enumerate((WIDE, WIDE, WIDE, 18, WIDE)):
        sheet.column_dimensions[_letter(n)].width = width
    lists: tuple[tuple[str, tuple[Item, ...]], ...] = (
        ("month.list_reached", table.reached),
        ("month.list_late", table.late),
        ("month.list_said", table.said),
    )
    for key, items in lists:
        _say(sheet, [say(key, language, n=len(items))], bold=True)
        for item in items:
            _say(sheet, [item.number, item.title, item.unit, item.day, item.note])
        _say(sheet, [])


def _value(words: str, number: int | None, *, share: bool) -> str | int | float:
    """A figure as a number; shares are given as the table writes them, so that nothing is rounded twice."""
    return number if number is not None and not share else words


def _say(sheet: Any, values: Sequence[str | int | float], *, bold: bool = False) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)


def _letter(n: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(n + 1))
