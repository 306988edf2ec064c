"""The ledger as an event log: one file of columns, kept beside the database and brought up to date from it.

The file is Parquet, one row an event (``walking.COLUMNS``), all events of a case or none. It follows the ledger by the same order
as reactors do (``store.stream``): what has come since its mark tells which cases are walked anew. It is written beside and put in
its place at once, so that whoever reads has one whole log, and nothing is lost by a process that is killed: it begins again.

It can be thrown away at any time. Erasing a person changes nothing in it: nothing of them is there.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from tongban.analytics.walking import COLUMNS, Line, Walk
from tongban.store.batch import BEGINNING, STEP, Mark
from tongban.store.journal import Journal
from tongban.store.wire import array

if TYPE_CHECKING:
    import duckdb

VERSION = 2
"""Raised by whoever changes what a row says: the log is then made anew."""
PAGE = 20_000
"""Events that are read at a time."""
PART = 100_000
"""Rows that are held in memory before they are written."""
TOUCHED = 2000
"""Cases that are asked for by name at a time."""
MEMORY = "1GB"
Say = Callable[[int, int], None]
"""Told how many events of how many have been read."""


class Log(Struct, frozen=True):
    """A log as it lies there: ``mark`` is how far it has read the ledger, ``seal`` that of the entry at the mark, "" before the first:
    a ledger that has not that entry there is another one, or this one of an earlier day."""

    path: Path
    mark: Mark
    seal: str
    events: int
    cases: int


def silent(done: int, total: int) -> None:
    del done, total


def connect(memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that looks for nothing outside."""
    import duckdb

    made = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        },
    )
    made.execute("SET TimeZone = 'UTC'")
    return made


def place(folder: Path, county: str) -> Path:
    return folder / f"{county}.log.parquet"


def kept(folder: Path, county: str) -> Log | None:
    """The log as it was last written; None where there is none that this version reads."""
    path = place(folder, county)
    if not path.exists():
        return None
    import duckdb

    with connect() as reader:
        try:
            rows = reader.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
        except duckdb.Error:  # cut short or of something else: made anew
            return None
    said = {bytes(key).decode(): bytes(value).decode() for key, value in rows}
    if said.get("version") != str(VERSION):
        return None
    mark = Mark(int(said["xid"]), int(said["position"]))
    return Log(path, mark, said["seal"], int(said["events"]), int(said["cases"]))


def behind(journal: Journal, log: Log | None, most: int = PAGE) -> int:
    """How many events a log has not read yet, counted up to ``most``: all where it has read what this ledger does not hold."""
    mark = log.mark if log is not None and _seal(journal, log.mark) == log.seal else BEGINNING
    sql = """SELECT count(*)::int FROM (SELECT 1 FROM store_event WHERE county = %s AND (xid, position) > (%s, %s)
             AND xid < store_settled_xid() AND kind = %s LIMIT %s) found"""
    [[n]] = cast(
        "list[tuple[int]]", journal.query(sql, (journal.county, mark.xid, mark.position, STEP, most))
    )
    return n


