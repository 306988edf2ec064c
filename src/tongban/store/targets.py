"""Targets as notes in the ledger: set, moved, given up; and that one will be missed, said before it was.

All stand in one chain. The words with which somebody explains stand beside it, as they may name somebody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from os import urandom
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable, set_apart

CHAIN = "targets"
SET, MOVED, ENDED, MISS = "target_set", "target_moved", "target_ended", "target_miss"
WHY = "why"


class Noted(Struct, frozen=True):
    """One note: its kind, when it was sealed, what it says in plain, and the words beside it ("" once erased)."""

    kind: str
    at: datetime
    facts: Facts
    why: str


@contextmanager
def turn(journal: Journal) -> Iterator[None]:
    """Nobody else notes anything meanwhile: what is looked at here is still so when it is noted."""
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"notes/{CHAIN}")
        yield


def note(journal: Journal, kind: str, facts: Facts, why: str, now: datetime) -> Refused | None:
    """Add a note with its words. Refuses what cannot be sealed (``ledger.*``)."""
    try:
        text, salt = canonical(why), urandom(SALT_LENGTH)
    except RefusedError as error:
        return error.refusal
    with transaction.atomic(using=journal.using):
        noted = append_note(journal, CHAIN, kind, facts, now, now, {WHY: commit_text(text, salt)})
        if isinstance(noted, Refused):
            return noted
        set_apart(journal, noted, {WHY: (text, salt)})
    return None


def notes(journal: Journal) -> tuple[Noted, ...]:
    """All of them, oldest first."""
    chain = chain_id(journal.county, CHAIN)
    sql = "SELECT seq, value FROM store_content WHERE county = %s AND chain = %s::uuid AND field = %s"
    rows = cast("list[tuple[int, str]]", journal.query(sql, (journal.county, chain, WHY)))
    words: Mapping[int, str] = {seq: str(json.loads(value)) for seq, value in rows}
    return tuple(
        Noted(each.kind, each.recorded, readable(each), words.get(each.seq, ""))
        for each in journal.events(chain)
    )
