"""The monthly table as a spreadsheet: figures are numbers, what they are now stands in columns of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tongban.apps.acting import Acting
from tongban.apps.marking import book_with, mark
from tongban.apps.progress.month import Item, MonthTable
from tongban.apps.progress.month_grid import Column, Grid, Row, grid
from tongban.apps.sheets import add_row, new_book, new_sheet
from tongban.apps.wording import say

if TYPE_CHECKING:
    from openpyxl import Workbook

WIDTH, WIDE = 12, 28


def month_sheet(table: MonthTable, acting: Acting) -> bytes:
    """An ``.xlsx`` file of three leaves: the table, the same by unit, and the lists of what it counts."""
    book, language = new_book(), acting.language
    whole = grid(table, language)
    _leaf(book, say("views.month", language), table, whole, (*whole.rows, whole.total), language)
    if whole.units:
        _leaf(book, say("month.by_unit", language), table, whole, (*whole.units, whole.total), language)
    _lists(book, table, language)
    return book_with(book, mark("month", f"{table.number} {table.month}", acting), language)


def _leaf(
    book: Workbook, name: str, table: MonthTable, whole: Grid, rows: Sequence[Row], language: str
) -> None:
    again = _said_again(rows, whole.columns)
    columns = _with_now(whole.columns, again, language)
    sheet = new_sheet(book, name, [WIDTH if column.figure else WIDE for column in columns], held="A1")
    add_row(sheet, [f"{table.title} · {table.name}"], bold=True)
    add_row(sheet, [f"{table.number} · {table.unit}"])
    add_row(sheet, [say("month.upto", language, day=table.upto, made=table.made)])
    add_row(sheet, [say("month.two_looks", language)] if any(again) else [])
    add_row(sheet, [column.title for column in columns], bold=True)
    for row in rows:
        values: list[str | int | float] = []
        for n, cell in enumerate(row.cells):
            index = n == len(row.cells) - 1
            values.append(_value(cell.then, cell.number, share=index))
            if again[n]:
                values.append(_value(cell.now, cell.number_now, share=index))
        add_row(sheet, values, bold=row is rows[-1])


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


def _lists(book: Workbook, table: MonthTable, language: str) -> None:
    sheet = new_sheet(book, say("month.lists", language), (WIDE, WIDE, WIDE, 18, WIDE), held="A1")
    lists: tuple[tuple[str, tuple[Item, ...]], ...] = (
        ("month.list_reached", table.reached),
        ("month.list_late", table.late),
        ("month.list_said", table.said),
    )
    for key, items in lists:
        add_row(sheet, [say(key, language, n=len(items))], bold=True)
        for item in items:
            add_row(sheet, [item.number, item.title, item.unit, item.day, item.note])
        add_row(sheet, [])


def _value(words: str, number: float | None, *, share: bool) -> str | int | float:
    """A figure as a number; shares are given as the table writes them, so that nothing is rounded twice."""
    return number if number is not None and not share else words
