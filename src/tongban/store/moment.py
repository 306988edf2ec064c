"""Connections that all see the database as it stood at one moment, while the office goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TypeAlias

import psycopg

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

_IN_ORDER = (
    "SET enable_hashagg = off; SET enable_sort = off; SET enable_seqscan = off; SET enable_bitmapscan = off"
)
"""Rows come in the order of their index from the first one on, whatever the statistics say."""


@contextmanager
def moment(conninfo: str) -> Iterator[tuple[Connection, str]]:
    """A connection whose transaction sees one moment, and the name by which others may share it meanwhile."""
    with _reading(conninfo) as connection:
        [name] = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield connection, str(name)


@contextmanager
def at_moment(conninfo: str, name: str) -> Iterator[Connection]:
    """Another connection at that moment, for reading much in order."""
    with _reading(conninfo) as connection:
        connection.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
        connection.execute(_IN_ORDER)
        yield connection


@contextmanager
def _reading(conninfo: str) -> Iterator[Connection]:
    """A connection in a transaction that only reads: it is dropped in the end, perhaps in the middle of rows."""
    with closing(psycopg.connect(conninfo)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection
