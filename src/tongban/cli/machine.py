"""What most commands need first: the home, the database and Django. Nothing here is imported by ``--help``."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from tongban.apps.acting import Acting
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused, RefusedError

SETTINGS = "tongban.config.settings"


def home() -> Path:
    """Where everything is kept that is written."""
    return Path(os.environ.get("TONGBAN_HOME") or "var").absolute()


def django_ready() -> None:
    """Set Django up; connects to nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.apps import apps

    if not apps.ready:
        # What psycopg notes while a connection breaks is told by the fault that follows.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        django.setup()


def open_up(say: Say = silent, *, make: bool = False) -> None:
    """The database running and Django set up. Only whoever sets up an office makes a new one (``make``): a command that was
    given in the wrong folder, or with a mistyped address, must not leave a second database there.

    Raises ``RefusedError`` where there is none, and with what is in the way of starting it.
    """
    from tongban.apps.registry.database import database_made, start_database

    if not make and not database_made(home()):
        raise RefusedError(no_office())
    start_database(home(), say, make=make)
    django_ready()


def no_office() -> Refused:
    """Why nothing can be done here: no office was ever made, or its keys are here and its database is gone."""
    gone = any((home() / "keys").glob("*.signing"))
    return Refused("cli.only_keys" if gone else "cli.no_office", "TONGBAN_HOME", {"home": str(home())})


def operator(language: str) -> Acting:
    """Whoever has the shell of this machine acts as the system: they could read every file anyway."""
    return Acting(datetime.now(UTC), SYSTEM, language=language)
