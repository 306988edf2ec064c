"""The database behind tongban: PostgreSQL 15 or newer, embedded by default, served when told so.

``resolve(home)`` says where the database is without starting anything; ``ready(home)`` makes sure
that it is there. Nothing in this package knows Django: it needs psycopg and the standard library.
"""

from tongban.store.postgres.address import Database, ensure_database, ready, resolve
from tongban.store.postgres.binaries import Binaries, find_binaries
from tongban.store.postgres.supervisor import Absent, Running, Server, Starting, Status, Stopped
from tongban.store.postgres.url import Url

__all__ = [
    "Absent",
    "Binaries",
    "Database",
    "Running",
    "Server",
    "Starting",
    "Status",
    "Stopped",
    "Url",
    "ensure_database",
    "find_binaries",
    "ready",
    "resolve",
]
