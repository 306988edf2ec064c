"""Bulk intake by COPY: many new cases in one transaction, at ten thousand and more a second.

For imports and campaigns. Decisions are made while the server takes in the rows of the chunk before;
nothing is visible, and nothing stays, unless all of it can be stored.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import TypeAlias, TypeVar

import psycopg
from django.db import IntegrityError, transaction

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append
from tongban.store.copying import copy, texts_of
from tongban.store.journal import CONFLICT, Journal
from tongban.store.keys import Lookup
from tongban.store.precedents import BACK, SENT
from tongban.store.sealing import Rows

T = TypeVar("T")
Chunk: TypeAlias = tuple[int, list[str]]
"""How many decisions, and the rows of each table as COPY takes them."""

CHUNK = 1000


def intake(journal: Journal, opened: Iterable[Append], recorded: datetime) -> int | Refused:
    """Store decisions that open cases, all of them or none; returns how many.

    ``opened`` may be a generator that decides as it goes. Refused: a case or number that exists already
    (``step.conflict``), what cannot be sealed, and a decision on a case that exists, one that writes a
    register (but for the cases that a precedent sent, which are its own) or carries a request key (``intake.not_new``): those go through ``Journal.append``.
    """

    def chunks() -> Iterator[Chunk]:
        source = iter(opened)
        while batch := list(islice(source, CHUNK)):
            yield _chunk(journal.county, journal.lookup, recorded, batch)

    return _store(journal, chunks())


def intake_all(
    journal: Journal, items: Sequence[T], decide: Callable[[T], Append | Refused], recorded: datetime
) -> int | Refused:
    """``intake`` of what ``decide`` makes of each item, decided by all processors at once.

    ``decide`` runs in copies of this process, must be pure and may not touch the database; what it refuses
    refuses the whole. A few hundred items are not worth the copies.
    """
    work = partial(_decided, items, decide, journal.county, journal.lookup, recorded)
    starts = range(0, len(items), CHUNK)
    processes = min(os.cpu_count() or 1, len(starts))
    if processes < 2:
        return _store(journal, map(work, starts))
    _works[os.getpid()] = work
    try:
        with get_context("fork").Pool(
            processes, initializer=gc.disable
        ) as pool:  # what they make has no circles
            return _store(journal, pool.imap(_at_work, [(os.getpid(), start) for start in starts]))
    finally:
        del _works[os.getpid()]


_works: dict[int, Callable[[int], Chunk | Refused]] = {}
"""What the copies of a process are to do: found where they were copied, so it need not be sent."""


def _at_work(job: tuple[int, int]) -> Chunk | Refused:
    process, start = job
    return _works[process](start)


def _decided(
    items: Sequence[T],
    decide: Callable[[T], Append | Refused],
    county: str,
    lookup: Lookup,
    recorded: datetime,
    start: int,
) -> Chunk | Refused:
    """One chunk, from deciding to text."""
    batch: list[Append] = []
    for item in items[start : start + CHUNK]:
        decided = decide(item)
        if isinstance(decided, Refused):
            return decided
        batch.append(decided)
    try:
        return _chunk(county, lookup, recorded, batch)
    except RefusedError as error:
        return error.refusal


def _store(journal: Journal, chunks: Iterable[Chunk | Refused]) -> int | Refused:
    """Write chunk after chunk in one transaction, making the next while the server takes in the last."""
    connection = journal.connection()
    count = 0
    try:
        with transaction.atomic(using=journal.using), ThreadPoolExecutor(1) as writer:
            writing: Future[None] | None = None
            for chunk in chunks:
                if writing is not None:
                    writing.result()
                if isinstance(chunk, Refused):
                    raise RefusedError(chunk)
                made, texts = chunk
                writing = writer.submit(copy, connection.connection, texts)
                count += made
            if writing is not None:
                writing.result()
    except RefusedError as error:
        return error.refusal
    except (IntegrityError, psycopg.errors.UniqueViolation):
        return Refused(CONFLICT)
    return count


def _chunk(county: str, lookup: Lookup, recorded: datetime, batch: Sequence[Append]) -> Chunk:
    """Seal decisions and write their rows out. Raises ``RefusedError`` for what intake does not take."""
    rows = Rows()
    for n, append in enumerate(batch):
        if append.loaded is not None or append.request is not None:
            raise RefusedError(Refused("intake.not_new"))
        refused = rows.add(n, append, recorded, lookup)
        if refused is not None:
            raise RefusedError(refused)
    if any(row["register"] not in (SENT, BACK) for row in rows.subjects):
        raise RefusedError(Refused("intake.not_new"))
    return len(batch), texts_of(county, rows)
