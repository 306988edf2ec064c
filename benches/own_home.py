"""A home of its own under a temporary folder, with a database that holds nothing yet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.store.postgres import Server, ensure_database


@contextmanager
def own_home() -> Iterator[Server]:
    """The running server of such a home; Django is set up and its tables are made. Server and home are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
    server = Server(home)
    url = server.start()
    try:
        os.environ |= {
            "TONGBAN_HOME": str(home),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tongban.config.settings",
        }
        ensure_database(url)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        yield server
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
