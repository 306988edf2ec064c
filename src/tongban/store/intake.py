"""Bulk intake by COPY: many new cases in one transaction, at ten thousand and more a second.

For imports and campaigns. The decisions are made in this process while the server takes in the rows of
the chunk before; nothing is visible, and nothing stays, unless all of it can be stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from operator import itemgetter

import psycopg
from django.db import IntegrityError, transaction
from psycopg import sql

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append
from tongban.store.journal import CONFLICT, Journal
from tongban.store.projection import Row
from tongban.store.sealing import Rows

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
)


def intake(journal: Journal, opened: Iterable[Append], recorded: datetime) -> int | Refused:
    """Store decisions that open cases, all of them or none; returns how many.

    ``opened`` may be a generator that decides as it goes. Refused: a case or number that exists already
    (``step.conflict``), what cannot be sealed, a decision on a case that exists, one that writes a
    register or carries a request key: those go through ``Journal.append``.
    """
    connection = journal.connection()
    source = iter(opened)
    count = 0
    try:
        with transaction.atomic(using=journal.using), ThreadPoolExecutor(1) as writer:
            writing: Future[None] | None = None
            while batch := list(islice(source, CHUNK)):
                chunk = _rows(journal, batch, recorded)
                if writing is not None:
                    writing.result()
                writing = writer.submit(_copy, connection.connection, journal.county, chunk)
                count += len(batch)
            if writing is not None:
                writing.result()
    except RefusedError as error:
        return error.refusal
    except (IntegrityError, psycopg.errors.UniqueViolation):
        return Refused(CONFLICT)
    return count


def _rows(journal: Journal, batch: Sequence[Append], recorded: datetime) -> Rows:
    rows = Rows()
    for n, append in enumerate(batch):
        if append.loaded is not None or append.request is not None:
            raise RefusedError(Refused("intake.not_new"))
        refused = rows.add(n, append, recorded, journal.lookup)
        if refused is not None:
            raise RefusedError(refused)
    if rows.subjects:
        raise RefusedError(Refused("intake.not_new"))
    return rows


def _copy(connection: psycopg.Connection[object], county: str, rows: Rows) -> None:
    """Send the rows of a chunk, a table after the other, on the connection of the transaction."""
    for row in rows.notices:
        row["n"] = row["i"]
    for row in rows.cases:
        row["title"] = row["title"] or ""
    for row in rows.identity:
        row.setdefault("lookup", None)
    for (table, columns), lines in zip(_TABLES, rows.lists()[:5], strict=True):
        if not lines:
            continue
        into = sql.SQL("COPY {} (county, {}) FROM STDIN").format(
            sql.Identifier(f"store_{table}"), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with psycopg.Cursor(connection).copy(into) as copy:
            copy.write("".join(_lines(county, columns, lines)))


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")


def _lines(county: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Rows in the text format of COPY."""
    cells, special = itemgetter(*columns), _SPECIAL.search
    for row in rows:
        texts = [value if type(value) is str and not special(value) else _cell(value) for value in cells(row)]
        yield "\t".join([county, *texts]) + "\n"


def _cell(value: str | int | bool | bytes | None) -> str:
    match value:
        case None:
            return "\\N"
        case str():
            return value.translate(_ESCAPES)
        case bytes():
            return "\\\\x" + value.hex()
        case _:
            return str(value)
