"""Where the database is: ``DATABASE_URL`` when set, else the embedded server of the home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.store.postgres.binaries import OLDEST
from tongban.store.postgres.faults import refuse
from tongban.store.postgres.supervisor import Say, Server, silent
from tongban.store.postgres.url import NAME, Url

VARIABLE = "DATABASE_URL"
MAINTENANCE = "postgres"


class Database(Struct, frozen=True):
    """An address, and whether tongban itself starts and stops the server behind it."""

    url: Url
    embedded: bool


_HERE = ("localhost", "::1", "[::1]")
"""Names of this very machine."""


def resolve(home: Path, environ: Mapping[str, str] | None = None) -> Database:
    """Where the database is; starts nothing and connects to nothing (settings may call it).

    Refuses a ``DATABASE_URL`` that is no PostgreSQL address, without repeating it: it may hold a password. One on another machine that says
    nothing of encryption is asked for its certificate (``sslmode=verify-full``).
    """
    environ = os.environ if environ is None else environ
    if given := environ.get(VARIABLE, "").strip():
        if not given.startswith(("postgresql://", "postgres://")):
            refuse("database.url_invalid", VARIABLE)
        try:
            conninfo_to_dict(given)
        except psycopg.ProgrammingError:
            refuse("database.url_invalid", VARIABLE)
        return Database(Url(_sure(given, environ)), embedded=False)
    return Database(Server(home).url(), embedded=True)


def _sure(url: str, environ: Mapping[str, str]) -> str:
    """Over a network nobody is believed without a certificate, unless the address says otherwise: libpq by itself would go on unencrypted."""
    said = conninfo_to_dict(url)
    hosts = str(said.get("host") or "").split(",")
    near = all(not each or each.startswith(("/", "127.")) or each in _HERE for each in hosts)
    if near or "sslmode" in said or environ.get("PGSSLMODE") or "service" in said:
        return url
    return f"{url}{'&' if '?' in url else '?'}sslmode=verify-full"


def ready(home: Path, say: Say = silent, *, make: bool = True) -> Database:
    """The database, there and usable: started if embedded, made if missing (``make``), at least version 15."""
    found = resolve(home)
    if found.embedded:
        found = Database(Server(home).start(say), embedded=True)
    ensure_database(found.url, make=make)
    return found


def ensure_database(url: str, name: str = "", *, make: bool = True) -> bool:
    """Make the database ``name`` (default: the one in ``url``) if it is missing; True when it was made.

    Refuses a server that does not answer, one before version 15, and a role that may not make
    databases. A served database that exists is enough: no right beyond connecting to it is needed. Unless it is to ``make`` one,
    it refuses one that is missing (``database.absent``).
    """
    name = name or str(conninfo_to_dict(url).get("dbname") or NAME)
    try:
        with psycopg.connect(make_conninfo(url, dbname=name), connect_timeout=10) as connection:
            _new_enough(connection)
            return False
    except psycopg.OperationalError:
        pass  # missing, or nothing answers: the maintenance database tells which
    try:
        with psycopg.connect(
            make_conninfo(url, dbname=MAINTENANCE), connect_timeout=10, autocommit=True
        ) as up:
            _new_enough(up)
            return _make(up, name, make=make)
    except psycopg.OperationalError as fault:
        refuse("database.unreachable", _server(url), said=str(fault).strip().splitlines()[0])


def _make(connection: psycopg.Connection[tuple[object, ...]], name: str, *, make: bool) -> bool:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        refuse("database.unreachable", name, said="CONNECT")
    if not make:
        refuse("database.absent", name)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    try:
        connection.execute(statement)
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return False  # another process made it in the same moment
    except psycopg.errors.InsufficientPrivilege:
        refuse("database.may_not_create", name)
    except psycopg.errors.DiskFull:
        refuse("database.disk_full", name, free=0, said="")
    return True


def _new_enough(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    version = connection.info.server_version
    if version < OLDEST * 10_000:
        refuse("database.too_old", connection.info.host, version=f"{version // 10_000}", oldest=OLDEST)


def _server(url: str) -> str:
    """Host and port of an address, never its password."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"
