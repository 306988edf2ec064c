"""Cases as a sheet: where each stands and when it was due, without a word of what was said and nobody's name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.disclosure.publishing import place_of
from tongban.apps.marking import book_with, lines_with, mark
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sheets import add_row, harmless, new_book, new_sheet
from tongban.apps.wording import say
from tongban.kernel.clock import LOCAL, local_date
from tongban.kernel.refusal import Refused

COLUMNS = (
    "number",
    "practice",
    "kind",
    "category",
    "place",
    "unit",
    "stage",
    "outcome",
    "opened",
    "due",
    "settled",
    "late",
)
STEP = 5_000
MOST = 1_000_000
"""Rows that a sheet of Excel holds."""
_ROWS = """
    SELECT id::text, number, practice, adoption, kind, category, division, holder, stage, outcome, opened_at, due_at, settled_at, missed
    FROM store_case WHERE county = %s AND (%s = '' OR practice = %s) AND opened_at >= %s AND opened_at < %s AND id > %s::uuid
        AND practice <> ALL (%s::text[])
    ORDER BY id LIMIT %s
"""
_FIRST = "00000000-0000-0000-0000-000000000000"
EARLIEST = datetime(1970, 1, 1, tzinfo=LOCAL)


def export_cases(
    out: Path,
    acting: Acting,
    practice: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> int | Refused:
    """Write a new ``.csv`` or ``.xlsx``; how many cases. Refuses another ending, a practice that was never adopted or is guarded, and a file that is there."""
    here, language = office(), acting.language
    if out.suffix not in (".csv", ".xlsx"):
        return Refused("cases_sheet.ending", str(out))
    if practice and practice not in {term.practice for term in here.terms} - here.county.guarded:
        return Refused("case.no_practice", practice, {"practice": practice})
    rows = _rows(here, language, practice, since or EARLIEST, until or acting.now)
    heads = [say(f"cases_sheet.{each}", language) for each in COLUMNS]
    try:
        return (_comma if out.suffix == ".csv" else _book)(out, heads, rows, acting)
    except FileExistsError:
        return Refused("register.file_there", str(out))


def _rows(
    here: Office, language: str, practice: str, since: datetime, until: datetime
) -> Iterator[list[str]]:
    last, told = _FIRST, 0
    while told < MOST:
        values = (here.county.code, practice, practice, since, until, last, sorted(here.county.guarded), STEP)
        found = here.rows(_ROWS, values)
        for row in found:
            yield _row(here, cast("Sequence[object]", row), language)
        told += len(found)
        if len(found) < STEP:
            return
        last = str(found[-1][0])


def _row(here: Office, row: Sequence[object], language: str) -> list[str]:
    _, number, _, adoption, kind, category, division, holder, stage, outcome = (
        str(each or "") for each in row[:10]
    )
    opened, due, settled = (cast("datetime | None", each) for each in row[10:13])
    wording = here.wording(adoption, language)
    return [
        written(number),
        wording.title(),
        wording.of(f"kinds.{kind}", kind),
        here.names.category(category, language) if category else "",
        here.names.division(place_of(here, division), language),
        here.names.unit(holder, language) if holder else "",
        wording.stage(stage, outcome),
        wording.outcome(outcome) if outcome else "",
        *(local_date(each).isoformat() if each is not None else "" for each in (opened, due, settled)),
        str(row[13] or 0),
    ]


def _comma(out: Path, heads: Sequence[str], rows: Iterator[list[str]], acting: Acting) -> int:
    n = 0
    with out.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for n, row in enumerate(rows, 1):  # noqa: B007 - counted
            writer.writerow([harmless(cell) for cell in row])
        file.write(lines_with("", mark("cases", out.name, acting), acting.language))
    return n


def _book(out: Path, heads: Sequence[str], rows: Iterator[list[str]], acting: Acting) -> int:
    n = 0
    with out.open("xb") as file:
        book = new_book()
        sheet = new_sheet(book, "cases", [18] * len(heads))
        add_row(sheet, heads, bold=True)
        for n, row in enumerate(rows, 1):  # noqa: B007 - counted
            add_row(sheet, row)
        file.write(book_with(book, mark("cases", out.name, acting), acting.language))
    return n
