"""What a load would change, told row by row, and a mark of it: who agrees agrees to what was shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.brought.giving import as_written
from tongban.apps.brought.loading import Change, Load, spoken_of
from tongban.apps.brought.lookalikes import alike_in
from tongban.apps.brought.naming import Spoken
from tongban.apps.brought.naming_still import Still, still_named
from tongban.apps.office import Office, office
from tongban.kernel.procedure.brought import Entry
from tongban.kernel.procedure.register import Register
from tongban.kernel.refusal import Refused
from tongban.store.entries import digest_of

MOST_NAMED = 50
"""Rows of a register that are told one by one; the rest is counted."""


class Altered(Struct, frozen=True):
    """One column of a row: what it said and what it will say, as sheets write it."""

    label: str
    before: str
    after: str


class Line(Struct, frozen=True):
    """A row that comes, changes or ends: ``what`` is ``added``, ``changed`` or ``ended``. Of one that ends, what names it still; of one
    that comes, another code of the register that ``looks_like`` its own ("" for none)."""

    what: str
    code: str
    title: str
    altered: tuple[Altered, ...] = ()
    open_cases: int = 0
    other_rows: int = 0
    looks_like: str = ""


class Seen(Struct, frozen=True):
    """What becomes of one register. ``untold`` counts the lines beyond those that are here."""

    title: str
    rows: int
    added: int
    changed: int
    ended: int
    same: int
    lines: tuple[Line, ...]
    untold: int


def seen(load: Load, acting: Acting) -> tuple[Seen, ...] | Refused:
    """A load that was planned, in words. Refuses a practice that is not adopted any more."""
    here = office()
    said = spoken_of(here, load.practice, acting)
    if isinstance(said, Refused):
        return said
    return tuple(_seen(here, said, load, each, acting.now) for each in load.changes)


def mark_of(load: Load) -> str:
    """The same for the same change of the same rows, and for nothing else."""
    told = sha256()
    for each in load.changes:
        found = each.difference
        before, after = ([pair[n] for pair in found.changed] for n in (0, 1))
        for part in (found.added, before, after, found.ended):
            told.update(f"{each.register} {digest_of(part)}\n".encode())
    return told.hexdigest()


def _seen(here: Office, said: Spoken, load: Load, change: Change, now: datetime) -> Seen:
    found = change.difference
    still = still_named(
        here, change.register, [each.key for each in found.ended], now, since=load.since, loaded=load.rows
    )
    counts = (len(found.added), len(found.changed), len(found.ended))
    register = next(each for each in said.registers if each.id == change.register)
    lines = _lines(here, said, register, change, still, alike_in(load, change))
    told = (line for line, _ in zip(lines, range(MOST_NAMED), strict=False))
    untold = max(0, sum(counts) - MOST_NAMED)
    return Seen(change.title, change.rows, *counts, found.same, tuple(told), untold)


def _lines(
    here: Office,
    said: Spoken,
    register: Register,
    change: Change,
    still: Mapping[str, Still],
    alike: Mapping[str, str],
) -> Iterator[Line]:
    """What ends comes first, and of that what is named still: it is what somebody least expects of a sheet. Then what looks like another."""
    for each in sorted(change.difference.ended, key=lambda one: one.key not in still):
        named = still.get(each.key, Still())
        yield Line("ended", each.key, each.title, (), named.cases, named.rows)
    added = change.difference.added
    for each in (one for one in added if one.key in alike):
        yield Line("added", each.key, each.title, looks_like=alike[each.key])
    for before, after in change.difference.changed:
        yield Line("changed", after.key, after.title, tuple(_altered(here, said, register, before, after)))
    for each in (one for one in added if one.key not in alike):
        yield Line("added", each.key, each.title)


def _altered(
    here: Office, said: Spoken, register: Register, before: Entry, after: Entry
) -> Iterator[Altered]:
    for field in register.asked:
        old, new = before.fields.get(field.id), after.fields.get(field.id)
        if old != new:
            yield Altered(
                said.label(register, field.id),
                as_written(here, said, field, old),
                as_written(here, said, field, new),
            )
