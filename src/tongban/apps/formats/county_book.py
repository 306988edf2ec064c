"""The registers of a county as one workbook, and back: divisions, units, duty lists, categories.

Each cell is judged where it stands (``county_cells``). What then is said is written down as the county's folder and read by the reader
of folders, so that what concerns the whole is checked in one place. Every line says which row it came from, so that a fault of
``duties.yaml:9`` is told of its row of the sheet (:func:`at_rows`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.apps.acting import Acting
from tongban.apps.formats.county_cells import LEAVES, judged
from tongban.apps.marking import book_with, mark
from tongban.apps.office import office
from tongban.apps.registry.columns import Column
from tongban.apps.registry.county_files import FALLBACK, LARGEST
from tongban.apps.registry.sheets import Row, Sheet, read_sheet
from tongban.apps.registry.workbooks import Book, open_book
from tongban.apps.sheets import add_row, new_book, new_sheet
from tongban.kernel.refusal import Refused
from tongban.store.models import Category, DivisionRow, DutyRow, UnitRow

SHEETS: Mapping[str, Sequence[str]] = {
    name: tuple(each.name for each in leaf.cells) for name, leaf in LEAVES.items()
}
if TYPE_CHECKING:
    from openpyxl import Workbook

_FILE = re.compile(r"(divisions|units|duties|categories)\.(?:csv|yaml)(?::([0-9]+))?")
_FROM = re.compile(r"# (\w+ row [0-9]+)$")
_WIDE = {"name": 28, "name_en": 28, "categories": 30, "because": 40, "basis": 40}


def county_book(acting: Acting) -> bytes:
    """All registers as they stand, the ended ones with them."""
    county = office().county.code
    ended = UnitRow.objects.filter(county=county).exclude(until=None).order_by("id")
    book = new_book()
    _sheet(book, "divisions", acting.language, (
        (r.code, r.name, r.level, r.parent, _day(r.since), _day(r.until), r.name_en, r.short, r.successor)
        for r in DivisionRow.objects.filter(county=county).order_by("code")
    ))  # fmt: skip
    _sheet(book, "units", acting.language, (
        (r.id, r.name, r.name_en, r.kind, r.level, r.division, r.parent, r.phone)
        for r in UnitRow.objects.filter(county=county, until=None).order_by("id")
    ))  # fmt: skip
    _sheet(book, "ended", acting.language, ((r.id, r.successor, r.because) for r in ended if r.successor))
    _sheet(book, "duties", acting.language, (
        (r.unit, r.code, r.kind, " ".join(r.categories), r.name, r.name_en, r.source)
        for r in DutyRow.objects.filter(county=county).order_by("unit", "code")
    ))  # fmt: skip
    _sheet(book, "categories", acting.language, (
        (r.code, r.name, r.name_en, "1" if r.shared else "")
        for r in Category.objects.filter(county=county).order_by("code")
    ))  # fmt: skip
    return book_with(book, mark("county", county, acting), acting.language)


def county_folder(content: bytes, name: str, into: Path) -> Refused | None:
    """Write the folder that a workbook says. Refuses what is no such workbook, with every fault of its rows."""
    sheets = _sheets(content, name)
    if isinstance(sheets, Refused):
        return sheets
    (into / "divisions.csv").write_text(_comma(SHEETS["divisions"], sheets["divisions"]), encoding="utf-8")
    (into / "units.yaml").write_text(_units(sheets["units"], sheets["ended"]), encoding="utf-8")
    (into / "duties.yaml").write_text(_duties(sheets["duties"]), encoding="utf-8")
    lines = ["categories:", *(_line(_category(row)) for row in sheets["categories"])]
    (into / "categories.yaml").write_text(_at_rows(lines, sheets["categories"]), encoding="utf-8")
    return None


def at_rows(refused: Refused, folder: Path) -> Refused:
    """The faults of such a folder, each told of the sheet and, where it has a line, of the row that it came from."""

    def place(found: re.Match[str]) -> str:
        sheet, line = found[1], found[2]
        if not line:
            return sheet
        lines = next(folder.glob(f"{sheet}.*")).read_text("utf-8").splitlines()
        said = _FROM.search(lines[int(line) - 1]) if int(line) <= len(lines) else None
        return said[1].replace(" ", ", ", 1) if said else f"{sheet}, row {line}"

    return Refused.of(
        [Refused(each.code, _FILE.sub(place, each.where, count=1), each.facts) for each in refused.all()]
    )


def _sheets(content: bytes, name: str) -> dict[str, tuple[Row, ...]] | Refused:
    book = open_book(content, name, LARGEST)
    if isinstance(book, Refused):
        return book
    titles = {
        each: next((title for title in book.names if title.strip() in leaf.titles), "")
        for each, leaf in LEAVES.items()
    }
    missing = tuple("/".join(LEAVES[each].titles) for each, title in titles.items() if not title)
    if missing:
        return Refused("county_book.sheets", name, {"missing": missing})
    found = {each: _read(book, title, LEAVES[each].columns) for each, title in titles.items()}
    return judged(found, titles)


def _read(book: Book, sheet: str, columns: Sequence[Column]) -> Sheet:
    """A sheet; one that is empty, or has a header alone, has no rows."""
    found = read_sheet(b"", columns, sheet, book=book, sheet=sheet)
    return Sheet() if found.faults and found.faults[0].code == "sheet.empty" else found


def _sheet(book: Workbook, name: str, language: str, rows: Iterable[Sequence[str]]) -> None:
    """A sheet in the words of its reader, which are read again in either language."""
    leaf, n = LEAVES[name], 0 if language != "en" else 1
    sheet = new_sheet(book, leaf.titles[n], [_WIDE.get(each.name, 16) for each in leaf.cells])
    add_row(sheet, [(each.headers[0], each.name)[n] for each in leaf.cells], bold=True)
    said = [{} if n else {id: word for word, id in (each.words or {}).items() if id} for each in leaf.cells]
    for row in rows:
        add_row(sheet, [words.get(cell, cell) for words, cell in zip(said, row, strict=True)])


def _comma(columns: Sequence[str], rows: Sequence[Row]) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    at = 2
    for row in rows:
        out.write("\n" * (row.number - at))  # a line that is empty is passed over
        writer.writerow([row.text(each) for each in columns])
        at = row.number + 1
    return out.getvalue()


def _units(rows: Sequence[Row], ended: Sequence[Row]) -> str:
    said = [
        {"id": r.text("id"), "zh": r.text("name"), "en": r.text("name_en") or r.text("name"), "kind": r.text("kind"), "level": r.text("level"),
         "division": r.text("division"), "parent": r.text("parent"), "phone": r.text("phone")}
        for r in rows
    ]  # fmt: skip
    text = _at_rows(["units:", *(_line(each) for each in said)], rows)
    ends = [({each: row.text(each) for each in SHEETS["ended"]}, row.number) for row in ended]
    lines = (f"  - {_flow(said)} # ended row {n}\n" for said, n in ends)
    return text + ("ended:\n" + "".join(lines) if ends else "")


def _duties(rows: Sequence[Row]) -> str:
    fallback: dict[str, object] = {}
    from_row = 0
    units: dict[str, list[str]] = {}
    for row in rows:
        categories = row.text("categories").split()
        if row.text("code") == FALLBACK:
            fallback = {"unit": row.text("unit"), "categories": categories, "basis": row.text("basis")}
            from_row = row.number
            continue
        title = {"zh": row.text("name"), "en": row.text("name_en") or row.text("name")}
        duty = {"code": row.text("code"), "kind": row.text("kind"), "categories": categories, "title": title}
        line = f"    - {_flow({**duty, 'basis': row.text('basis')})} # duties row {row.number}"
        units.setdefault(row.text("unit"), []).append(line)
    lines = [f"fallback: {_flow(fallback)} # duties row {from_row}"] if fallback else []
    lines += ["units:" if units else "units: {}"]
    for unit, duties in units.items():
        lines += [f"  {json.dumps(unit, ensure_ascii=False)}:", *duties]
    return "\n".join(lines) + "\n"


def _category(row: Row) -> dict[str, object]:
    title = {"zh": row.text("name"), "en": row.text("name_en") or row.text("name")}
    return {
        "code": row.text("code"),
        "title": title,
        "shared": row.text("shared") == "1",
    }


def _line(said: Mapping[str, object]) -> str:
    return f"  - {_flow(said)}"


def _at_rows(lines: Sequence[str], rows: Sequence[Row]) -> str:
    """Each line where its row stands; rows that were empty are empty lines."""
    placed: list[str] = [lines[0]]
    for row, line in zip(rows, lines[1:], strict=True):
        placed += [""] * (row.number - 1 - len(placed))
        placed.append(line)
    return "\n".join(placed) + "\n"


def _flow(said: object) -> str:
    """A value on one line: JSON is YAML, and its texts cannot be taken for anything else."""
    return json.dumps(said, ensure_ascii=False)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
