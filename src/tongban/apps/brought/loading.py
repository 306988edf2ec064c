"""Loading the brought registers of a practice from a file: looked at whole, then all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.brought.naming import Spoken, spoken
from tongban.apps.brought.reading import Filled, entered_titles, read_book, with_codes
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.clock import local_date
from tongban.kernel.form import ENTRIES
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.brought import Codes, Entry, keys_in, read_entries
from tongban.kernel.procedure.handing import pairs_of
from tongban.kernel.procedure.meeting import at_odds
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store import entries
from tongban.store.subjects import all_of

MOST_TOLD = 500
"""Faults that are told one by one; the rest is counted."""
MOST_ALIKE = 3
"""And of the same fault in one column: a column that was filled down wrong hides nothing else."""
_ROW = re.compile(r"row [0-9]+")


class Change(Struct, frozen=True):
    """What a load does to one register. ``rows`` are all that it has then."""

    register: str
    title: str
    rows: int
    difference: entries.Difference


class Load(Struct, frozen=True):
    """What a file holds, read and judged; nothing is changed yet."""

    practice: str
    changes: tuple[Change, ...]
    rows: Mapping[str, tuple[Entry, ...]]
    since: datetime

    @property
    def nothing(self) -> bool:
        return all(each.difference.nothing for each in self.changes)


def plan(
    content: bytes,
    name: str,
    practice: str,
    acting: Acting,
    *,
    register: str = "",
    since: datetime | None = None,
    say: Say = silent,
) -> Load | Refused:
    """What loading this file would change. Refuses every fault of every sheet in their order (``材料, row 12, 名称`` is a place), and a
    practice that is not adopted, has no such register, or does not know all the columns that others read of it, and rows for a register
    that the system keeps."""
    here = office()
    said = spoken_of(here, practice, acting)
    if isinstance(said, Refused):
        return said
    books = read_book(content, name, said, here, register)
    if isinstance(books, Refused):
        return books
    kept = [each.register for each in books if each.register.kept]
    if kept:
        return Refused.of(
            [Refused("register.kept", said.title(each), {"register": said.title(each)}) for each in kept]
        )
    elsewhere = [fault for book in books for fault in _known_elsewhere(here, said, book, acting)]
    if elsewhere:
        return Refused.of(elsewhere)
    say("register.reading", 0, len(books))
    moment = since or acting.now
    read = _read(here, books, acting, moment)
    if isinstance(read, Refused):
        return read
    changes = tuple(
        Change(
            book.register.id,
            said.title(book.register),
            len(read[book.register.id]),
            entries.difference(
                entries.standing(here.journal, book.register.id, moment), read[book.register.id]
            ),
        )
        for book in books
    )
    say("register.reading", len(books), len(books))
    return Load(practice, changes, read, moment)


def carry_out(load: Load, acting: Acting, say: Say = silent) -> Load | Refused:
    """Make it so: all registers of the file in one transaction, each sealed by a note. Refuses what the store refuses."""
    here = office()
    changes = []
    with transaction.atomic():
        for n, change in enumerate(load.changes):
            say("register.writing", n, len(load.changes))
            rows = load.rows[change.register]
            done = entries.load(
                here.journal, change.register, rows, acting.actor.person, load.since, datetime.now(UTC)
            )
            if isinstance(done, Refused):
                transaction.set_rollback(True)
                return done
            changes.append(replace(change, difference=done))
    say("register.writing", len(load.changes), len(load.changes))
    return replace(load, changes=tuple(changes))


def spoken_of(here: Office, practice: str, acting: Acting) -> Spoken | Refused:
    adoption = here.opened_under(practice, acting.now)
    if adoption is None:
        return Refused("case.no_practice", practice, {"practice": practice})
    return spoken(here, practice, adoption, acting.language)


def _known_elsewhere(here: Office, said: Spoken, book: Filled, acting: Acting) -> list[Refused]:
    """Columns that another practice reads of the register and this one does not know: a load through it would empty them."""
    own = {each.id for each in book.register.asked}
    faults = []
    for practice, adoption in here.all_practices(acting.now):
        others = here.procedure(adoption).registers
        theirs = {c for each in others if each.id == book.register.id and each.brought for c in each.fields}
        if practice != said.practice and theirs - own:
            title = here.wording(adoption, acting.language).title()
            facts: Facts = {"columns": tuple(sorted(theirs - own)), "practice": title, "id": practice}
            faults.append(Refused("register.other_practice", book.sheet or book.register.id, facts))
    return faults


def _read(
    here: Office, books: tuple[Filled, ...], acting: Acting, moment: datetime
) -> Mapping[str, tuple[Entry, ...]] | Refused:
    today = local_date(acting.now)
    named = {field.of[0] for book in books for field in book.register.asked if field.kind in ENTRIES}
    there = all_of(here.journal, named, moment)
    codes = {name: frozenset(key for register, key in there if register == name) for name in named}
    codes |= {book.register.id: keys_in(book.register, book.rows, today) for book in books}
    titles = entered_titles(books)
    found: dict[str, tuple[Entry, ...]] = {}
    faults: list[Refused] = []
    for book in (with_codes(each, titles, codes) for each in books):
        faults += _faults(here, book, codes, acting, found)
    faults = _few_alike(faults)
    if len(faults) > MOST_TOLD:
        more = Refused("table.more_faults", books[0].sheet, {"n": len(faults) - MOST_TOLD})
        faults = [*faults[:MOST_TOLD], more]
    return Refused.of(faults) if faults else found


def _faults(
    here: Office, book: Filled, codes: Codes, acting: Acting, found: dict[str, tuple[Entry, ...]]
) -> list[Refused]:
    """All that is wrong with one sheet, in the order of its rows; where nothing is, its entries are put into ``found``."""
    read = read_entries(book.register, book.rows, here.county, local_date(acting.now), codes)
    faults = list(book.faults)
    if isinstance(read, Refused):
        faults += book.placed(read)
    elif not faults:
        found[book.register.id] = read
        odd = [*_at_odds(here, book, read, acting), *_spelled_otherwise(here, book, read, acting)]
        faults += book.placed(Refused.of(odd)) if odd else ()
    return sorted(faults, key=lambda each: _row(each.where))


def _few_alike(faults: list[Refused]) -> list[Refused]:
    """The faults, of those that say the same of one column the first few; the last of these says how many rows more, and up to which."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for n, each in enumerate(faults):
        column = _ROW.sub("row", each.where)
        alike.setdefault((column, each.code, str(each.facts)), []).append(n)
    told = list[Refused | None](faults)
    for which in alike.values():
        if len(which) <= MOST_ALIKE + 1:
            continue
        rest = which[MOST_ALIKE:]
        facts: Facts = {"n": len(rest), "last": _row(faults[rest[-1]].where)}
        told[rest[0]] = Refused("register.alike", faults[rest[0]].where, facts)
        for n in rest[1:]:
            told[n] = None
    return [each for each in told if each is not None]


