"""What became of the rows of a sheet, in words; and the refused ones as a table to mend them by."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.many.rows import Came, Done, RowDone
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.sheets import harmless
from tongban.apps.wording import say
from tongban.library.texts import Words, refusal_words

COLUMNS = ("row", "case", "step", "wrong", "fix", "code")


class Told(Struct, frozen=True):
    """One row: what it asked for, and what is in its way (nothing where it was taken or known)."""

    row: int
    case: str
    step: str
    came: Came
    wrong: tuple[Words, ...] = ()


def told(here: Office, done: Done, acting: Acting) -> tuple[Told, ...]:
    """Every row in the reader's words."""
    return tuple(_told(here, each, acting) for each in done.rows)


def _told(here: Office, row: RowDone, acting: Acting) -> Told:
    number = written(row.case) if row.adoption else row.case
    refused = row.refused.all() if row.refused is not None else ()
    if not row.adoption:
        return Told(
            row.number,
            number,
            row.step,
            row.came,
            tuple(refusal_words(each, acting.language) for each in refused),
        )
    wording = here.wording(row.adoption, acting.language)
    words = tuple(wording.refusal(each) for each in refused)
    return Told(row.number, number, wording.step(row.step), row.came, words)


def faults_table(rows: Iterable[Told], language: str) -> str:
    """The refused rows as CSV with a header, a line for each thing that is wrong. No cell is a formula."""
    out = StringIO()
    table = csv.writer(out)
    table.writerow(say(f"desk.many.{name}", language) for name in COLUMNS)
    for row in rows:
        for words in row.wrong:
            cells = (str(row.row), row.case, row.step, words.says, words.fix, words.code)
            table.writerow([harmless(cell) for cell in cells])
    return out.getvalue()
