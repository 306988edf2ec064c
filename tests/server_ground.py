"""The tests' PostgreSQL: one of its own for each process of the run, or the one that CI names.

``TONGBAN_TEST_DATABASE_URL`` points at a served PostgreSQL; without it each process starts an embedded server
when its first test asks for the database. A server of its own matters: what readers of the ledger may see
depends on the unfinished transactions of the whole cluster, also of those in another test's database.
"""

from __future__ import annotations

import os
from pathlib import Path

HOME = "TONGBAN_TEST_HOME"
URL = "TONGBAN_TEST_DATABASE_URL"


def server_url() -> str:
    """Where this process's PostgreSQL is; starts the embedded one if need be."""
    from tongban.store.postgres import Server

    if URL in os.environ:
        return os.environ[URL]
    server = Server(Path(os.environ[HOME]) / os.environ.get("PYTEST_XDIST_WORKER", "main"))
    server.start()
    return server.url("postgres")


def stop_servers(home: Path) -> None:
    """Stop every server that a process of the run started under this home."""
    from tongban.store.postgres import Server

    for found in home.glob("*/postgres"):
        Server(found.parent).stop()
