"""Rows of brought registers: loaded whole, sealed by a note, each with the time for which it said what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import cast

import psycopg
from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.clock import local_text
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.procedure.brought import Entry
from tongban.kernel.procedure.subjects import Place
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.batch import Stored, read_value
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id
from tongban.store.subjects import found_of, rows_of
from tongban.store.wire import array

LOADED = "register"
"""The kind of a note that seals a load."""
COPIED = "COPY store_entry (county, register, key, title, fields, since, chain, seq) FROM STDIN"


class Kept(Struct, frozen=True):
    """An entry, the moment from which it says this, and the one from which it does so no more (None: none is known)."""

    entry: Entry
    since: datetime
    until: datetime | None = None


class Difference(Struct, frozen=True):
    """What a load changes. ``same`` counts the rows that stay as they are."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    """before and after"""
    ended: tuple[Entry, ...]
    same: int

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.ended)


def chain_of(register: str) -> str:
    """The name of the chain of notes about the loads of a register."""
    return f"register/{register}"


def digest_of(entries: Iterable[Entry]) -> str:
    """What a note says of the rows: SHA-256 of their canonical text, a line each, by key."""
    told = sha256()
    for each in sorted(entries, key=lambda one: one.key):
        told.update(canonical((each.key, each.title, each.fields)).encode() + b"\n")
    return told.hexdigest()


def latest(journal: Journal, register: str) -> tuple[Kept, ...]:
    """The rows that were brought last, by key."""
    sql = """SELECT key, title, fields, since, until FROM store_entry
             WHERE county = %s AND register = %s AND until IS NULL ORDER BY key"""
    return tuple(_kept(row) for row in journal.query(sql, (journal.county, register)))


def history(journal: Journal, register: str, key: str) -> tuple[Kept, ...]:
    """All that a row ever said, the latest first."""
    sql = """SELECT key, title, fields, since, until FROM store_entry
             WHERE county = %s AND register = %s AND key = %s ORDER BY since DESC"""
    return tuple(_kept(row) for row in journal.query(sql, (journal.county, register, key)))


def at(journal: Journal, register: str, now: datetime) -> tuple[Kept, ...]:
    """The rows in force at a moment, by key."""
    sql = """SELECT key, title, fields, since, until FROM store_entry
             WHERE county = %s AND register = %s AND since <= %s AND (until IS NULL OR until > %s) ORDER BY key"""
    return tuple(_kept(row) for row in journal.query(sql, (journal.county, register, now, now)))


def standing(journal: Journal, register: str, now: datetime) -> tuple[Kept, ...]:
    """The rows that were brought last, each with what steps wrote into it since then."""
    brought = latest(journal, register)
    said = rows_of(journal, [(register, each.entry.key) for each in brought], now)
    found = ((each, said.get((register, each.entry.key))) for each in brought)
    return tuple(
        each if read is None else replace(each, entry=replace(each.entry, fields=read[0]))
        for each, read in found
    )


def counted(journal: Journal, now: datetime) -> Mapping[str, tuple[int, datetime]]:
    """By register how many rows are in force at a moment, and since when the newest of them is; one query."""
    sql = """SELECT register, count(*)::int, max(since) FROM store_entry
             WHERE county = %s AND since <= %s AND (until IS NULL OR until > %s) GROUP BY register"""
    rows = cast("list[tuple[str, int, datetime]]", journal.query(sql, (journal.county, now, now)))
    return {register: (n, since) for register, n, since in rows}


def difference(before: Iterable[Kept], entries: Iterable[Entry]) -> Difference:
    """What it would change if these were all rows of a register."""
    old = {each.entry.key: each.entry for each in before}
    new = {each.key: each for each in entries}
    both = [(old[key], each) for key, each in new.items() if key in old]
    changed = tuple((one, other) for one, other in both if one.fields != other.fields)
    return Difference(
        tuple(each for key, each in new.items() if key not in old),
        changed,
        tuple(each for key, each in old.items() if key not in new),
        len(both) - len(changed),
    )


def load(
    journal: Journal, register: str, entries: tuple[Entry, ...], by: str, since: datetime, recorded: datetime
) -> Difference | Refused:
    """Make these all rows of a register from ``since`` on, and note their digest. Rows that are the same change nothing, and nothing
    is noted where all are.

    Refuses a moment before the latest load (``register.before_the_last``) and what cannot be sealed.
    """
    with transaction.atomic(using=journal.using):
        journal.take_turn(chain_of(register))
        found = difference(standing(journal, register, since), entries)
        if found.nothing:
            return found
        last = last_change(journal, register)
        if last is not None and since < last:
            return Refused("register.before_the_last", register, {"last": local_text(last)})
        facts: Facts = {
            "register": register,
            "digest": digest_of(entries),
            "rows": len(entries),
            "by": by,
            "since": instant_text(since),
        }
        note = append_note(journal, chain_of(register), LOADED, facts, recorded, recorded)
        if isinstance(note, Refused):
            return note
        _end(journal, register, [each.key for each in _gone(found)], since)
        _copy(journal, register, _come(found), since, (note.chain, note.seq))
        return found


def named_rows(journal: Journal, named: Mapping[str, Iterable[str]], now: datetime) -> Mapping[Place, Facts]:
    """What the codes named, by register, say at a moment, of those that it holds in these very letters; one query."""
    pairs = [(register, code) for register, several in named.items() for code in several]
    found = found_of(journal, pairs, now)
    return {place: row.fields for place, row in found.items() if row.key == place[1]}


def notes(journal: Journal, register: str) -> tuple[Stored, ...]:
    """The notes of all its loads, oldest first."""
    return journal.events(chain_id(journal.county, chain_of(register)))


def last_notes(journal: Journal, registers: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
    """By register who loaded it last and when that was written down ("" and the moment for a note that cannot be read); one query."""
    chains = {chain_id(journal.county, chain_of(each)): each for each in registers}
    sql = """SELECT DISTINCT ON (chain) chain::text, body, recorded FROM store_event
             WHERE county = %s AND chain = ANY (%s::uuid[]) ORDER BY chain, seq DESC"""
    rows = cast("list[tuple[str, str, datetime]]", journal.query(sql, (journal.county, array(chains))))
    return {chains[chain]: (_loader(body), recorded) for chain, body, recorded in rows}


def _loader(body: str) -> str:
    try:
        return str(json.loads(body)["facts"]["by"])
    except (ValueError, KeyError, TypeError):
        return ""


def last_change(journal: Journal, register: str) -> datetime | None:
    """When its rows last came or ended; None where there never were any."""
    sql = "SELECT greatest(max(since), max(until)) FROM store_entry WHERE county = %s AND register = %s"
    [[last]] = journal.query(sql, (journal.county, register))
    return cast("datetime | None", last)


def _gone(found: Difference) -> list[Entry]:
    return [*found.ended, *(before for before, _ in found.changed)]


def _come(found: Difference) -> list[Entry]:
    return [*found.added, *(after for _, after in found.changed)]


def _end(journal: Journal, register: str, keys: list[str], since: datetime) -> None:
    """What began at this very moment was never in force."""
    if not keys:
        return
    place = (journal.county, register, array(keys), since)
    journal.query(
        """DELETE FROM store_entry WHERE county = %s AND register = %s AND key = ANY (%s::text[]) AND until IS NULL
           AND since = %s RETURNING 1""",
        place,
    )
    journal.query(
        """UPDATE store_entry SET until = %s WHERE county = %s AND register = %s AND key = ANY (%s::text[])
           AND until IS NULL RETURNING 1""",
        (since, *place[:3]),
    )


def _copy(
    journal: Journal, register: str, entries: list[Entry], since: datetime, note: tuple[str, int]
) -> None:
    if not entries:
        return
    connection = journal.connection().connection
    with psycopg.Cursor(connection).copy(COPIED) as copy:
        for each in entries:
            fields = canonical(each.fields)
            copy.write_row((journal.county, register, each.key, each.title, fields, since, *note))


def _kept(row: tuple[object, ...]) -> Kept:
    key, title, fields, since, until = cast("tuple[str, str, str, datetime, datetime | None]", row)
    value = read_value(json.loads(fields))
    assert isinstance(value, Mapping)
    return Kept(Entry(key, title, value), since, until)
