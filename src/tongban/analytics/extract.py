"""The extract: the rows behind a county's figures in one DuckDB file, which can be thrown away and made again.

It remembers up to where in the ledger it goes, so that a refresh reads only what changed since, and which parts of a table are filled, so
that a filling that was killed goes on where it stopped. One process writes at a time; everything it does is one transaction.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tongban.analytics.columns import CHAIN, NEVER, Arrays, Rows
from tongban.analytics.dialect import DUCKDB
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Mark

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "figures"
MEMORY = "1500MB"
"""What counting may take. What does not fit goes to disk."""
EIGHT_HOURS, DAY = 28_800_000_000, 86_400_000_000
"""Microseconds."""
STALE = 5
"""A table is put in order anew when a fifth of its rows were replaced since."""

_MADE = """
CREATE TABLE IF NOT EXISTS extract_table (name VARCHAR PRIMARY KEY, signature VARCHAR NOT NULL, xid BIGINT NOT NULL, position BIGINT NOT NULL,
    whole BOOLEAN NOT NULL, moved BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS extract_part (part INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS extract_touched (practice VARCHAR NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (practice, day));
CREATE TABLE IF NOT EXISTS extract_said (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
"""


class Filling(msgspec.Struct, frozen=True):
    """A filling that has begun: of tables with these signatures, from this mark on, in so many parts."""

    signatures: list[str]
    xid: int
    position: int
    parts: int


class Extract:
    """An open extract. Only ``opened`` makes one."""

    def __init__(self, connection: DuckDBPyConnection, lock: int = -1) -> None:
        self.connection = connection
        self.lock = lock
        """the file by which others are kept away, for a copy of this process to close"""

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Rows of a statement."""
        return self.connection.execute(sql, list(values)).fetchall()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All or nothing, whatever happens meanwhile."""
        self.connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    # What it holds

    @property
    def follows(self) -> tuple[str, str]:
        """What it was made of: the token that the database gave it, and the seal of the last entry that it has read; "" for a new one."""
        return self._said("token"), self._said("seal")

    def follow(self, token: str, seal: str) -> None:
        """Note what it is made of."""
        self._say("token", token)
        self._say("seal", seal)

    def touched(self) -> Mapping[str, frozenset[int]] | None:
        """By practice the days whose counts must be made anew since ``counted``; None where all must."""
        if not self._said("counted"):
            return None
        found: dict[str, set[int]] = {}
        for practice, day in self.rows("SELECT practice, day FROM extract_touched"):
            found.setdefault(str(practice), set()).add(int(str(day)))
        return {practice: frozenset(days) for practice, days in found.items()}

    def counted(self) -> None:
        """Whoever keeps counts has made those of all touched days anew."""
        with self.at_once():
            self.connection.execute("DELETE FROM extract_touched")
            self._say("counted", "yes")

    def _said(self, key: str) -> str:
        rows = self.rows("SELECT value FROM extract_said WHERE key = ?", [key])
        return str(rows[0][0]) if rows else ""

    def _say(self, key: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO extract_said VALUES (?, ?)", [key, value])

    def mark(self, table: Rows, stamp: int) -> Mark | None:
        """Up to where a table follows the ledger; None for one that is not filled, or was filled for other definitions."""
        rows = self.rows(
            "SELECT xid, position FROM extract_table WHERE name = ? AND signature = ? AND whole",
            [table.name, table.signature(stamp)],
        )
        return Mark(int(str(rows[0][0])), int(str(rows[0][1]))) if rows else None

    def begin(self, tables: Sequence[Rows], stamp: int, at: Mark, parts: int) -> Filling:
        """Prepare tables for being filled: empty, or as an earlier filling of just these left them."""
        asked = sorted(each.signature(stamp) for each in tables)
        known = self._said("filling")
        if known:
            filling = shapes.read(known, Filling)
            if filling.signatures == asked:
                return filling
        filling = Filling(asked, at.xid, at.position, parts)
        with self.at_once():
            self.drop([each.name for each in tables])
            self.connection.execute("DELETE FROM extract_part")
            for each in tables:
                self.connection.execute(each.create(DUCKDB))
                self.connection.execute(
                    "INSERT INTO extract_table VALUES (?, ?, ?, ?, FALSE, 0)",
                    [each.name, each.signature(stamp), at.xid, at.position],
                )
            self._say("filling", msgspec.json.encode(filling).decode())
            self._say("counted", "")  # what changed in what was not there is known to nobody
        return filling

    def filled(self) -> frozenset[int]:
        """The parts that an unfinished filling has put in."""
        return frozenset(int(str(n)) for (n,) in self.rows("SELECT part FROM extract_part"))

    def drop_others(self, names: Sequence[str]) -> None:
        """Drop the tables that nobody names any more."""
        others = [name for name in self.names() if name not in names]
        if others:
            with self.at_once():
                self.drop(others)

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
            self.connection.execute("DELETE FROM extract_table WHERE name = ?", [name])

    def forget(self) -> None:
        """Hold nothing any more, as a new one."""
        with self.at_once():
            self.drop(self.names())
            self.connection.execute("DELETE FROM extract_part")
            self.connection.execute("DELETE FROM extract_touched")
            self.connection.execute("DELETE FROM extract_said")

    def names(self) -> tuple[str, ...]:
        """The tables that are there."""
        return tuple(str(name) for (name,) in self.rows("SELECT name FROM extract_table ORDER BY name"))

    # Writing

    def fill(self, tables: Iterable[Rows], part: int, given: Mapping[str, Arrays]) -> None:
        """Add a part of the rows of the tables that are being filled."""
        with self.at_once():
            for each in tables:
                self._insert(each, given[each.name])
            self.connection.execute("INSERT INTO extract_part VALUES (?)", [part])

    def finish(self, tables: Iterable[Rows]) -> None:
        """All parts are there: put the rows in the order in which cases came, so that a month lies together."""
        with self.at_once():
            for each in tables:
                self._in_order(each)
                self.connection.execute("UPDATE extract_table SET whole = TRUE WHERE name = ?", [each.name])
            self.connection.execute("DELETE FROM extract_part")
            self._say("filling", "")

    def replace(
        self,
        tables: Iterable[Rows],
        chains: Sequence[str],
        given: Mapping[str, Arrays],
        mark: Mark,
        *,
        gone: bool,
    ) -> list[Rows]:
        """Take the rows of these cases out, put those of the ones that are still there in, and note up to where this goes, and on which
        days anything counts differently: numbers since 1970, in China. Gives the tables that were changed.

        A case stays in its table: only where one is gone (``gone``) must tables be looked through that get no row.
        """
        import numpy

        changed = [each for each in tables if gone or len(given[each.name][CHAIN])] if chains else []
        with self.at_once():
            if changed:
                self.connection.execute("CREATE OR REPLACE TEMP TABLE gone (chain UUID PRIMARY KEY)")
                self.connection.register("given", {CHAIN: numpy.array(chains, dtype=object)})
                self.connection.execute("INSERT INTO gone SELECT DISTINCT CAST(chain AS UUID) FROM given")
                self.connection.unregister("given")
            for each in changed:
                days = self._days(each)
                self.connection.execute(f"DELETE FROM {each.name} WHERE chain IN (SELECT chain FROM gone)")  # noqa: S608
                self._insert(each, given[each.name])
                self.connection.execute(
                    "INSERT OR IGNORE INTO extract_touched SELECT ?, unnest(?::INTEGER[])",
                    [each.practice, sorted(days | self._days(each))],
                )
                self.connection.execute(
                    "UPDATE extract_table SET moved = moved + ? WHERE name = ?",
                    [len(given[each.name][CHAIN]), each.name],
                )
            self.connection.execute(
                "UPDATE extract_table SET xid = ?, position = ?", [mark.xid, mark.position]
            )
        return changed

    def _days(self, table: Rows) -> frozenset[int]:
        """The days by which the rows of the cases in ``gone`` count."""
        moments = [name for name in table.columns if name.startswith("at__")]
        rows = self.rows(
            f"""SELECT DISTINCT (moment + {EIGHT_HOURS}) // {DAY} FROM (
                SELECT unnest([{", ".join(moments)}]) AS moment FROM {table.name} SEMI JOIN gone USING (chain)
            ) WHERE moment > {NEVER}"""  # noqa: S608
        )
        return frozenset(int(str(n)) for (n,) in rows)

    def tidy(self, table: Rows) -> None:
        """Put a table in order again when much of it has moved."""
        [[moved]] = self.rows("SELECT moved FROM extract_table WHERE name = ?", [table.name])
        [[there]] = self.rows(f"SELECT count(*) FROM {table.name}")  # noqa: S608
        if int(str(moved)) * STALE > int(str(there)) + 100_000:
            with self.at_once():
                self._in_order(table)
                self.connection.execute("UPDATE extract_table SET moved = 0 WHERE name = ?", [table.name])

    def _insert(self, table: Rows, given: Arrays) -> None:
        if not len(given[CHAIN]):
            return
        sorts = table.columns
        read = [f"CAST({n} AS JSON)::VARCHAR[]" if sort == "texts" else n for n, sort in sorts.items()]
        self.connection.register("given", dict(given))
        self.connection.execute(
            f"INSERT INTO {table.name} ({', '.join(sorts)}) SELECT {', '.join(read)} FROM given"  # noqa: S608
        )
        self.connection.unregister("given")

    def _in_order(self, table: Rows) -> None:
        first = [name for name in table.columns if name.startswith("at__")]
        self.connection.execute(f"ALTER TABLE {table.name} RENAME TO {table.name}_old")
        self.connection.execute(table.create(DUCKDB))
        self.connection.execute(
            f"INSERT INTO {table.name} SELECT * FROM {table.name}_old ORDER BY {', '.join(first)}, chain"  # noqa: S608
        )
        self.connection.execute(f"DROP TABLE {table.name}_old")


@contextmanager
def opened(home: Path, county: str, *, wait: bool = True) -> Iterator[Extract | None]:
    """The county's extract, held for this process alone: others wait for it, or get None with ``wait`` false.

    A file that cannot be read (another version's, a broken disk's) is thrown away: it is made again from the ledger. Where that shows only
    while it is read, this one is refused (``figure.extract_lost``) and the next begins again.
    """
    import duckdb

    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{county}.duckdb"
    with (folder / f"{county}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
            return
        try:
            connection = _connected(path)
        except duckdb.Error as fault:
            if _says(fault, _HELD):  # by another program
                raise RefusedError(Refused("figure.extract_held", str(path))) from fault
            _throw_away(path)
            connection = _connected(path)
        broken = False
        try:
            yield Extract(connection, lock.fileno())
        except duckdb.Error as fault:
            broken = _says(fault, _BROKEN)  # found where it was read first: whoever comes next makes it again
            if not broken and not isinstance(fault, duckdb.IOException):  # a full disk, a file taken away
                raise
            said = str(fault).splitlines()[0][:200]
            raise RefusedError(Refused("figure.extract_lost", str(path), {"said": said})) from fault
        finally:
            connection.close()
            if broken:
                _throw_away(path)


_HELD = ("Could not set lock", "Conflicting lock")
_BROKEN = ("Corrupt database file", "checksum", "Could not read enough bytes")
"""What DuckDB says; it has no kinds of errors for these. Not "lock" alone: that is in "block", which every broken one names."""


def _says(fault: Exception, words: Iterable[str]) -> bool:
    return any(each in str(fault) for each in words)


def _throw_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _connected(path: Path) -> DuckDBPyConnection:
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": os.cpu_count() or 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "enable_external_access": True,
        "temp_directory": str(path.with_name(path.name + ".tmp")),
    }
    connection = duckdb.connect(str(path), config=settings)
    path.chmod(0o600)
    connection.execute(_MADE)
    return connection
