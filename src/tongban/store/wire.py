"""One statement to the server and its rows back, without the bookkeeping of a cursor.

A cursor of psycopg costs as much as a short statement itself: it prepares for cancelling, pipelines and
transactions that these statements do not need. This takes the documented low-level parts (``psycopg.pq`` and
``psycopg.adapt``) directly.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader, PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Plain: TypeAlias = str | int | bytes | datetime | None
STATE = DiagnosticField.SQLSTATE
UNKNOWN, DUPLICATE, CHANGED = b"26000", b"42P05", b"0A000"
"""SQLSTATE of a prepared statement that is not there, of one that is there already, and of one whose columns are others since an upgrade."""
MOST = 300
"""Statements that a connection keeps prepared; what comes after them is sent whole."""
WHOLE = ""
"""Stands among a connection's statements once it was seen that preparing does not help there."""


class _Moment(Loader):
    """``2026-03-02 01:02:03.456789+00``, the style that Django and psycopg ask every server for, as a moment of ``datetime.UTC``."""

    def load(self, data: Buffer) -> datetime:
        moment = datetime.fromisoformat(str(data, "ascii"))
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class _Types:
    """How columns are read, whatever the line: as psycopg does but for moments."""

    connection = None

    def __init__(self) -> None:
        self.adapters = AdaptersMap(psycopg.adapters)
        self.adapters.register_loader("timestamptz", _Moment)


_TYPES = _Types()


class _Line:
    """What is known of a connection: the statements that its server keeps, and who reads its rows. It knows nothing of the connection
    itself, which would never be let go."""

    def __init__(self) -> None:
        self.statements: set[str] = set()
        self.loading = Transformer.from_context(_TYPES)


_prepared: WeakKeyDictionary[PGconn, _Line] = WeakKeyDictionary()


def fetch(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[object]
) -> list[tuple[object, ...]]:
    """Rows of one statement on a connection in autocommit. Raises psycopg's errors; blocks until done."""
    adapting = Transformer.from_context(connection)
    values = adapting.dump_sequence(arguments, [PyFormat.AUTO] * len(arguments))
    result = connection.pgconn.exec_params(_numbered(sql), values, adapting.types, adapting.formats)
    if result.status != ExecStatus.TUPLES_OK:
        raise _fault(connection, result)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


def fetch_prepared(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[Plain]
) -> list[tuple[object, ...]]:
    """``fetch`` of a statement that comes again and again: the server reads it once a connection.

    Values are of the few types of ``_written``. Behind a pooler that gives every
    transaction another server the statement is not there; then, and from then on, it is sent whole. The
    server has done nothing when it says so.
    """
    name = _ready(connection, sql, ())
    # psycopg's stub leaves out that a parameter may be null
    result = name and connection.pgconn.exec_prepared(name, [_written(each) for each in arguments])  # type: ignore[misc]
    if not result or _gone(connection, result):
        return fetch(connection, sql, arguments)
    loading = _prepared[connection.pgconn].loading
    loading.set_pgresult(result)
    return loading.load_rows(0, result.ntuples, tuple)


def fetch_kept(
    connection: psycopg.Connection[tuple[object, ...]], sql: str, arguments: Sequence[object]
) -> list[tuple[object, ...]]:
    """The same with values and columns of any type. For statements that are written in the program, of which there are few."""
    adapting = Transformer.from_context(connection)
    values = adapting.dump_sequence(arguments, [PyFormat.AUTO] * len(arguments))
    name = _ready(connection, sql, adapting.types or ())
    result = name and connection.pgconn.exec_prepared(name, values, adapting.formats)  # type: ignore[arg-type]  # the same
    if not result or _gone(connection, result):
        return fetch(connection, sql, arguments)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


def _ready(connection: psycopg.Connection[tuple[object, ...]], sql: str, types: tuple[int, ...]) -> bytes:
    """The name under which the server has the statement with values of these types; b"" where it is not kept prepared."""
    server = connection.pgconn
    line = _prepared.get(server)
    if line is None:
        line = _prepared[server] = _Line()
    known = line.statements
    key = f"{sql} {types}" if types else sql
    if key not in known:
        if WHOLE in known or len(known) >= MOST:
            return b""
        made = server.prepare(_name(key), _numbered(sql), types or None)
        if made.status != ExecStatus.COMMAND_OK and made.error_field(STATE) != DUPLICATE:
            raise _fault(connection, made)
        known.add(key)
    return _name(key)


def _gone(connection: psycopg.Connection[tuple[object, ...]], result: PGresult) -> bool:
    """Whether the server does not have the statement any more as it was, so that it has done nothing. Raises what else went wrong,
    and this, too, within a transaction: it ends with it, and what comes after it is sent whole."""
    if result.status == ExecStatus.TUPLES_OK:
        return False
    if result.error_field(STATE) not in (UNKNOWN, CHANGED):
        raise _fault(connection, result)
    known = _prepared[connection.pgconn].statements
    known.clear()
    known.add(WHOLE)
    if connection.pgconn.transaction_status == TransactionStatus.INERROR:
        raise _fault(connection, result)
    return True


def _written(value: Plain) -> bytes | None:
    """A value as PostgreSQL writes it. Raises ``psycopg.DataError`` for NUL, at which the line would silently cut a text off."""
    match value:
        case str():
            if "\0" in value:
                raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
            return value.encode()
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case int():
            return b"%d" % value
        case bytes():
            return b"\\x" + hexlify(value)
        case datetime():
            return value.isoformat().encode()


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


_HEADER, _TRAILER = 19, b"\xff\xff"
"""Of binary COPY: how many bytes come before the first row, and what comes after the last."""


def copied(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> Iterator[bytes]:
    """Rows of ``COPY (…) TO STDOUT (FORMAT binary)``, each as PostgreSQL sends it, without the header.

    A row is the number of its columns (2 bytes), then the length (4 bytes) and the bytes of each column. It is
    the cheapest way to read millions. Nothing else may be asked on this connection before the last row.
    """
    server = connection.pgconn
    result = server.exec_(statement.encode())
    if result.status != ExecStatus.COPY_OUT:
        raise _fault(connection, result)
    take, skipped = server.get_copy_data, _HEADER
    while True:
        size, data = take(0)
        if size <= 0:
            break
        row = bytes(data)[skipped:] if skipped else bytes(data)
        skipped = 0
        if row != _TRAILER:
            yield row
    while (ended := server.get_result()) is not None:
        if ended.status != ExecStatus.COMMAND_OK:
            raise _fault(connection, ended)


def array(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
