"""The database of this installation: started, stopped, migrated. What a shell may ask without knowing the store."""

from __future__ import annotations

from pathlib import Path

from tongban.apps.registry.progress import Say, silent
from tongban.kernel.refusal import Refused
from tongban.store.postgres import Server, ready, resolve
from tongban.store.postgres.place import place_of


def start_database(home: Path, say: Say = silent) -> str:
    """Make sure that the database is there; its address. Raises ``RefusedError`` with what is in the way."""
    return str(ready(home, lambda key: say(key)).url)


def stop_database(home: Path) -> bool | Refused:
    """Stop the embedded server; False when none ran. Refuses a served database: it is not ours to stop."""
    if not resolve(home).embedded:
        return Refused("cli.not_embedded", "DATABASE_URL")
    return Server(home).stop()


def database_url(home: Path) -> str:
    """What ``psql`` takes; connects to nothing."""
    return str(resolve(home).url)


def database_made(home: Path) -> bool:
    """Whether there is a database to be asked: a served one was named, or an embedded one was made here."""
    return not resolve(home).embedded or bool(place_of(home).majors())


def migrate_database() -> int:
    """Bring the tables up to date; how many migrations were applied."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return len(plan)
