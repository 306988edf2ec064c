"""Bulk intake by COPY: many new cases in one transaction, at ten thousand and more a second.

For imports and campaigns. Decisions are made while the server takes in the rows of the chunk before;
nothing is visible, and nothing stays, unless all of it can be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

import psycopg
from django.db import IntegrityError, transaction

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append
from tongban.store.chunks import CHUNK, Chunk, chunk_of, made_by_all, write_chunks
from tongban.store.journal import CONFLICT, Journal

T = TypeVar("T")


def intake(journal: Journal, opened: Iterable[Append], recorded: datetime) -> int | Refused:
    """Store decisions that open cases, all of them or none; returns how many.

    ``opened`` may be a generator that decides as it goes. Refused: a case or number that exists already
    (``step.conflict``), what cannot be sealed, and a decision on a case that exists or one that carries a request
    key (``intake.not_new``): those go through ``Journal.append``.
    """

    def chunks() -> Iterator[Chunk]:
        source = iter(opened)
        while batch := list(islice(source, CHUNK)):
            yield chunk_of(journal, recorded, batch)

    return _store(journal, chunks())


def intake_all(
    journal: Journal, items: Sequence[T], decide: Callable[[T], Append | Refused], recorded: datetime
) -> int | Refused:
    """``intake`` of what ``decide`` makes of each item, decided by all processors at once.

    ``decide`` runs in copies of this process, must be pure and may not touch the database; what it refuses
    refuses the whole. A few hundred items are not worth the copies.
    """

    def make(some: Sequence[T]) -> Chunk | Refused:
        batch: list[Append] = []
        for item in some:
            decided = decide(item)
            if isinstance(decided, Refused):
                return decided
            batch.append(decided)
        return chunk_of(journal, recorded, batch)

    return _store(journal, made_by_all(items, make))


def _store(journal: Journal, chunks: Iterable[Chunk | Refused]) -> int | Refused:
    """Write all chunks in one transaction."""
    connection = journal.connection()
    try:
        with transaction.atomic(using=journal.using):
            return write_chunks(connection.connection, chunks)
    except RefusedError as error:
        return error.refusal
    except (IntegrityError, psycopg.errors.UniqueViolation):
        return Refused(CONFLICT)
