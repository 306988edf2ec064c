"""Moving who asks under the key that seals now: what stood in the clear, and what a retired key sealed.

A few hundred rows at a time, each in a transaction of its own, in the order of the table. A row that somebody changed or erased
meanwhile is left alone: it is as they left it. What is done is done, so whoever is killed begins where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from django.db import connection, transaction
from msgspec import Struct

from tongban.kernel.refusal import RefusedError
from tongban.store.journal import Journal
from tongban.store.vault import BEGINNING, Place

BATCH = 500
CLEAR = ""
"""In place of the id of a key: rows that were never sealed."""
FIRST = Place("00000000-0000-0000-0000-000000000000", 0, "")

_KEPT = """
    SELECT CASE WHEN starts_with(value, 'vault1:') THEN split_part(value, ':', 2) ELSE '' END AS key, count(*)
    FROM store_identity WHERE county = %s GROUP BY key ORDER BY key
"""
_NEXT = """
    SELECT chain::text, seq, field, salt, value FROM store_identity
    WHERE county = %s AND (chain, seq, field) > (%s::uuid, %s, %s) AND NOT starts_with(value, %s)
    ORDER BY chain, seq, field LIMIT %s
"""
_MOVE = """
    UPDATE store_identity i SET value = v.fresh, salt = ''
    FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[]) AS v(chain, seq, field, was, fresh)
    WHERE i.county = %s AND i.chain = v.chain AND i.seq = v.seq AND i.field = v.field AND i.value = v.was
    RETURNING 1
"""


def sealing(county: str) -> tuple[str, ...]:
    """The ids of the keys that seal rows of a county."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, (county,))
        return tuple(key for key, _ in cursor.fetchall() if key)


class Batch(Struct, frozen=True):
    """How many rows were moved, and how many do not open."""

    moved: int
    closed: int


def kept(journal: Journal) -> Mapping[str, int]:
    """How many rows each key seals, by its id; ``CLEAR`` for those that stand in the clear."""
    return dict(cast("list[tuple[str, int]]", journal.query(_KEPT, (journal.county,))))


def reseal(journal: Journal, size: int = BATCH) -> Iterator[Batch]:
    """Move every row that the present key does not seal; one result for each batch."""
    last, under = FIRST, f"{BEGINNING}{journal.vault.current().id}:"
    while rows := journal.query(_NEXT, (journal.county, *last, under, size)):
        found = cast("list[tuple[str, int, str, bytes, str]]", rows)
        last = Place(*found[-1][:3])
        yield _moved(journal, found)


def _moved(journal: Journal, rows: list[tuple[str, int, str, bytes, str]]) -> Batch:
    fresh: list[tuple[str, int, str, str, str]] = []
    for chain, seq, field, salt, was in rows:
        place, text = Place(chain, seq, field), was
        if was.startswith(BEGINNING):
            try:
                salt, text = journal.vault.open(was, place)
            except RefusedError:
                continue
        fresh.append((*place, was, journal.vault.seal(bytes(salt), text, place)))
    if not fresh:
        return Batch(0, len(rows))
    columns = [list(column) for column in zip(*fresh, strict=True)]
    with transaction.atomic(using=journal.using):
        moved = journal.query(_MOVE, (*columns, journal.county))
    return Batch(len(moved), len(rows) - len(fresh))
