"""What PostgreSQL and the operating system said went wrong, as refusals with fixed codes."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import psycopg

from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

NO_ROOM = 40
"""Megabytes (10^6 bytes) below which a database that has gone is believed to have found no room: a segment of its log has 16."""
STILL_IN_USE = "database.still_in_use"
NOT_REACHED = "database.moment_not_reached"

_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"No space left on device|Disk quota exceeded"), "database.disk_full"),
    (re.compile(r"pre-existing shared memory block|is being used by another"), STILL_IN_USE),
    (re.compile(r"database files are incompatible with server"), "database.other_build"),
    (re.compile(r"Address already in use|lock file \".*\" already exists"), "database.socket_taken"),
    (
        re.compile(r"recovery ended before configured recovery target was reached"),
        NOT_REACHED,
    ),
    (re.compile(r"could not look up effective user ID"), "database.nameless_account"),
    (re.compile(r"Cannot allocate memory|could not (create|map).*shared memory"), "database.no_memory"),
    (
        re.compile(r"Permission denied|Operation not permitted|Read-only file system"),
        "database.not_permitted",
    ),
)
"""Messages of a server whose ``lc_messages`` is C, first match wins, against the code they mean."""

_ERRNO = {
    errno.ENOSPC: "database.disk_full",
    errno.EDQUOT: "database.disk_full",
    errno.EACCES: "database.not_permitted",
    errno.EPERM: "database.not_permitted",
    errno.EROFS: "database.not_permitted",
}


def refuse(code: str, where: str | Path = "", **facts: Value) -> NoReturn:
    """Raise a refusal (this package has many callers below one door, so it does not return them)."""
    raise RefusedError(Refused(code, str(where), facts))


def refusal_from(said: str, place: Path, otherwise: str) -> Refused:
    """The refusal that a program's output means; ``otherwise`` is the code when nothing is recognised."""
    code = next((code for pattern, code in _SAID if pattern.search(said)), otherwise)
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.strip().isdigit()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    facts: dict[str, Value] = {"free": free_megabytes(place), "said": " | ".join((telling or lines)[-3:])}
    if code == NOT_REACHED:
        facts["reached"] = _reached(said)
    return Refused(code, str(place), facts)


def _reached(said: str) -> str:
    """The local moment as far as a log goes that was kept, by what the server said of it; "?" where it said nothing."""
    found = re.findall(r"last completed transaction was at log time (\S+ \S+)", said)
    return f"{datetime.fromisoformat(found[-1]).astimezone(LOCAL):%Y-%m-%d %H:%M:%S}" if found else "?"


def free_megabytes(place: Path) -> int:
    """Free space (in 10^6 bytes) of the disk that holds ``place`` or its nearest existing parent."""
    for path in (place, *place.parents):
        try:
            return shutil.disk_usage(path).free // 1_000_000
        except OSError:
            continue
    return 0


def full_disk(fault: Exception, home: Path) -> Refused | None:
    """The refusal for a fault that comes from a full disk, be it the database's or a file's; else None.

    A server that found no room often says only that it has gone: then the disk itself is looked at.
    """
    here = fault.errno in {errno.ENOSPC, errno.EDQUOT} if isinstance(fault, OSError) else False
    gone = isinstance(fault, psycopg.Error) or isinstance(fault.__cause__, psycopg.Error)
    said = "No space left on device" in str(fault)
    if here or said or (gone and free_megabytes(home) < NO_ROOM):
        place = fault.filename if isinstance(fault, OSError) and fault.filename else home
        return Refused("database.disk_full", str(place), {"free": free_megabytes(home), "said": ""})
    return None


@contextmanager
def disk_faults_refused(place: Path) -> Iterator[None]:
    """Turn a full disk and missing permissions into refusals; any other fault passes unchanged."""
    try:
        yield
    except OSError as fault:
        code = _ERRNO.get(fault.errno or 0, "")
        if not code:
            raise
        refuse(code, fault.filename or place, free=free_megabytes(place), said=fault.strerror or "")
