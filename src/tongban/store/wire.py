"""One statement to the server and its rows back, without the bookkeeping of a cursor.

A cursor of psycopg costs as much as a short statement itself: it prepares for cancelling, pipelines and
transactions that a statement in autocommit does not need. This takes the documented low-level parts
(``psycopg.pq`` and ``psycopg.adapt``) directly; adaptation of values is the connection's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import Transformer as Adapting
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

STATE = DiagnosticField.SQLSTATE
UNKNOWN, DUPLICATE = b"26000", b"42P05"
"""SQLSTATE of a prepared statement that is not there, and of one that is there already."""
WHOLE = ""
"""Stands among a connection's statements once it was seen that preparing does not help there."""

_prepared: WeakKeyDictionary[PGconn, set[str]] = WeakKeyDictionary()


def fetch(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[object]
) -> list[tuple[object, ...]]:
    """Rows of one statement on a connection in autocommit. Raises psycopg's errors; blocks until done."""
    adapting = Transformer.from_context(connection)
    values = adapting.dump_sequence(arguments, [PyFormat.AUTO] * len(arguments))
    result = connection.pgconn.exec_params(_numbered(sql), values, adapting.types, adapting.formats)
    return _rows(connection, adapting, result)


def fetch_prepared(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[object]
) -> list[tuple[object, ...]]:
    """``fetch`` of a statement that comes again and again: the server reads it once a connection.

    Behind a pooler that gives every transaction another server the statement is not there; then, and
    from then on, it is sent whole. The server has done nothing when it says so.
    """
    server = connection.pgconn
    known = _prepared.setdefault(server, set())
    query = _numbered(sql)
    if sql not in known:
        if WHOLE in known:
            return fetch(connection, sql, arguments)
        made = server.prepare(_name(sql), query)
        if made.status != ExecStatus.COMMAND_OK and made.error_field(STATE) != DUPLICATE:
            raise _fault(connection, made)
        known.add(sql)
    adapting = Transformer.from_context(connection)
    values = adapting.dump_sequence(arguments, [PyFormat.TEXT] * len(arguments))
    # psycopg's stub leaves out that a parameter may be null
    result = server.exec_prepared(_name(sql), values, adapting.formats)  # type: ignore[arg-type]
    if result.status == ExecStatus.FATAL_ERROR and result.error_field(STATE) == UNKNOWN:
        known.clear()
        known.add(WHOLE)
        return fetch(connection, sql, arguments)
    return _rows(connection, adapting, result)


def _rows(
    connection: psycopg.Connection[tuple[object, ...]], adapting: Adapting, result: PGresult
) -> list[tuple[object, ...]]:
    if result.status != ExecStatus.TUPLES_OK:
        raise _fault(connection, result)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


def _fault(connection: psycopg.Connection[tuple[object, ...]], result: PGresult) -> psycopg.Error:
    if connection.pgconn.status == ConnStatus.BAD:
        return psycopg.OperationalError("the connection to the database was lost")
    return error_from_result(result, encoding=connection.info.encoding)


@lru_cache(maxsize=256)
def _name(sql: str) -> bytes:
    """The same name for the same statement, whoever prepares it."""
    return b"tongban_" + sha256(sql.encode()).hexdigest()[:16].encode()


@lru_cache(maxsize=256)
def _numbered(sql: str) -> bytes:
    """``%s`` as the server numbers it: ``$1``, ``$2``, …"""
    first, *rest = sql.split("%s")
    return "".join([first, *(f"${n}{part}" for n, part in enumerate(rest, start=1))]).encode()


def array(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
