"""A log as a table: CSV for any spreadsheet, Parquet for any engine. A row is an event, in the order of the cases' marks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.analytics.selecting import COLUMNS

if TYPE_CHECKING:
    import duckdb


def write_csv(
    made: duckdb.DuckDBPyConnection, path: Path, *, packed: bool, columns: Iterable[str] = COLUMNS
) -> None:
    """Times are written as China's clocks show them, with their offset."""
    time = "strftime(time + INTERVAL 8 HOUR, '%Y-%m-%dT%H:%M:%S+08:00') AS time"
    _copy(made, path, time, f"FORMAT csv, HEADER{', COMPRESSION gzip' if packed else ''}", columns)


def write_parquet(made: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Times are instants (UTC)."""
    _copy(made, path, "time::TIMESTAMPTZ AS time", "FORMAT parquet, COMPRESSION zstd", COLUMNS)


def _copy(made: duckdb.DuckDBPyConnection, path: Path, time: str, how: str, columns: Iterable[str]) -> None:
    cells = ", ".join(time if name == "time" else f'"{name}"' for name in columns)
    made.execute(
        "SET preserve_insertion_order = true"
    )  # the order of the rows says nothing, and is the same each time
    target = str(path).replace("'", "''")
    made.execute(f"""COPY (SELECT {cells} FROM given ORDER BY "case", event) TO '{target}' ({how})""")  # noqa: S608 - names of ours
