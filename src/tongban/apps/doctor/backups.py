"""Whether everything could be had back: a copy that is fresh and lies where it was laid, the keys with it, and somebody who tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tongban.apps.doctor.finding import Finding, doubt, grave
from tongban.apps.safekeeping import manifest
from tongban.apps.safekeeping.noted import Noted, noted, seal_of
from tongban.kernel.clock import local_text
from tongban.store.postgres import resolve

OLD = timedelta(hours=36)
"""A copy is made every night: one night was missed."""
REHEARSED = timedelta(days=100)
"""Once a quarter, and a week to do it in."""


def backups(home: Path, county: str, now: datetime) -> Iterator[Finding]:
    known = noted(home, county)
    if known.made is None:
        yield grave("backup_missing") if resolve(home).embedded else doubt("backup_elsewhere")
    else:
        yield from _last(known, known.made, now)
    if known.keys is None:
        yield doubt("backup_keys_missing")
    elif seal_of(home / "keys") != known.sealed:
        yield doubt("backup_keys_old", since=local_text(known.keys))
    if known.rehearsed is None:
        yield doubt("backup_unrehearsed")
    elif now - known.rehearsed > REHEARSED:
        yield doubt("backup_rehearsed_long_ago", days=(now - known.rehearsed).days)


def _last(known: Noted, made: datetime, now: datetime) -> Iterator[Finding]:
    """A copy that was moved away is none of this machine's business; one that went while its folder stands is."""
    if now - made > OLD:
        yield grave("backup_old", hours=int((now - made).total_seconds() // 3600), copy=known.copy)
    copy = Path(known.copy)
    if copy.parent.is_dir() and not (copy / manifest.NAME).is_file():
        yield grave("backup_gone", copy=known.copy)
