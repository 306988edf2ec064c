"""Keeping the server's log: every finished segment is copied to a folder, so that any moment can be gone back to.

PostgreSQL's own ``basic_archive`` copies: whole or not at all, put on disk, and never over a segment that is there already.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
from msgspec import Struct

from tongban.kernel.refusal import RefusedError
from tongban.store.postgres.account import Account, account_for, give
from tongban.store.postgres.faults import refusal_from, refuse
from tongban.store.postgres.place import make_open, open_to_all
from tongban.store.postgres.supervisor import Server
from tongban.store.postgres.tuning import COPYING

SETTINGS = "20-archive.conf"
EVERY = "5min"
"""How long a segment that is not full waits at most: what a lost disk can cost. Yours to change in ``conf.d``."""
SEGMENT = re.compile(r"[0-9A-F]{24}(\.[0-9A-F]{8}\.backup|\.partial)?|[0-9A-F]{8}\.history")


class Kept(Struct, frozen=True):
    """``folder``: where the log of a server goes. ``here``: whether that is the one that was named. ``on`` is False where that begins only
    with the server's next start."""

    folder: Path
    here: bool
    on: bool


def begin(server: Server, folder: Path, major: int, *, move: bool) -> Kept:
    """Keep the log of a running server in ``folder`` from now on. One that is kept elsewhere stays there unless it is to ``move``.

    Refuses a folder that the server's account cannot reach, and programs without ``basic_archive``.
    """
    data = server.place.data(major)
    account = account_for(data)
    _let_copy(data, account)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        try:
            connection.execute("LOAD 'basic_archive'")  # its setting is known from here on
        except psycopg.Error as fault:
            raise RefusedError(refusal_from(str(fault), folder, "database.copy_failed")) from fault
        [there] = connection.execute("SHOW basic_archive.archive_directory").fetchone() or ("",)
        here = move or not there or Path(str(there)).resolve() == folder.resolve()
        if here:
            owned(folder, account)
            _write(data / "conf.d" / SETTINGS, _settings(folder), account)
        connection.execute("SELECT pg_reload_conf()")
        [mode] = connection.execute("SHOW archive_mode").fetchone() or ("off",)
    return Kept(folder if here else Path(str(there)), here, on=mode == "on")


def wait(data: Path) -> None:
    """Let the log of a data directory lie where it is written until a folder is named for it (``begin``): nothing of it is removed before."""
    (data / "conf.d").mkdir(exist_ok=True)
    (data / "conf.d" / SETTINGS).write_text(
        "# Written by tongban restore: the log waits here until tongban backup names a folder for it.\n"
        "archive_mode = on\narchive_command = ''\narchive_library = ''\n"
    )


def forget_before(folder: Path, segment: str) -> int:
    """Remove what lies before a segment, which no kept copy needs any more; how many files went. Time lines stay."""
    gone = [
        path
        for path in folder.iterdir()
        if SEGMENT.fullmatch(path.name) and len(path.name) >= 24 and path.name[8:24] < segment[8:24]
    ]
    for path in gone:
        path.unlink()
    return len(gone)


def owned(folder: Path, account: Account) -> None:
    """Make a folder that is the server's account's own. Refuses one that it cannot reach."""
    make_open(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    if account.foreign and not open_to_all(folder.parent):
        refuse("database.copy_closed", folder)
    give(folder, account, 0o700)


def _settings(folder: Path) -> str:
    quoted = str(folder).replace("\\", "\\\\").replace("'", "''")
    return (
        "# Written by tongban backup: every finished segment of the log is kept there.\n"
        "archive_mode = on\n"
        "archive_command = ''\n"
        "archive_library = 'basic_archive'\n"
        f"basic_archive.archive_directory = '{quoted}'\n"
        f"archive_timeout = {EVERY}\n"
    )


def _write(path: Path, text: str, account: Account) -> None:
    path.write_text(text)
    give(path, account, 0o600)


def _let_copy(data: Path, account: Account) -> None:
    """A data directory of an earlier version does not let anybody copy it yet."""
    access = data / "pg_hba.conf"
    if COPYING not in access.read_text():
        _write(access, f"{access.read_text().rstrip()}\n{COPYING}\n", account)
