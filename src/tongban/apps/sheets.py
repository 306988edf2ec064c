"""Workbooks and tables that are given out. A text is a text: none that begins with a sign of a spreadsheet's is ever a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell: TypeAlias = "str | int | float | datetime | None"
MARK_SHEET = "※ tongban"
"""The sheet that says who took a workbook out, and the beginning of such a line; see ``tongban.apps.marking``. Readers pass over both."""
LONGEST_TITLE = 31
"""Characters of a sheet's title that spreadsheets take."""


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
"""The wide forms, too: where people write Chinese or Japanese, spreadsheets read them as the narrow ones."""


def harmless(text: str) -> str:
    """A text for a CSV file, from which a spreadsheet computes nothing: where it begins like a formula, an apostrophe says
    that it is none."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def new_book() -> Workbook:
    """A workbook that is written row by row."""
    from openpyxl import Workbook

    return Workbook(write_only=True)


def new_sheet(book: Workbook, title: str, widths: Sequence[int] = (), held: str = "A2") -> WriteOnlyWorksheet:
    """A sheet with its columns as wide as that; what is above and left of the cell ``held`` stays in view."""
    from openpyxl.utils import get_column_letter

    sheet: WriteOnlyWorksheet = book.create_sheet(title[:LONGEST_TITLE])
    sheet.freeze_panes = held
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    return sheet


def add_row(sheet: WriteOnlyWorksheet, values: Sequence[Cell], *, bold: bool = False) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)


def book_bytes(book: Workbook) -> bytes:
    """The bytes of an ``.xlsx`` file."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
