"""Spreadsheets as offices have them, read into plain rows: every fault with its row and column.

What a file is, is seen from its bytes and not from its name: CSV in UTF-8, GB18030 or UTF-16, with
commas, tabs or semicolons, lines of JSON, alone or in gzip, and Excel's ``.xlsx``. A fault in one row leaves the others
readable. Nothing is raised: whatever is wrong comes back as a refusal.

Rows are numbered as a spreadsheet program shows them, the header included. Columns are known by any of
their headers, Chinese or English. Times come back as aware UTC instants; what names no zone is local time.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TypeAlias

from msgspec import Struct, field

from tongban.apps.registry.columns import CASE_COLUMNS, Column, Kind
from tongban.apps.registry.foreign import foreign
from tongban.apps.registry.headers import plain_header
from tongban.apps.registry.lines import is_lines, line_rows
from tongban.apps.registry.times import instant_of
from tongban.apps.registry.workbooks import Book, Formula, is_workbook, open_book
from tongban.apps.sheets import MARK_SHEET
from tongban.kernel.form.characters import clean, narrow, shown
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.causes import because

LARGEST = 200_000_000
"""Bytes of a file, and of what it unpacks to."""
LONGEST_CELL = 1_000_000
"""Characters."""
MOST_FAULTS = 500
"""Faults that are told one by one; the rest is counted."""
_ESCAPED = re.compile("[\udc80-\udcff]")
"""A byte that could not be read, as it is carried through to the cell it stands in."""
_FEW = 10
"""A file is in an encoding when it has at least so many foreign characters in it for each byte that it cannot read."""
_HEADER_WITHIN = 10
"""Rows among which the header is looked for: titles often stand above it."""

Cell: TypeAlias = "str | int | datetime"


class Row(Struct, frozen=True):
    """``number`` as the spreadsheet shows it; ``values`` by column name, empty cells left out."""

    number: int
    values: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """A cell as text, "" when it is empty."""
        return str(self.values.get(name, ""))


class Sheet(Struct, frozen=True):
    """What was read: sound rows, and every fault (``where`` is ``row 12, 留言时间`` or the file's name).

    ``broken`` are rows with a fault, with what could be read of them. ``headers`` are the headers as they are
    written, by column name, in their order; ``ignored`` those that no column has. ``more_faults`` counts those
    beyond the first 500.
    """

    rows: tuple[Row, ...] = ()
    faults: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()
    more_faults: int = 0
    broken: tuple[Row, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def at_row(number: int, header: str = "") -> str:
    """The place of a fault: a row and the header of its column as it is written."""
    return f"row {number}, {header}" if header else f"row {number}"


_Raw: TypeAlias = "object"
_RawRow: TypeAlias = "tuple[int, Sequence[_Raw] | Refused]"


def read_sheet(
    content: bytes,
    columns: Sequence[Column] = CASE_COLUMNS,
    name: str = "",
    *,
    strangers: bool = False,
    book: Book | None = None,
    sheet: str = "",
) -> Sheet:
    """The rows of a file's first sheet, or of the one called ``sheet`` of a ``book`` that is open. With ``strangers`` what stands under a header that no column has is in the values
    of its row, by that header as it is written; without, it is left out.

    Refuses the file: ``sheet.empty``, ``sheet.too_large``, ``sheet.not_a_sheet``, ``sheet.broken``,
    ``sheet.encoding``, ``sheet.no_header``, ``sheet.column_missing``, ``sheet.column_twice``. Faults of
    rows: ``sheet.cell_missing``, ``sheet.cell_too_long``, ``sheet.cells_left_over``, ``sheet.formula``,
    ``sheet.not_a_time``, ``sheet.not_whole``, ``sheet.quotes``, ``sheet.byte``, ``form.bad_character``. A header that
    resembles a known one is ``sheet.column_unknown``.
    """
    found = _rows(content, name) if book is None else book.rows(sheet)
    if isinstance(found, Refused):
        return Sheet(faults=(found,))
    try:
        return _read(found, columns, name, strangers=strangers)
    except Exception as error:  # a damaged workbook makes its reader raise nearly anything
        return Sheet(faults=(Refused("sheet.broken", name, because(error)),))


def _read(found: Iterator[_RawRow], columns: Sequence[Column], name: str, *, strangers: bool) -> Sheet:
    head: list[_RawRow] = []
    for number, cells in found:
        if isinstance(cells, Refused) or any(_said(cell) for cell in cells):
            head.append((number, cells))
        if len(head) == _HEADER_WITHIN:
            break
    known = {plain_header(header): each for each in columns for header in (each.name, *each.headers)}
    scores = [
        (0 if isinstance(cells, Refused) else sum(plain_header(cell) in known for cell in cells), -n)
        for n, (_, cells) in enumerate(head)
    ]
    score, place = max(scores, default=(0, 0))
    if not head or not score:
        return Sheet(faults=(_headless(head, name),))
    at = -place
    number, header = head[at]
    assert not isinstance(header, Refused)  # it scored
    headers = [_ESCAPED.sub("\ufffd", str(cell)).strip() if _said(cell) else "" for cell in header]
    places = [known.get(plain_header(header)) for header in headers]
    faults = _header_faults(headers, places, columns, number)
    ignored = tuple(header for header, place in zip(headers, places, strict=True) if header and not place)
    closed = any(
        fault.code != "sheet.column_unknown" for fault in faults
    )  # nothing is taken; all is told at once
    if strangers:
        own = zip(headers, places, strict=True)
        places = [place or (Column(header, ()) if header else None) for header, place in own]
    rows: list[Row] = []
    broken: list[Row] = []
    more = 0
    for number, cells in _chain(head[at + 1 :], found):
        if not isinstance(cells, Refused) and cells and str(cells[0]).startswith(MARK_SHEET):
            continue
        if isinstance(cells, Refused):
            row, wrong = Row(number, {}), [cells]
        else:
            row, wrong = _row(number, cells, headers, places)
        if wrong:
            broken.append(row)
            room = max(0, MOST_FAULTS - len(faults))
            faults += wrong[:room]
            more += len(wrong[room:])
        elif row.values:
            rows.append(row)
    if closed:
        return Sheet(faults=tuple(faults), ignored=ignored, more_faults=more)
    written = {place.name: header for header, place in zip(headers, places, strict=True) if place}
    return Sheet(tuple(rows), tuple(faults), ignored, more, tuple(broken), written)


def _headless(head: Sequence[_RawRow], name: str) -> Refused:
    """Why there is no header: nothing at all, rows that cannot be read, or other rows."""
    if not head:
        return Refused("sheet.empty", name)
    first = head[0][1]
    if isinstance(first, Refused):
        return first
    said = "、".join(shown(_ESCAPED.sub("\ufffd", str(cell))) for cell in first if _said(cell))
    return Refused("sheet.no_header", name, {"found": said[:200]})


def _chain(head: Sequence[_RawRow], rest: Iterator[_RawRow]) -> Iterator[_RawRow]:
    yield from head
    yield from rest


def _header_faults(
    headers: Sequence[str], places: Sequence[Column | None], columns: Sequence[Column], number: int
) -> list[Refused]:
    faults: list[Refused] = []
    found = [place.name for place in places if place]
    missing = {each.name: each for each in columns if each.name not in found}
    for each in {place.name: place for place in places if place}.values():
        if found.count(each.name) > 1:
            both = "、".join(h for h, place in zip(headers, places, strict=True) if place == each)
            faults.append(Refused("sheet.column_twice", at_row(number), {"headers": both}))
    words = {
        plain_header(header): header for each in missing.values() for header in (each.name, *each.headers)
    }
    for header, place in zip(headers, places, strict=True):
        near = get_close_matches(plain_header(header), words, 1, 0.7) if header and not place else []
        if near:
            facts = {"header": shown(header), "nearest": words[near[0]]}
            faults.append(Refused("sheet.column_unknown", at_row(number), facts))
    for each in missing.values():
        if each.required or each.present:
            there = "、".join(filter(None, headers))[:200]
            called = tuple(dict.fromkeys((*each.headers, each.name)))
            about: Facts = {
                "header": called[0],
                "column": next((header for header in called if header.isascii()), each.name),
                "known": called,
                "found": there,
            }
            faults.append(Refused("sheet.column_missing", at_row(number), about))
    return faults


def _row(
    number: int, cells: Sequence[_Raw], headers: Sequence[str], places: Sequence[Column | None]
) -> tuple[Row, list[Refused]]:
    """A row, nothing in it when it is empty, and all its faults."""
    if not any(_said(cell) for cell in cells):
        return Row(number, {}), []
    faults: list[Refused] = []
    if any(_said(cell) for cell in cells[len(headers) :]):
        facts = {"cells": len(cells), "headers": len(headers)}
        faults.append(Refused("sheet.cells_left_over", at_row(number), facts))
    values: dict[str, Cell] = {}
    for n, column in enumerate(places):
        cell = cells[n] if n < len(cells) else None
        if column is None or (not cell and cell != 0 and not column.required):
            continue
        where = at_row(number, headers[n])
        value = _cell(cell, column.kind, where)
        if isinstance(value, Refused):
            faults.append(value)
        elif value != "":
            values[column.name] = value
        elif column.required:
            faults.append(Refused("sheet.cell_missing", where))
    return Row(number, values), faults


def _cell(cell: _Raw, kind: Kind, where: str) -> Cell | Refused:
    """A cell's value; "" when it is empty."""
    if isinstance(cell, Formula):
        return Refused("sheet.formula", where)
    if not _said(cell):
        return ""
    bad = _ESCAPED.search(cell) if isinstance(cell, str) else None
    if bad is not None:
        return Refused("sheet.byte", where, {"byte": f"{ord(bad[0]) - 0xDC00:02X}", "place": bad.start() + 1})
    if kind == "instant":
        found = instant_of(cell)
        return found or Refused("sheet.not_a_time", where, {"given": shown(str(cell))})
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    if kind == "whole":
        digits = narrow(text).strip()
        if re.fullmatch(r"-?[0-9]{1,15}", digits):
            return int(digits)
        return Refused("sheet.not_whole", where, {"given": shown(text)})
    if len(text) > LONGEST_CELL:
        return Refused("sheet.cell_too_long", where, {"length": len(text), "max": LONGEST_CELL})
    return clean(text, where)


def _said(cell: _Raw) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip("\ufeff \t\r\n\u3000")))


