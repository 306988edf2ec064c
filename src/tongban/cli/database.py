"""``tongban database``, ``tongban migrate``."""

from __future__ import annotations

import argparse

from tongban.apps.registry.database import (
    database_url,
    migrate_database,
    setting_up,
    start_database,
    stop_database,
)
from tongban.cli.beside import beside
from tongban.cli.machine import home, open_up
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def start(voice: Voice, _: argparse.Namespace) -> int:
    with progress(voice) as say:
        url = start_database(home(), say)
    voice.write(url)
    return 0


def stop(voice: Voice, _: argparse.Namespace) -> int:
    """Stop it, and that of the demo's neighbour, which lives below."""
    stopped = stop_database(home())
    if isinstance(stopped, Refused):
        return voice.refuse(stopped)
    if beside().is_dir():
        also = stop_database(beside())
        stopped = stopped or also is True
    voice.say("database.stopped" if stopped else "database.not_running")
    return 0


def url(voice: Voice, _: argparse.Namespace) -> int:
    voice.write(database_url(home()))
    return 0


def migrate(voice: Voice, _: argparse.Namespace) -> int:
    with progress(voice) as say:
        open_up(say, make=True)
        with setting_up(home(), say):
            applied = migrate_database(say)
    voice.say("database.migrated" if applied else "database.up_to_date", n=applied)
    return 0
