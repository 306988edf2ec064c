"""What was counted over a large log, kept beside it until the log is written anew: whoever opens a page need not wait for it.

A small log is counted at every look. Of a large one the work behind the pages counts what is usually asked for whenever it has brought the log
up to date; anything else is counted for the first who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from os import getpid
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tongban.analytics import flow
from tongban.analytics.flow import Asked
from tongban.analytics.log import Log
from tongban.apps.flow.logs import SMALL, folder
from tongban.kernel import shapes

if TYPE_CHECKING:
    import duckdb

LATELY: Mapping[str, int] = {"30": 30, "90": 90, "365": 365}
"""Days before now, by how an address asks for them."""
WAYS = 5
AHEAD = 3
"""Kinds of case that are counted ahead: those of which there are most."""


class Counted(Struct, frozen=True):
    """All answers about one kind of case in one time."""

    sums: flow.Sums
    waits: tuple[flow.Wait, ...]
    handings: tuple[flow.Handing, ...]
    returns: tuple[flow.Return, ...]
    reached: tuple[flow.Reach, ...]
    lasting: tuple[flow.Lasting, ...]
    ways: tuple[flow.Way, ...]


def large(log: Log) -> bool:
    return log.events > SMALL


def written(log: Log) -> datetime:
    """The end of the second in which the log was put in its place; a large one knows of nothing later."""
    return datetime.fromtimestamp(int(log.path.stat().st_mtime) + 1, UTC)


def last_days(log: Log, days: int, now: datetime) -> tuple[datetime, datetime]:
    """The bounds of the last days: before now, or before a large log was written."""
    end = written(log) if large(log) else now
    return end - timedelta(days), end


def counted(made: duckdb.DuckDBPyConnection, log: Log, asked: Asked) -> Counted:
    if not large(log):
        return _count(made, asked)
    asked = replace(asked, now=written(log))
    place = _place(log) / f"{sha256(msgspec.json.encode(asked.values())).hexdigest()[:32]}.json"
    if place.exists():
        return shapes.read(place.read_bytes(), Counted)
    found = _count(made, asked)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = place.with_suffix(f".{getpid()}")
    unfinished.write_bytes(msgspec.json.encode(found))
    unfinished.replace(place)
    return found


def _count(made: duckdb.DuckDBPyConnection, asked: Asked) -> Counted:
    return Counted(
        flow.sums(made, asked),
        flow.waits(made, asked),
        flow.handings(made, asked),
        flow.returns(made, asked),
        flow.reached(made, asked),
        flow.lasting(made, asked),
        flow.ways(made, asked, WAYS),
    )


def _place(log: Log) -> Path:
    return folder() / "flow" / f"{log.seal[:16]}-{log.mark.xid}-{log.mark.position}"


def count_ahead(made: duckdb.DuckDBPyConnection, log: Log, kinds: Mapping[str, frozenset[str]]) -> int:
    """Count what is usually asked for of a large log, and forget what was counted of older ones; returns how much there is."""
    for old in (folder() / "flow").glob("*"):
        if old != _place(log):
            rmtree(old, ignore_errors=True)
    if not large(log):
        return 0
    n = 0
    for practice, kind in [(practice, kind) for practice, kind, _ in flow.kinds(made) if practice in kinds][
        :AHEAD
    ]:
        for days in LATELY.values():
            start, end = last_days(log, days, written(log))
            counted(made, log, Asked(practice, kind, start, end, end))
            n += 1
    return n
