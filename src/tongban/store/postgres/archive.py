"""Keeping the server's log: every finished segment is copied to a folder, so that any moment can be gone back to.

PostgreSQL's own ``basic_archive`` copies: whole or not at all, put on disk, and never over a segment that is there already.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
from psycopg import sql

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


def begin(server: Server, folder: Path, major: int) -> bool:
    """Keep the log of a running server in ``folder`` from now on; False when that begins only with its next start.

    Refuses a folder that the server's account cannot reach, and programs without ``basic_archive``.
    """
    data = server.place.data(major)
    account = account_for(data)
    owned(folder, account)
    _write(data / "conf.d" / SETTINGS, _settings(folder), account)
    _let_copy(data, account)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        try:
            connection.execute("LOAD 'basic_archive'")
        except psycopg.Error as fault:
            (data / "conf.d" / SETTINGS).unlink()
            raise RefusedError(refusal_from(str(fault), folder, "database.copy_failed")) from fault
        connection.execute("SELECT pg_reload_conf()")
        [mode] = connection.execute("SHOW archive_mode").fetchone() or ("off",)
    return bool(mode == "on")


def archived(url: str) -> tuple[str, str]:
    """The segment that was kept last, and the one that could not be kept last ("" for none; an old failure that was mended since too)."""
    asked = sql.SQL("""
        SELECT coalesce(last_archived_wal, ''),
               CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN last_failed_wal ELSE '' END
        FROM pg_stat_archiver
    """)
    with psycopg.connect(url, autocommit=True) as connection:
        kept, failed = connection.execute(asked).fetchone() or ("", "")
    return kept, failed


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
