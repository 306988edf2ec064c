"""One statement to the server and its rows back, without the bookkeeping of a cursor.

A cursor of psycopg costs as much as a short statement itself: it prepares for cancelling, pipelines and
transactions that a statement in autocommit does not need. This takes the documented low-level parts
(``psycopg.pq`` and ``psycopg.adapt``) directly; adaptation of values is the connection's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus


def fetch(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[object]
) -> list[tuple[object, ...]]:
    """Rows of one statement on a connection in autocommit. Raises psycopg's errors; blocks until done."""
    adapting = Transformer.from_context(connection)
    values = adapting.dump_sequence(arguments, [PyFormat.AUTO] * len(arguments))
    result = connection.pgconn.exec_params(_numbered(sql), values, adapting.types, adapting.formats)
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result, encoding=connection.info.encoding)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


@lru_cache(maxsize=256)
def _numbered(sql: str) -> bytes:
    """``%s`` as the server numbers it: ``$1``, ``$2``, …"""
    first, *rest = sql.split("%s")
    return "".join([first, *(f"${n}{part}" for n, part in enumerate(rest, start=1))]).encode()


def array(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