def refresh(journal: Journal, folder: Path, say: Say = silent, *, wait: bool = True) -> Log | None:
    """Bring the log up to date and return it. Another process that does so already is waited for, or (``wait`` False) the log is
    returned as it is; None then where there is none yet."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder / f"{journal.county}.log.lock", wait) as got:
        log = kept(folder, journal.county)
        if not got:
            return log
        if log is not None and _seal(journal, log.mark) != log.seal:
            log = None  # a database that was set up anew, or put back to an earlier day
        head = _head(journal, BEGINNING if log is None else log.mark)
        if head is None:
            return log or _write(journal, folder, None, [], BEGINNING, say)
        touched = None if log is None else _touched(journal, log.mark, head)
        return _write(journal, folder, log, touched, head, say)


@contextmanager
def _alone(path: Path, wait: bool) -> Iterator[bool]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _seal(journal: Journal, mark: Mark) -> str:
    """The seal of the entry at a mark, "" where none is there."""
    sql = "SELECT encode(seal, 'hex') FROM store_event WHERE county = %s AND xid = %s AND position = %s"
    rows = journal.query(sql, (journal.county, mark.xid, mark.position))
    return cast(str, rows[0][0]) if rows else ""


def _head(journal: Journal, after: Mark) -> Mark | None:
    """The newest step after a mark that is settled for ever; None where nothing has come."""
    sql = """SELECT xid, position FROM store_event WHERE county = %s AND (xid, position) > (%s, %s)
             AND xid < store_settled_xid() AND kind = %s ORDER BY county DESC, xid DESC, position DESC LIMIT 1"""
    for row in journal.query(sql, (journal.county, after.xid, after.position, STEP)):
        return Mark(*cast(tuple[int, int], row))
    return None


def _touched(journal: Journal, after: Mark, head: Mark) -> list[str]:
    """The cases that something has happened to between two marks."""
    sql = """SELECT DISTINCT chain::text FROM store_event WHERE county = %s AND (xid, position) > (%s, %s)
             AND (xid, position) <= (%s, %s) AND kind = %s ORDER BY 1"""
    values = (journal.county, after.xid, after.position, head.xid, head.position, STEP)
    return [cast(str, row[0]) for row in journal.query(sql, values)]


_LINES = """chain::text, seq, (extract(epoch FROM at) * 1000000)::bigint, body FROM store_event
            WHERE county = %s AND kind = 'step'"""


def _of(journal: Journal, chains: Sequence[str]) -> Iterator[list[Line]]:
    """All events of some cases, in order."""
    for start in range(0, len(chains), TOUCHED):
        some = array(chains[start : start + TOUCHED])
        sql = f"SELECT {_LINES} AND chain = ANY (%s::uuid[]) ORDER BY chain, seq"
        yield cast("list[Line]", journal.query(sql, (journal.county, some)))


def _all(journal: Journal) -> Iterator[list[Line]]:
    """All events of all cases, case by case, by the key of the table."""
    sql = f"SELECT {_LINES} AND (chain, seq) > (%s::uuid, %s) ORDER BY county, chain, seq LIMIT %s"
    chain, seq = "00000000-0000-0000-0000-000000000000", 0
    while True:
        lines = cast("list[Line]", journal.query(sql, (journal.county, chain, seq, PAGE)))
        if lines:
            yield lines
        if len(lines) < PAGE:
            return
        chain, seq = lines[-1][:2]


def _write(
    journal: Journal,
    folder: Path,
    old: Log | None,
    chains: list[str] | None,
    head: Mark,
    say: Say,
) -> Log:
    """Walk the cases named (None: all), and put the log with them in its place."""
    path = place(folder, journal.county)
    seal = _seal(journal, head)
    parts = path.with_suffix(".parts")
    shutil.rmtree(parts, ignore_errors=True)  # of a process that was killed
    parts.mkdir()
    try:
        with connect() as writer:
            writer.execute("SET temp_directory = ?", [str(parts / "spill")])
            walk = Walk(lambda register, key: journal.lookup.seal(register, "log", key)[:24])
            pages = _all(journal) if chains is None else _of(journal, chains)
            _parts(writer, parts, walk, pages, _total(journal, chains), say)
            whole = _joined(writer, path, parts, old, chains)
            [[events, cases]] = writer.execute(
                f"SELECT count(*), count(DISTINCT chain) FROM {whole}"  # noqa: S608 - paths of ours
            ).fetchall()
            said = {"version": VERSION, "xid": head.xid, "position": head.position, "seal": seal}
            told = ", ".join(
                f"{name}: '{value}'" for name, value in {**said, "events": events, "cases": cases}.items()
            )
            made = parts / "whole.parquet"
            writer.execute(
                f"COPY (SELECT * FROM {whole}) TO '{made}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{told}}})"  # noqa: S608
            )
        made.chmod(0o600)
        made.replace(path)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return Log(path, head, seal, events, cases)


def _total(journal: Journal, chains: list[str] | None) -> int:
    """About how many events there are to read; only for saying how far it is."""
    if chains is not None:
        return 0
    sql = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'store_event'"
    [[n]] = cast("list[tuple[int]]", journal.query(sql, ()))
    return n


def _parts(
    writer: duckdb.DuckDBPyConnection,
    parts: Path,
    walk: Walk,
    pages: Iterator[list[Line]],
    total: int,
    say: Say,
) -> None:
    """The rows of all events, in files of about ``PART`` rows; a case lies in one of them."""
    done, n = 0, 0

    def flush() -> None:
        nonlocal n
        _flush(writer, parts / f"{n}.parquet", walk.empty())
        n += 1

    for lines in pages:
        if len(walk) < PART:
            walk.take(lines)
        else:
            rest = next((at for at, line in enumerate(lines) if walk.begins(line[0])), len(lines))
            walk.take(lines[:rest])
            if rest < len(lines):
                flush()
            walk.take(lines[rest:])
        done += len(lines)
        say(done, max(done, total))
    flush()


def _flush(writer: duckdb.DuckDBPyConnection, path: Path, columns: dict[str, list[object]]) -> None:
    import numpy as np

    kinds = {"BIGINT": "int64", "INTEGER": "int32", "BOOLEAN": "bool"}
    rows = {
        name: np.array(values, dtype=kinds.get(COLUMNS[name], "object")) for name, values in columns.items()
    }
    if not len(rows["chain"]):  # DuckDB cannot tell the type of a column of nothing
        empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
        writer.execute(f"COPY (SELECT {empty} WHERE false) TO '{path}' (FORMAT parquet)")
        return
    cells = ", ".join(f"{name}::{kind} AS {name}" for name, kind in COLUMNS.items())
    writer.register("rows", rows)
    writer.execute(f"COPY (SELECT {cells} FROM rows) TO '{path}' (FORMAT parquet)")  # noqa: S608 - names of ours
    writer.unregister("rows")


def _joined(
    writer: duckdb.DuckDBPyConnection, path: Path, parts: Path, old: Log | None, chains: list[str] | None
) -> str:
    """What the new log is made of: the parts, and of the old one the cases that nothing has happened to."""
    new = f"read_parquet('{parts}/*.parquet')"
    if old is None or chains is None:
        return new
    import numpy as np

    touched = {"chain": np.array(chains, dtype="object")}
    writer.register("touched", touched)
    writer.execute("CREATE TEMP TABLE again AS SELECT chain::UUID AS chain FROM touched")
    stays = f"SELECT * FROM read_parquet('{path}') old WHERE NOT EXISTS (SELECT 1 FROM again WHERE again.chain = old.chain)"  # noqa: S608
    return f"({stays} UNION ALL BY NAME SELECT * FROM {new})"  # noqa: S608 - paths of ours
