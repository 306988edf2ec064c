"""What is known of the copies where the office is: when the last one was made and where, when the keys were last sealed, and when
a copy was last had back to see that it can be."""

from __future__ import annotations

import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.safekeeping import manifest
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused

NAME = "copies.json"
"""In the home of the office."""
SESSIONS = "django"
REHEARSED = "rehearsed.json"
"""Beside the copies: written by whoever had one back, and read here."""


class Noted(Struct, frozen=True):
    """``copy``: where the last one was laid. Moments are None where there is none. ``sealed`` tells whether the keys are still those that were sealed then."""

    copy: str = ""
    made: datetime | None = None
    keys: datetime | None = None
    sealed: str = ""
    rehearsed: datetime | None = None


class _Rehearsed(Struct, frozen=True):
    county: str
    copy: str
    at: datetime


def noted(home: Path, county: str) -> Noted:
    """What stands in the home, and what was left beside the copies since. A file that does not read says nothing."""
    found = _kept(home)
    told = _read(Path(found.copy).parent / REHEARSED, _Rehearsed) if found.copy else None
    if isinstance(told, _Rehearsed) and told.county == county:
        latest = max(told.at, found.rehearsed) if found.rehearsed else told.at
        return replace(found, rehearsed=latest)
    return found


def copied(home: Path, copy: Path | None, at: datetime, *, keys: bool) -> None:
    """A copy was made, with the keys or without; ``copy`` is None for one that stands by itself, apart from the office's own."""
    found = _kept(home)
    if copy is not None:
        found = replace(found, copy=str(copy), made=at)
    _write(home / NAME, replace(found, keys=at, sealed=seal_of(home / "keys")) if keys else found)


def seal_of(keys: Path) -> str:
    """What changes when a key comes, goes or is another one; "" without keys. The key of sessions does not count: it is made anew when it is lost."""
    files = sorted(each for each in keys.iterdir() if each.is_file()) if keys.is_dir() else []
    told = [f"{each.name} {manifest.digest_of(each)}" for each in files if each.name != SESSIONS]
    return sha256("\n".join(told).encode()).hexdigest() if told else ""


def rehearsed_here(home: Path, folder: Path, at: datetime) -> None:
    """A copy of ``folder`` was had back elsewhere, says whoever did it. Refuses a folder without copies."""
    manifest.chosen(folder, None)
    _write(home / NAME, replace(_kept(home), rehearsed=at))


def rehearsed_beside(copy: Path, county: str, at: datetime) -> Refused | None:
    """Leave beside the copies that one was had back and its ledger is as it was sealed; says so where that folder is not to be written."""
    try:
        _write(copy.parent / REHEARSED, _Rehearsed(county, copy.name, at))
    except OSError:
        return Refused("backup.rehearsal_unnoted", str(copy.parent))
    return None


def _kept(home: Path) -> Noted:
    found = _read(home / NAME, Noted)
    return found if isinstance(found, Noted) else Noted()


def _read(path: Path, shape: type[Noted] | type[_Rehearsed]) -> Noted | _Rehearsed | None:
    try:
        return shapes.read(path.read_bytes(), shape)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, value: Noted | _Rehearsed) -> None:
    made = path.with_name(f".{path.name}.{os.getpid()}")
    made.write_bytes(msgspec.json.encode(value) + b"\n")
    made.replace(path)
