"""Whole copies of a database: of the embedded server as its files stand, of a served one as a dump; and putting them back.

A copy is taken while everybody works. The files of the embedded server together with its log (``archive``) lead to any later
moment; a dump leads to its own moment alone, but fits every later version of PostgreSQL.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tongban.kernel.refusal import RefusedError
from tongban.store.postgres.account import Account, account_for, environment, give, give_all, run
from tongban.store.postgres.archive import owned, wait
from tongban.store.postgres.binaries import find_binaries, program, within_reach
from tongban.store.postgres.faults import refusal_from, refuse
from tongban.store.postgres.place import PORT, Place, is_cluster, place_of, prepare
from tongban.store.postgres.supervisor import Server
from tongban.store.postgres.url import ROLE

LONG = 86_400.0
"""Seconds for copying: a day."""
SEGMENT_NAME = 24
"""Characters."""
TIME_LINE = ".history"
"""Of a file that tells where a restored server left the log of the one before it."""
RECOVERY = "30-recovery.conf"
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}
_VARIABLES |= {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
}


def take_files(server: Server, into: Path, major: int) -> None:
    """Copy the data directory of the running embedded server to ``into``, which must not exist, with the digest of every file."""
    place = server.place
    account = account_for(place.data(major))
    owned(into, account)
    programs = within_reach(find_binaries(), account, place.ground)
    command: list[str | Path] = [programs.bin / "pg_basebackup", "--pgdata", into, "--host", place.sockets]
    command += [
        "--port",
        str(PORT),
        "--username",
        ROLE,
        "--no-password",
        "--format=plain",
        "--checkpoint=fast",
    ]
    command += ["--wal-method=stream", "--manifest-checksums=SHA256"]
    done = run(account, command, timeout=LONG)
    if done.status != 0:
        shutil.rmtree(into, ignore_errors=True)
        raise RefusedError(refusal_from(done.output, into, "database.copy_failed"))


def first_segment(copy: Path) -> str:
    """The segment of the log with which going forward from a copy begins."""
    label = (copy / "backup_label").read_text()
    return label.split("(file ", 1)[1].split(")", 1)[0]


def check_files(copy: Path, major: int) -> None:
    """Refuse a copy of which a file is missing or changed."""
    verifier = program("pg_verifybackup", major)
    oneself = Account(os.geteuid(), os.getegid(), foreign=False)
    done = run(oneself, [verifier, "--no-parse-wal", "--quiet", copy], timeout=LONG)
    if done.status != 0:
        raise RefusedError(refusal_from(done.output, copy, "database.copy_damaged"))


def put_back_files(home: Path, copy: Path, log: Path, until: datetime | None) -> Path | None:
    """Make the copy the data of the home and go forward along the log: to ``until``, or as far as it goes.

    Data that are there are put aside under another name, which is given; None when there were none. The server runs
    afterwards, and its own log waits (``archive.wait``). Refuses while one runs, programs of another version, and a moment that the log does not reach.
    """
    programs = find_binaries()
    found = int((copy / "PG_VERSION").read_text().split(".")[0])
    if found != programs.major:
        refuse("database.other_major", copy, found=found, have=programs.major)
    server = Server(home)
    with server.resting():
        place = place_of(home)
        data = place.data(programs.major)
        account = account_for(data)
        prepare(place, account, programs.major)
        fresh = data.with_name(f"restoring-{secrets.token_hex(4)}")
        shutil.copytree(copy, fresh, symlinks=True)
        _aim(fresh, log, until)
        wait(fresh)  # a copy that is only tried out must not write into the log of the office
        if account.foreign:
            give_all(fresh, account)
        fresh.chmod(0o700)
        if log.is_dir():
            owned(log, account)
        aside = _aside(place, programs.major)
        if aside is not None and until is None:
            _bring_along(aside, fresh, account)
        fresh.rename(data)
    try:
        server.start()
    except RefusedError:
        with server.resting():  # what was there before is there again
            shutil.rmtree(data)
            if aside is not None:
                aside.rename(data)
        raise
    (data / "conf.d" / RECOVERY).unlink(missing_ok=True)
    return aside


def _aim(data: Path, log: Path, until: datetime | None) -> None:
    """Say how far to go. Without a log that was kept, the copy's own moment is the end. Nobody is let in on the way."""
    (data / "recovery.signal").touch()
    fetch = f'cp {_shell(log)}/%f "%p"'
    lines = [f"restore_command = '{fetch.replace(chr(39), chr(39) * 2)}'", "hot_standby = off"]
    if until is not None:
        lines += [f"recovery_target_time = '{until.isoformat()}'", "recovery_target_action = 'promote'"]
    (data / "conf.d").mkdir(exist_ok=True)
    (data / "conf.d" / RECOVERY).write_text("\n".join([*lines, ""]))


def _shell(path: Path) -> str:
    """A path as a shell takes it. A percent sign means something to PostgreSQL."""
    return "'" + str(path).replace("'", "'\\''").replace("%", "%%") + "'"


def _aside(place: Place, major: int) -> Path | None:
    data = place.data(major)
    if not data.exists() or not any(data.iterdir()):
        shutil.rmtree(data, ignore_errors=True)
        return None
    kept = data.with_name(f"data.before-restore-{secrets.token_hex(4)}")
    data.rename(kept)
    return kept if is_cluster(kept) else None


def _bring_along(aside: Path, fresh: Path, account: Account) -> None:
    """What the old server had written and not yet given to the archive: where its files are still there, nothing is lost."""
    for segment in (aside / "pg_wal").glob("[0-9A-F]*"):
        there = fresh / "pg_wal" / segment.name
        if segment.is_file() and (len(segment.name) == SEGMENT_NAME or segment.suffix == TIME_LINE):
            shutil.copyfile(segment, there)
            give(there, account, 0o600)


def take_dump(url: str, into: Path) -> None:
    """Dump a served database into the file ``into``: all of it as it stood at one moment."""
    _client("pg_dump", url, into, "--format=custom", "--no-owner", "--no-privileges", f"--file={into}")
    into.chmod(0o600)


def put_back_dump(url: str, dump: Path) -> None:
    """Fill an empty database from a dump, wholly or not at all. Refuses one that holds anything."""
    with psycopg.connect(url) as connection:
        [tables] = connection.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast' AND c.relkind = 'r'"
        ).fetchone() or (0,)
    if tables:
        refuse("database.not_empty", "DATABASE_URL", n=tables)
    database = str(conninfo_to_dict(url).get("dbname") or "")
    _client(
        "pg_restore", url, dump, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={database}", str(dump),
    )  # fmt: skip


def _client(name: str, url: str, place: Path, *options: str) -> None:
    """Run a client program; the password goes by the environment, where no list of processes shows it."""
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    given = {variable: parts[key] for key, variable in _VARIABLES.items() if key in parts}
    try:
        done = subprocess.run(
            [program(name, major), *options],
            env={**environment(), **given},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LONG,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        refuse("database.copy_failed", place, said=str(fault))
    if done.returncode != 0:
        raise RefusedError(refusal_from(done.stderr, place, "database.copy_failed"))


def major_of(url: str) -> int:
    """The major version of the server that answers."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10_000
