"""Bulk intake by COPY: many new cases in one transaction, at ten thousand and more a second.

For imports and campaigns. Decisions are made while the server takes in the rows of the chunk before;
nothing is visible, and nothing stays, unless all of it can be stored.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from operator import itemgetter
from typing import TypeAlias, TypeVar

import psycopg
from django.db import IntegrityError, transaction
from psycopg import sql

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append
from tongban.store.journal import CONFLICT, Journal
from tongban.store.keys import Lookup
from tongban.store.precedents import BACK, SENT
from tongban.store.projection import Row
from tongban.store.sealing import Rows

T = TypeVar("T")
Chunk: TypeAlias = tuple[int, list[str]]
"""How many decisions, and the rows of each table as COPY takes them."""

CHUNK = 1000
CASES = (
    "id", "number", "practice", "adoption", "kind", "stage", "standing", "phase", "holder", "home", "waiting",
    "division", "category", "channel", "outcome", "title", "parent", "root", "joined", "opened_at",
    "stage_since", "last_at", "due_at", "next_due", "wake_at", "settled_at", "missed", "rating", "seq", "head",
    "recorded", "state",
)  # fmt: skip
_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("case", CASES),
    ("event", ("chain", "seq", "at", "recorded", "kind", "body", "seal")),
    ("content", ("chain", "seq", "field", "salt", "value")),
    ("identity", ("chain", "seq", "field", "salt", "value", "lookup")),
    ("notice", ("chain", "seq", "n", "notice", "to", "rating", "at")),
    ("subject", ("register", "key", "fields", "chain", "seq", "at")),
)


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
                writing = writer.submit(_copy, connection.connection, texts)
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
    rows.subjects = list({(row["register"], row["key"]): row for row in rows.subjects}.values())
    for row in rows.notices:
        row["n"] = row["i"]
    for row in rows.cases:
        row["title"] = row["title"] or ""
    for row in rows.identity:
        row.setdefault("lookup", None)
    tables = zip(_TABLES, rows.lists()[: len(_TABLES)], strict=True)
    return len(batch), ["".join(_lines(county, columns, lines)) for (_, columns), lines in tables]


def _copy(connection: psycopg.Connection[object], texts: Sequence[str]) -> None:
    """Send the rows of a chunk, a table after the other, on the connection of the transaction."""
    for (table, columns), text in zip(_TABLES, texts, strict=True):
        if not text:
            continue
        into = sql.SQL(
            "COPY {} (county, {}) FROM STDIN (FORMAT csv, DELIMITER {}, QUOTE {}, NULL {})"
        ).format(
            sql.Identifier(f"store_{table}"),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            *map(sql.Literal, (_APART, _QUOTE, _NULL)),
        )
        with psycopg.Cursor(connection).copy(into) as copy:
            copy.write(text)


_APART, _QUOTE, _NULL = "\x1f", "\x1e", "\x1d"
"""Signs that no text of a form and no JSON contains: a row is its cells, joined, with nothing to escape."""
_SPECIAL = re.compile(f"[{_QUOTE}\n\r]")


def _lines(county: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Rows in the CSV format of COPY, with the signs above."""
    cells = itemgetter(*columns)
    for row in rows:
        texts = [county, *(value if type(value) is str else _cell(value) for value in cells(row))]
        line = _APART.join(texts)
        if _SPECIAL.search(line) or line.count(_APART) >= len(texts):
            line = _APART.join(map(_quoted, texts))
        yield line + "\n"


def _cell(value: str | int | bool | None) -> str:
    return _NULL if value is None else str(value)


def _quoted(text: str) -> str:
    return text if text == _NULL else f"{_QUOTE}{text.replace(_QUOTE, _QUOTE * 2)}{_QUOTE}"
