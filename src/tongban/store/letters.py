"""Letters as they were issued: a note in the ledger with a salted digest of the text, the text beside it, where it can be erased."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from os import urandom
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.store.batch import read_value
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable, set_apart

LETTERS = "letters"
TEXT = "text"


class Issued(Struct, frozen=True):
    """A letter as it went out. ``seq`` is its note's in the chain of the case's letters; ``text`` is empty where it was erased,
    ``whole`` whether it is still what was sealed."""

    seq: int
    facts: Facts
    digest: str
    text: Mapping[str, Value]
    whole: bool


def chain_of(journal: Journal, case: str) -> str:
    """The id of the chain in which the letters of a case are noted."""
    return chain_id(journal.county, f"{LETTERS}/{case}")


def issued(journal: Journal, case: str, **facts: Value) -> Issued | None:
    """The letter to a case whose note says this; None where none was issued."""
    chain = chain_of(journal, case)
    for entry in journal.events(chain):
        said = readable(entry)
        if all(said.get(name) == value for name, value in facts.items()):
            return _read(journal, chain, entry.seq, said, str(entry.sealed().get(TEXT, "")))
    return None


def issued_at(journal: Journal, case: str, seq: int) -> Issued | None:
    """The letter that one note of the chain is of; None where that note is no letter of this case."""
    chain = chain_of(journal, case)
    entry = next((each for each in journal.events(chain) if each.seq == seq), None)
    if entry is None:
        return None
    return _read(journal, chain, seq, readable(entry), str(entry.sealed().get(TEXT, "")))


def issue(
    journal: Journal, case: str, which: Facts, facts: Facts, text: Mapping[str, Value], now: datetime
) -> Issued:
    """Seal a letter and keep its text; where somebody did just now, theirs. ``which`` says which letter of the case it is, ``facts`` the rest.

    Raises ``RefusedError`` for what cannot be sealed.
    """
    written, salt = canonical(text), urandom(SALT_LENGTH)
    sealed = {TEXT: commit_text(written, salt)}
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"{LETTERS}/{case}")
        known = issued(journal, case, **which)
        if known is not None:
            return known
        noted = append_note(journal, f"{LETTERS}/{case}", "letter", {**facts, **which}, now, now, sealed)
        if isinstance(noted, Refused):
            raise RefusedError(noted)
        set_apart(journal, noted, {TEXT: (written, salt)})
    return Issued(noted.seq, {**which, **facts}, sealed[TEXT], text, whole=True)


def _read(journal: Journal, chain: str, seq: int, facts: Facts, digest: str) -> Issued:
    sql = """SELECT value, salt FROM store_content
             WHERE county = %s AND chain = %s::uuid AND seq = %s AND field = %s"""
    for row in journal.query(sql, (journal.county, chain, seq, TEXT)):
        value, salt = cast(tuple[str, bytes], row)
        text = read_value(json.loads(value))
        if isinstance(text, Mapping):
            return Issued(seq, facts, digest, text, whole=commit_text(value, bytes(salt)) == digest)
    return Issued(seq, facts, digest, {}, whole=False)
