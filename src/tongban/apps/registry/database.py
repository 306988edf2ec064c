"""The database of this installation: started, stopped, migrated. What a shell may ask without knowing the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.apps.registry.progress import Say, silent
from tongban.kernel.refusal import Refused
from tongban.store.postgres import Server, ready, resolve
from tongban.store.postgres.faults import full_disk as full_disk
from tongban.store.postgres.place import place_of
from tongban.store.postgres.turns import alone


def start_database(home: Path, say: Say = silent, *, make: bool = True) -> str:
    """Make sure that the database is there; its address. Raises ``RefusedError`` with what is in the way."""
    return str(ready(home, lambda key: say(key), make=make).url)


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


@contextmanager
def setting_up(home: Path, say: Say = silent) -> Iterator[None]:
    """The turn to make tables and to fill them: of two processes that begin at once, the second waits."""
    with alone(database_url(home), "setting_up", lambda key: say(key)):
        yield


def tables_current() -> bool:
    """Whether the tables, and what is kept in them of the ledger, are those of this version."""
    return _tables_made() and _rows_made()


def tables_ahead() -> tuple[str, ...]:
    """The names of migrations that were applied and that this version does not have: tables of a later one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        wanted = _migrations()
        known = {app for app, _ in wanted}
        return tuple(name for app, name in cursor.fetchall() if app in known and (app, name) not in wanted)


def _rows_made() -> bool:
    from tongban.store.models import Derived
    from tongban.store.projection import PROJECTED

    return Derived.objects.filter(version=PROJECTED).exists()


def _migrations() -> set[tuple[str, str]]:
    """Part and name of every migration of this version."""
    from django.apps import apps

    folders = {each.label: Path(each.path) / "migrations" for each in apps.get_app_configs()}
    return {(name, file.stem) for name, folder in folders.items() for file in folder.glob("[0-9]*.py")}


def _tables_made() -> bool:
    """Whether all migrations were applied; by their names, without loading any."""
    from django.db import connection

    wanted = _migrations()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute("SELECT app, name FROM django_migrations")
        return wanted <= set(cursor.fetchall())


def migrate_database(say: Say = silent) -> int:
    """Bring the tables up to date, and the rows made from the ledger; how many migrations were applied."""
    applied = 0 if _tables_made() else _migrate()
    if not _rows_made():
        _make_rows(say)
    return applied


def _make_rows(say: Say) -> None:
    """Make all rows anew from the ledger, where there is one yet."""
    from tongban.apps.registry.upkeep import rebuild_projections
    from tongban.store.models import Derived, EventRow
    from tongban.store.projection import PROJECTED

    if EventRow.objects.exists():
        rebuild_projections(say)
    Derived.objects.update_or_create(id=1, defaults={"version": PROJECTED})


def _migrate() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False)
    return len(plan)