def _at_odds(here: Office, book: Filled, read: tuple[Entry, ...], acting: Acting) -> list[Refused]:
    """Rows against which others are held, and which say two things of one pair on one day."""
    name = book.register.id
    held = (each for _, of in here.all_practices(acting.now) for each in here.procedure(of).registers)
    if not any(name in pairs_of(each) for each in held):
        return []
    rows = at_odds((each.key, each.fields) for each in read)
    return [
        Refused("register.at_odds", f"rows/{n}/{book.register.key[0]}", {"other": other + 1})
        for n, other in rows
    ]


def _spelled_otherwise(here: Office, book: Filled, read: tuple[Entry, ...], acting: Acting) -> list[Refused]:
    """Rows whose code stands in the register in other letters, brought or written by a step: they would end a row that cases speak of,
    and begin another."""
    name = book.register.id
    known = {key for _, key in all_of(here.journal, [name], acting.now)}
    known |= {each.entry.key for each in entries.latest(here.journal, name)}
    written = {capitals(key): key for key in known}
    return [
        Refused("register.spelled_otherwise", f"rows/{n}/{book.register.key[0]}", {"known": written[same]})
        for n, each in enumerate(read)
        if each.key not in known and (same := capitals(each.key)) in written
    ]


def _row(where: str) -> int:
    """The row of a fault's place, 0 for what concerns the whole sheet."""
    _, _, rest = where.rpartition("row ")
    digits = rest.partition(",")[0]
    return int(digits) if digits.isdecimal() else 0
