"""The line of this thread, and short questions on it that belong to no county's ledger: who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, LiteralString, cast

import psycopg
from django.db import connections
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from tongban.store import wire

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

Raw = psycopg.Connection[tuple[object, ...]]


def opened(using: str = "default") -> DatabaseWrapper:
    """Django's connection, open."""
    connection = cast("DatabaseWrapper", connections[using])
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return connection


def known(
    sql: LiteralString, arguments: Sequence[object], using: str = "default"
) -> list[tuple[object, ...]]:
    """Rows of a statement that the server keeps prepared. Raises Django's errors."""
    connection = opened(using)
    with connection.wrap_database_errors:
        begun(connection.connection)
        return wire.fetch_kept(connection.connection, sql, arguments)


def often(
    sql: LiteralString, arguments: Sequence[wire.Plain], using: str = "default"
) -> list[tuple[object, ...]]:
    """The same for the hot path: values and columns are of few types (``wire``). Never sent twice: it could have been carried out."""
    connection = opened(using)
    with connection.wrap_database_errors:
        begun(connection.connection)
        return wire.fetch_prepared(connection.connection, sql, arguments)


def begun(raw: Raw) -> None:
    """A transaction begins with its first statement."""
    if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
        within(raw).execute("SELECT 1")


def within(raw: Raw) -> psycopg.Cursor[tuple[object, ...]]:
    """A plain cursor, which keeps the books of a transaction."""
    return psycopg.Cursor(raw, row_factory=tuple_row)
