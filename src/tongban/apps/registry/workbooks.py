"""Workbooks of Excel, opened to be read: what their sheets are called, and the raw cells of one."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from tongban.apps.sheets import MARK_SHEET
from tongban.kernel.refusal import Refused
from tongban.library.causes import because


class Formula(Struct, frozen=True):
    """A cell that holds a formula: its value is whatever was last computed, somewhere."""


class Book:
    """An open workbook: opening one is a good part of the work of reading it, so whoever reads several sheets opens it once."""

    def __init__(self, sheets: Sequence[Any]) -> None:
        told = [each for each in sheets if each.title != MARK_SHEET]
        self._sheets = {each.title: each for each in told or sheets}

    @property
    def names(self) -> tuple[str, ...]:
        """What its sheets are called, in their order."""
        return tuple(self._sheets)

    def rows(self, sheet: str = "") -> Iterator[tuple[int, Sequence[object]]]:
        """Numbered rows of raw cells of the sheet called so, or of the first."""
        found = self._sheets[sheet or self.names[0]]
        found.reset_dimensions()  # what a file says of its own size is often wrong
        return _excel_rows(found.iter_rows())


def is_workbook(content: bytes) -> bool:
    return content[:4] == b"PK\x03\x04"


def open_book(content: bytes, name: str, largest: int) -> Book | Refused:
    """Refuses what is no workbook, one that is damaged, without a sheet or larger than ``largest`` bytes unpacked."""
    book = _book(content, name, largest)
    if isinstance(book, Refused):
        return book
    return Book(book.worksheets) if book.worksheets else Refused("sheet.empty", name)


def _book(content: bytes, name: str, largest: int) -> Any | Refused:
    """The workbook of openpyxl, opened to be read."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            size = sum(each.file_size for each in packed.infolist())
        if "xl/workbook.xml" not in names:
            kind = "DOCX" if "word/document.xml" in names else "ZIP"
            return Refused("sheet.not_a_sheet", name, {"kind": kind})
        if size > largest:
            return Refused("sheet.too_large", name, {"max": largest // 1_000_000})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not read here
            return openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:  # as above
        return Refused("sheet.broken", name, because(error))


def _excel_rows(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[object]]]:
    for number, row in enumerate(rows, 1):
        yield number, [Formula() if cell.data_type == "f" else cell.value for cell in row]
