"""Entries that are no step of a case: who looked at an identity, what was adopted, erased, checkpointed.

Each subject has its own chain, named in words; the chain's id follows from the county and the name. The
same seals and checkpoints hold for notes and for steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db import transaction

from tongban.kernel.ledger.seal import START, Entry, Tip, next_entry
from tongban.kernel.ledger.seal import chain_id as chain_id
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.batch import STEP, Stored
from tongban.store.journal import COLUMNS, Journal, stored

_HOLDING = f"""
    SELECT {COLUMNS} FROM store_event
    WHERE county = %s AND chain = %s::uuid AND position(%s IN body) > 0 ORDER BY seq DESC
"""  # noqa: S608 - a constant
NO_SEALED: Mapping[str, str] = {}


def tip(journal: Journal, chain: str) -> Tip:
    """The newest entry of a chain; ``START`` for one without entries."""
    sql = """SELECT seq, seal, recorded FROM store_event WHERE county = %s AND chain = %s::uuid
             ORDER BY seq DESC LIMIT 1"""
    for row in journal.query(sql, (journal.county, chain)):
        return Tip(*cast(tuple[int, bytes, datetime], row))
    return START


def holding(journal: Journal, name: str, text: str) -> tuple[Stored, ...]:
    """The notes of a chain whose body holds a text, the latest first."""
    rows = journal.query(_HOLDING, (journal.county, chain_id(journal.county, name), text))
    return tuple(stored(row) for row in rows)


def readable(entry: Stored) -> Facts:
    """The facts of a note; none when somebody changed its body so that it cannot be read any more."""
    try:
        return entry.facts()
    except (ValueError, KeyError, TypeError, AssertionError):
        return {}


def set_apart(journal: Journal, note: Entry, values: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep the values of a note beside it, erasable: canonical text and salt by name."""
    sql = """INSERT INTO store_content (county, chain, seq, field, salt, value)
             VALUES (%s, %s::uuid, %s, %s, %s, %s) RETURNING 1"""
    for name, (text, salt) in values.items():
        journal.query(sql, (journal.county, note.chain, note.seq, name, salt, text))


def append_note(
    journal: Journal,
    name: str,
    kind: str,
    facts: Facts,
    at: datetime,
    recorded: datetime,
    sealed: Mapping[str, str] = NO_SEALED,
) -> Entry | Refused:
    """Add a note to the chain called ``name``.

    Writers of one chain take turns, each until its transaction ends: trying again after every lost race would
    starve the slowest of many. Refuses what cannot be sealed (``ledger.*``).
    """
    if kind == STEP:
        raise ValueError("a note is no step")
    chain = chain_id(journal.county, name)
    write = """
        INSERT INTO store_event (county, chain, seq, at, recorded, kind, body, seal)
        VALUES (%s, %s::uuid, %s, %s, %s, %s, %s, %s) RETURNING 1
    """
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"notes/{name}")
        last = tip(journal, chain)
        entry = next_entry(last, chain, kind, at, max(recorded, last.recorded), facts, sealed)
        if not isinstance(entry, Refused):
            values = (entry.chain, entry.seq, entry.at, entry.recorded, kind, entry.body, entry.seal)
            journal.query(write, (journal.county, *values))
    return entry
