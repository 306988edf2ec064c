"""Many new cases on their way into the tables: made a chunk at a time, by all processors, and written meanwhile."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Protocol, TypeAlias, TypeVar

import psycopg

from tongban.kernel.procedure.consequences import Later
from tongban.kernel.procedure.decide import decide_later
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append
from tongban.store.copying import copy, texts_of
from tongban.store.keys import Lookup
from tongban.store.sealing import Rows
from tongban.store.vault import Vault

T = TypeVar("T")
Chunk: TypeAlias = tuple[int, list[str]]
"""How many decisions, and the rows of each table as COPY takes them."""

CHUNK = 1000
"""Items of one chunk, at most."""
FEW = 100
"""For so few the copies of a process are not worth their making."""
SHARES = 8
"""Chunks for each processor at least, so that none is left waiting for the last."""
PATIENCE = 120
"""Seconds for one chunk. A copy of a process that does not answer must not keep a transaction open for ever."""


class Into(Protocol):
    """Where rows go: whose they are, by what they are found, and what seals who asks."""

    county: str
    lookup: Lookup
    vault: Vault


def chunk_of(into: Into, recorded: datetime, batch: Sequence[Append]) -> Chunk:
    """Seal decisions that open cases and write their rows out. Raises ``RefusedError`` for what COPY cannot take."""
    rows = Rows()
    for n, append in enumerate(batch):
        if append.loaded is not None or append.request is not None:
            raise RefusedError(Refused("intake.not_new"))
        refused = rows.add(n, append, recorded, into.lookup)
        if refused is not None:
            raise RefusedError(refused)
    rows.close(into.vault)
    return len(batch), texts_of(into.county, rows)


def chunks_of_later(
    into: Into, recorded: datetime, procedure: Procedure, later: Sequence[Later]
) -> Iterator[Chunk | Refused]:
    """What was left of a decision, decided and written out; of each chunk how many cases it opens."""

    def make(some: Sequence[Later]) -> Chunk | Refused:
        batch: list[Append] = []
        for each in some:
            decided = decide_later(procedure, each)
            if isinstance(decided, Refused):
                return decided
            batch.append(Append(procedure, decided))
        _, texts = chunk_of(into, recorded, batch)
        return sum(len(each.decided.cases) for each in batch), texts

    return made_by_all(later, make)


def made_by_all(
    items: Sequence[T], make: Callable[[Sequence[T]], Chunk | Refused]
) -> Iterator[Chunk | Refused]:
    """The chunk that ``make`` makes of each slice of ``items``, in order, by all processors at once.

    ``make`` runs in copies of this process, must be pure and may not touch the database. Few items are not worth
    the copies. Raises ``multiprocessing.TimeoutError`` when a copy does not answer.
    """
    processes = os.cpu_count() or 1
    size = max(FEW, min(CHUNK, -(-len(items) // (processes * SHARES))))
    work = partial(_slice, items, make, size)
    starts = range(0, len(items), size)
    processes = min(processes, len(starts))
    if processes < 2:
        yield from map(work, starts)
        return
    me = os.getpid()
    _works[me] = work
    try:
        with get_context("fork").Pool(
            processes, initializer=gc.disable
        ) as pool:  # what they make has no circles
            made = pool.imap(_at_work, [(me, start) for start in starts])
            for _ in starts:
                yield made.next(PATIENCE)
    finally:
        del _works[me]


_works: dict[int, Callable[[int], Chunk | Refused]] = {}
"""What the copies of a process are to do: found where they were copied, so it need not be sent."""


def _at_work(job: tuple[int, int]) -> Chunk | Refused:
    process, start = job
    return _works[process](start)


def _slice(
    items: Sequence[T], make: Callable[[Sequence[T]], Chunk | Refused], size: int, start: int
) -> Chunk | Refused:
    try:
        return make(items[start : start + size])
    except RefusedError as error:
        return error.refusal


def write_chunks(connection: psycopg.Connection[object], chunks: Iterable[Chunk | Refused]) -> int:
    """Write chunk after chunk, while the next one is made; returns the sum of their numbers. Inside a transaction.

    Raises ``RefusedError`` for the first that was refused, and what the server says.
    """
    count = 0
    with ThreadPoolExecutor(1) as writer:
        writing: Future[None] | None = None
        for chunk in chunks:
            if writing is not None:
                writing.result()
            if isinstance(chunk, Refused):
                raise RefusedError(chunk)
            made, texts = chunk
            writing = writer.submit(copy, connection, texts)
            count += made
        if writing is not None:
            writing.result()
    return count
