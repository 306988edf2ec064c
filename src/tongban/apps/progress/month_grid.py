"""The monthly table as columns and cells, the same on the page, in the spreadsheet and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.progress.month import Cell, Line, MonthTable
from tongban.apps.wording import say


class Column(Struct, frozen=True):
    title: str
    figure: bool = True
    """whether it is set to the right"""


class Row(Struct, frozen=True):
    """A line of the table: ``number`` opens its case, "" for a sum."""

    number: str
    cells: tuple[Cell, ...]


class Grid(Struct, frozen=True):
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    units: tuple[Row, ...]
    total: Row


def grid(table: MonthTable, language: str) -> Grid:
    def named(key: str, *, figure: bool = True) -> Column:
        return Column(say(f"month.{key}", language), figure)

    columns = [
        named("case", figure=False),
        named("unit", figure=False),
        *(Column(title, figure=False) for title in table.columns),
        named("planned"),
        named("reached"),
        named("here"),
        named("late"),
        named("since", figure=False),
        named("over_limit"),
        named("said"),
        *(Column(title) for title in table.sums),
        *([Column(table.spent)] if table.spent else []),
        named("index"),
    ]
    return Grid(
        tuple(columns),
        tuple(_row(table, line, columns) for line in table.rows),
        tuple(_row(table, line, columns) for line in table.units),
        _row(table, table.total, columns),
    )


def _row(table: MonthTable, line: Line, columns: Sequence[Column]) -> Row:
    cells = [
        Cell(line.title),
        Cell(line.unit),
        *(Cell(words) for words in line.columns),
        line.planned,
        line.reached,
        Cell(line.here),
        line.late,
        Cell(line.since),
        Cell(str(line.over_limit), number=line.over_limit),
        Cell(str(line.said), number=line.said),
        *line.sums,
        *([line.spent] if table.spent else []),
        line.index,
    ]
    sided = [replace(cell, right=column.figure) for cell, column in zip(cells, columns, strict=True)]
    return Row(line.number.replace(" ", ""), tuple(sided))
