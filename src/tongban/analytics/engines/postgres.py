"""PostgreSQL as an engine: the columns that are asked for, copied into tables of one session, which go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tongban.analytics.columns import sorts_of
from tongban.analytics.dialect import POSTGRES
from tongban.analytics.engines import Engine
from tongban.analytics.extract import Extract
from tongban.store.journal import Journal
from tongban.store.verification import conninfo_of

PIECE = 1 << 20
"""Bytes that go to the server at a time."""
UNPACKED = 'ARRAY(SELECT e COLLATE "C" FROM jsonb_array_elements_text({0}::jsonb) e) AS {0}'
"""A list that came as JSON."""


@contextmanager
def copied(extract: Extract, journal: Journal, tables: Mapping[str, frozenset[str]]) -> Iterator[Engine]:
    """An engine over copies of these columns, by table."""
    with (
        closing(psycopg.connect(conninfo_of(journal), autocommit=True)) as connection,
        TemporaryDirectory() as folder,
    ):
        for table, columns in tables.items():
            _copy(extract, connection, table, sorted(columns), Path(folder) / "rows.csv")
        yield Engine(POSTGRES, lambda sql: connection.execute(sql.encode()).fetchall())


def _copy(
    extract: Extract,
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    columns: Sequence[str],
    file: Path,
) -> None:
    sorts = sorts_of(extract.rows(f"DESCRIBE {table}"))
    lists = {name for name in columns if sorts[name] == "texts"}
    types = {name: "TEXT" if name in lists else POSTGRES.types[sorts[name]] for name in columns}
    brought = f"{table}_brought" if lists else table
    said = [f"to_json({name})" if name in lists else name for name in columns]
    extract.rows(f"COPY (SELECT {', '.join(said)} FROM {table}) TO '{file}' (FORMAT csv, HEADER false)")  # noqa: S608
    connection.execute(
        f"CREATE TEMP TABLE {brought} ({', '.join(f'{name} {type}' for name, type in types.items())})".encode()
    )
    # An empty text is written without quotes as well: nothing here is ever NULL.
    with (
        file.open("rb") as rows,
        connection.cursor().copy(
            f"COPY {brought} FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({', '.join(columns)}))".encode()
        ) as copy,
    ):
        while piece := rows.read(PIECE):
            copy.write(piece)
    if lists:
        read = [UNPACKED.format(name) if name in lists else name for name in columns]
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {', '.join(read)} FROM {brought}".encode())  # noqa: S608
    connection.execute(f"ANALYZE {table}".encode())
