"""Erasing what a person said or who they are: the values go, every seal and proof stays valid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable
from tongban.store.rebuilding import Procedures, rebuild_chains
from tongban.store.scanning import ERASED, Gone, microseconds
from tongban.store.search import index

ERASURES = "erasures"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many values went, and the files that no other text names any more."""

    values: int
    files: tuple[str, ...]


def erase(
    journal: Journal,
    procedures: Procedures,
    case: str,
    fields: Sequence[str],
    reason: str,
    person: str,
    now: datetime,
) -> Erased | Refused:
    """Delete all values of these fields of a case, with their salts; an empty list means every field.

    A note says which fields, why (a code) and who. Title and search words are made anew from what is
    left. Files are named in the result, to be removed from the disk once this is committed. Refuses an
    erasure without a reason (``erasure.reason``) and one that finds nothing (``erasure.nothing``).
    """
    if not reason.strip() or not person.strip():
        return Refused("erasure.reason")
    with transaction.atomic(using=journal.using):
        gone: list[tuple[str, str]] = []
        for sql in _DELETE:
            rows = journal.query(sql, (journal.county, case, not fields, list(fields)))
            gone += cast(list[tuple[str, str]], rows)
        if not gone:
            return Refused("erasure.nothing")
        facts: Facts = {
            "case": case,
            "fields": tuple(sorted({field for field, _ in gone})),
            "reason": reason,
            "person": person,
        }
        noted = append_note(journal, ERASURES, ERASED, facts, now, now)
        if isinstance(noted, Refused):
            transaction.set_rollback(True, using=journal.using)
            return noted
        rebuild_chains(journal, procedures, [case])
        index(journal, [case])
        files = tuple(name for name in sorted(_files(gone)) if not _named(journal, name))
    return Erased(len(gone), files)


def gone(journal: Journal) -> Gone:
    """What the notes say of values that are gone or had parts struck out."""
    fields: dict[str, dict[str, int]] = {}
    struck: dict[tuple[str, int, str], str] = {}
    for entry in journal.events(chain_id(journal.county, ERASURES)):
        match readable(entry):
            case {"case": str(case), "fields": tuple(names), **rest} if entry.kind == ERASED:
                chain = str(rest.get("chain", case))
                recorded = microseconds(entry.recorded)
                fields.setdefault(chain, {}).update((str(name), recorded) for name in names)
                for place, digest in entry.sealed().items():
                    seq, _, field = place.partition(".")
                    struck[case, int(seq), field] = str(digest)
            case _:
                pass  # changed by somebody: its seal says so
    return Gone(fields, struck)


_DELETE = (
    """DELETE FROM store_content WHERE county = %s AND chain = %s::uuid AND (%s OR field = ANY (%s::text[]))
       RETURNING field, value""",
    """DELETE FROM store_identity WHERE county = %s AND chain = %s::uuid AND (%s OR field = ANY (%s::text[]))
       RETURNING field, value""",
)


def _files(gone: Sequence[tuple[str, str]]) -> set[str]:
    """What may be ids of attachments among the erased values: the texts of lists."""
    found: set[str] = set()
    for _, text in gone:
        value = json.loads(text)
        if isinstance(value, list):
            found |= {each for each in value if isinstance(each, str) and len(each) == 64}
    return found


def _named(journal: Journal, file: str) -> bool:
    """Whether any text that is left names the file (rare, so a scan will do)."""
    sql = "SELECT 1 FROM store_content WHERE county = %s AND position(%s IN value) > 0 LIMIT 1"
    return bool(journal.query(sql, (journal.county, file)))