def _rows(content: bytes, name: str, inside: bool = False) -> Iterator[_RawRow] | Refused:
    """Numbered rows of raw cells."""
    if not content.strip():
        return Refused("sheet.empty", name)
    if len(content) > LARGEST:
        return Refused("sheet.too_large", name, {"max": LARGEST // 1_000_000})
    if content[:2] == b"\x1f\x8b" and not inside:
        unpacked = _unzipped(content, name)
        return unpacked if isinstance(unpacked, Refused) else _rows(unpacked, name, inside=True)
    if is_workbook(content):
        opened = open_book(content, name, LARGEST)
        return opened if isinstance(opened, Refused) else opened.rows()
    lines = is_lines(content)
    kind = "" if lines else foreign(content)
    if kind:
        return Refused("sheet.not_a_sheet", name, {"kind": kind})
    text = _decoded(content, name)
    if isinstance(text, Refused):
        return text
    return line_rows(text) if lines else _comma_rows(text)


def _unzipped(content: bytes, name: str) -> bytes | Refused:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        return Refused("sheet.broken", name, because(error))
    return found if len(found) <= LARGEST else Refused("sheet.too_large", name, {"max": LARGEST // 1_000_000})


def encoding_of(content: bytes) -> str:
    """How an answer to this file is best written: as the file was, in UTF-8 where that cannot be told."""
    found = _read_as(content)
    encoding = "utf-8-sig" if isinstance(found, int) else found[0]
    told = not isinstance(found, int) and content[:3] != b"\xef\xbb\xbf"
    return "utf-8" if encoding == "utf-8-sig" and told else encoding


def _read_as(content: bytes) -> tuple[str, str] | int:
    """The encoding and the text, single bytes that cannot be read escaped; where nothing fits, how far one could read.

    UTF-16 by its mark, UTF-8 where it is nearly valid, else GB18030. UTF-8 comes first also with a byte broken: as
    GB18030 it might be valid all over, and nonsense.
    """
    place = 0
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError as error:
            place = max(place, error.start)
        if not utf16:
            text = content.decode(encoding, "surrogateescape")
            broken = len(_ESCAPED.findall(text))
            foreign = len(text) - len(text.encode("ascii", "ignore")) - broken
            if foreign >= _FEW * broken or _mostly(content, encoding):
                return encoding, text
    return place


def _mostly(content: bytes, encoding: str) -> bool:
    """Whether the first line can be read, and so can at least as many lines with other than ASCII as cannot."""
    first, clean, broken = True, 0, 0
    for line in content.splitlines():
        try:
            clean += not line.decode(encoding).isascii()
        except UnicodeDecodeError:
            broken += 1
            if first:
                return False
        first = False
    return clean >= broken


def _decoded(content: bytes, name: str) -> str | Refused:
    found = _read_as(content)
    if isinstance(found, int):
        return Refused("sheet.encoding", name, {"line": content.count(b"\n", 0, found) + 1})
    return found[1]


def _comma_rows(text: str) -> Iterator[_RawRow]:
    """Rows of delimited text; the delimiter is the one that the first lines have most of."""
    first = "\n".join(text[:20_000].splitlines()[:_HEADER_WITHIN])
    delimiter = max(",\t;", key=first.count)
    # The limit is one for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_CELL))
    lines = list(io.StringIO(text, newline=""))
    number = before = 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number += 1
        began = before + reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Refused("sheet.quotes", at_row(number), {"line": began, **because(error)})
            # A quotation mark that nothing closes swallows the lines below it: they are read anew, as rows.
            if before + reader.line_num > began:
                before = began
                reader = csv.reader(lines[began:], delimiter=delimiter, strict=True)
