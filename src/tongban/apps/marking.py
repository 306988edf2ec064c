"""Whoever takes rows of cases or persons out of the system is named in them, with the day and a number that leads back here.

The mark stands where readers see it (a sheet of its own and the foot of each printed page, a last line, the foot of a document) and is
an entry of the ledger before the file leaves. Figures, forms without rows, what was published and a requester's own copy bear none:
see decision 90.
"""

from __future__ import annotations

import getpass
import re
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.sheets import MARK_SHEET, add_row, book_bytes, new_sheet
from tongban.apps.wording import say
from tongban.kernel.clock import local_text
from tongban.kernel.ledger.instant import EARLIEST
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.notes import append_note, chain_id, holding, readable

if TYPE_CHECKING:
    from openpyxl import Workbook

EXPORTS, EXPORTED = "exports", "exported"
"""The chain of notes, and their kind."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 10
"""Characters of a number: 49 bits, so that nobody writes another's name under a leaked sheet by trying."""
_NUMBER = re.compile(f"[{_LETTERS}]{{5}}-[{_LETTERS}]{{5}}")
SHELL = "shell:"
"""Before the name of the machine's user, where nobody signed in."""


class Mark(Struct, frozen=True):
    """``person`` is the login, ``name`` what colleagues know them by; ``what`` a code, ``about`` the case, register or file it is of."""

    number: str
    county: str
    person: str
    name: str
    at: datetime
    what: str
    about: str

    def words(self, language: str) -> str:
        """One line for readers."""
        facts = {"number": self.number, "county": self.county, "by": self.by, "at": local_text(self.at)}
        return say("mark.line", language, **facts)

    @property
    def by(self) -> str:
        return f"{self.name} ({self.person})" if self.name and self.name != self.person else self.person


def mark(what: str, about: str, acting: Acting) -> Mark:
    """A new mark, noted in the ledger. Raises ``RefusedError`` where that cannot be sealed: then nothing leaves."""
    here = office()
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    person = acting.actor.person or f"{SHELL}{getpass.getuser()}"
    made = Mark(
        f"{drawn[:5]}-{drawn[5:]}",
        here.names.division(here.county.code, acting.language),
        person,
        acting.name,
        acting.now,
        what,
        about,
    )
    facts = {"number": made.number, "person": person, "what": what, "about": about}
    noted = append_note(here.journal, EXPORTS, EXPORTED, facts, acting.now, acting.now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)
    return made


def trace(number: str) -> Mark | Refused:
    """Who took what, by the number under it. Refuses one that was never given (``export.no_mark``)."""
    here, wanted = office(), number.strip().lower()
    for entry in holding(here.journal, EXPORTS, wanted) if _NUMBER.fullmatch(wanted) else ():
        match readable(entry):
            case {"number": str(found), "person": str(person), "what": str(what), "about": str(about)}:
                if found == wanted:
                    return Mark(found, here.county.code, person, "", entry.at, what, about)
            case _:
                pass  # changed by somebody: its seal says so
    return Refused("export.no_mark", "number", {"number": number[:40]})


def taken(since: datetime = EARLIEST, until: datetime | None = None) -> tuple[Mark, ...]:
    """Everything that was taken out from a moment on and before another, the oldest first: for a sheet whose number was cut out."""
    here, found = office(), list[Mark]()
    for entry in here.journal.events(chain_id(here.county.code, EXPORTS)):
        match readable(entry):
            case {"number": str(number), "person": str(person), "what": str(what), "about": str(about)}:
                if since <= entry.at and (until is None or entry.at < until):
                    found.append(Mark(number, here.county.code, person, "", entry.at, what, about))
            case _:
                pass  # changed by somebody: its seal says so
    return tuple(found)


def lines_with(table: str, made: Mark, language: str) -> str:
    """A CSV text with its mark as the last line, which readers of sheets here pass over."""
    end = "\r\n" if table and not table.endswith("\n") else ""
    return f'{table}{end}"{made.words(language).replace(chr(34), chr(39))}"\r\n'


def book_with(book: Workbook, made: Mark, language: str) -> bytes:
    """The bytes of a workbook with its mark: a last sheet, the foot of every printed page, the file's own properties."""
    line = made.words(language)
    for sheet in book.worksheets:
        sheet.oddFooter.left.text = line.replace("&", "&&")
        sheet.oddFooter.left.size = 8
    last = new_sheet(book, MARK_SHEET, (100,))
    add_row(last, [line])
    add_row(last, [say("mark.means", language)])
    book.properties.creator = made.by
    book.properties.description = line
    return book_bytes(book)
