"""What was taken from somebody, written outside the database as well: a restore to an earlier moment must not give it back.

One file in the home, a sealed line for each time that an account, a post, a password or a factor ended or changed. It is written
before the database has it: what is then not stored is shut once too often after a restore, never once too little. ``begun`` says
since when the list is whole: a home that lost its disk begins anew, and then nobody can vouch for what came before.
"""

from __future__ import annotations

import fcntl
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from msgspec import Struct

from tongban.apps.keyring import WITHDRAWN, cipher_of
from tongban.kernel import shapes
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Facts

BEGUN = "begun"
LEFT, POST, STAND_IN = "left", "post_ended", "stand_in_ended"
WAYS_IN = frozenset(
    {
        "password_changed", "password_reset", "factor_added", "factor_removed", "factors_reset", "recovery_codes",
        "recovery_used", "unlinked",
    }
)  # fmt: skip
"""After each of these somebody signs in otherwise than before."""
KINDS = WAYS_IN | {LEFT, POST, STAND_IN}


class Withdrawn(Struct, frozen=True):
    """``kind`` is that of the note in the ledger; ``facts`` name the post or the stand-in."""

    person: str
    kind: str
    at: datetime
    facts: Mapping[str, str] = {}


class Listed(Struct, frozen=True):
    """What a list says, oldest first. ``since``: from when on it is whole; None where no list is, or a line of it cannot be read."""

    entries: tuple[Withdrawn, ...] = ()
    since: datetime | None = None


def put_down(county: str, person: str, kind: str, facts: Facts, now: datetime) -> None:
    """One line more, on the disk when this returns. Raises ``OSError``, and then nothing was taken away either."""
    if kind in KINDS:
        told = {name: str(facts[name]) for name in ("unit", "role", "until", "id") if name in facts}
        _append(place(settings.TONGBAN_HOME, county), county, Withdrawn(person, kind, now, told))


def begin(home: Path, county: str, now: datetime) -> None:
    """From now on there is a list, if there was none."""
    if not place(home, county).exists():
        _append(place(home, county), county, Withdrawn("", BEGUN, now))


def begin_anew(home: Path, county: str, copy: Path, now: datetime) -> None:
    """The list was lost with the disk: what a copy of it says, and from now on the rest."""
    path = place(home, county)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if copy.is_file():
            path.write_bytes(copy.read_bytes())
        _append(path, county, Withdrawn("", BEGUN, now))


def listed(path: Path, county: str) -> Listed:
    """What stands in a file."""
    if not path.is_file():
        return Listed()
    found = [_read(line, county) for line in path.read_bytes().splitlines()]
    entries = tuple(each for each in found if each is not None)
    begun = [each.at for each in entries if each.kind == BEGUN]
    return Listed(entries, max(begun) if begun and len(entries) == len(found) else None)


def after(lists: Iterable[Listed], moment: datetime) -> tuple[Withdrawn, ...]:
    """What any of the lists says was taken away after a moment, each once, in order."""
    entries = [each for told in lists for each in told.entries if each.kind in KINDS and each.at > moment]
    apart = {(each.at, each.person, each.kind, tuple(sorted(each.facts.items()))): each for each in entries}
    return tuple(apart[key] for key in sorted(apart))


def place(home: Path, county: str) -> Path:
    return Path(home) / WITHDRAWN / county


def _append(path: Path, county: str, entry: Withdrawn) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = b64encode(cipher_of(county).seal(msgspec.json.encode(entry), _sealed_for(county))) + b"\n"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX)
        os.write(file, line)
        os.fsync(file)
    finally:
        os.close(file)


def _read(line: bytes, county: str) -> Withdrawn | None:
    try:
        plain = cipher_of(county).open(b64decode(line, validate=True), _sealed_for(county))
        return shapes.read(plain, Withdrawn) if plain is not None else None
    except (ValueError, msgspec.DecodeError, RefusedError):
        return None


def _sealed_for(county: str) -> str:
    return f"{WITHDRAWN}/{county}"
