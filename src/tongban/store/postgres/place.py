"""Where the embedded server keeps its data and its socket.

Normally below the home: ``postgres/<major>/data``, ``postgres/<major>/server.log``, ``postgres/run``.
Two things may force it elsewhere, each by a rule that every process works out alike:

- root with a home below a closed directory: the server's account could not reach its data, so they
  go to ``/var/lib/tongban-<digest>``, noted in ``postgres/elsewhere``;
- a home whose path is longer than a Unix socket's name may be: the socket goes to ``/tmp/tongban-<digest>``.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from msgspec import Struct

from tongban.store.postgres.account import Account, give
from tongban.store.postgres.faults import refuse

PORT = 5432
"""Part of the socket's file name only; the directory is ours alone, so it need not vary."""
LONGEST_SOCKET = 103
"""Bytes: sun_path holds 108 on Linux and 104 on macOS, with a closing NUL."""

ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 (each is checked for owner and mode)
SHORT = Path("/tmp")  # noqa: S108 (not tempfile's: all processes must agree whatever their TMPDIR)


class Place(Struct, frozen=True):
    """Paths of one home's server. ``ground`` holds one directory a major version."""

    home: Path
    ground: Path
    sockets: Path

    @property
    def records(self) -> Path:
        return self.home / "postgres"

    @property
    def elsewhere(self) -> bool:
        return self.ground != self.records

    def cluster(self, major: int) -> Path:
        return self.ground / str(major)

    def data(self, major: int) -> Path:
        return self.cluster(major) / "data"

    def log(self, major: int) -> Path:
        return self.cluster(major) / "server.log"

    def majors(self) -> tuple[int, ...]:
        """Major versions with a finished data directory, newest first."""
        return tuple(sorted((m for m in _numbered(self.ground) if is_cluster(self.data(m))), reverse=True))


def is_cluster(data: Path) -> bool:
    """Whether a directory is a whole database cluster (not a half-made one)."""
    return (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()


def place_of(home: Path) -> Place:
    """Work out the place for a home; touches nothing. Refuses when the noted elsewhere has gone."""
    home = home.absolute().resolve()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    ground = _ground(home, digest)
    sockets = ground / "run"
    if len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
        sockets = SHORT / f"tongban-{digest}"
    return Place(home, ground, sockets)


def _ground(home: Path, digest: str) -> Path:
    own = home / "postgres"
    note = own / "elsewhere"
    try:
        if note.is_file():
            ground = Path(note.read_text().strip())
            if not ground.is_dir():
                refuse("database.data_missing", note, path=str(ground))
            return ground
        if os.geteuid() != 0 or _numbered(own) or open_to_all(own):
            return own
    except PermissionError:
        refuse("database.owned_by_other", own)
    parent = next((path for path in ELSEWHERE if open_to_all(path) and os.access(path, os.W_OK)), None)
    if parent is None:
        refuse("database.closed_home", home)
    return parent / f"tongban-{digest}"


def _numbered(ground: Path) -> list[int]:
    """Numbers of the version directories below ``ground`` (none when it does not exist)."""
    if not ground.is_dir():
        return []
    return [int(path.name) for path in ground.iterdir() if path.name.isascii() and path.name.isdigit()]


def open_to_all(path: Path) -> bool:
    """Whether any account may pass through the path and its parents, as far as they exist."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents) if part.exists())


def prepare(place: Place, account: Account, major: int) -> None:
    """Make the directories: those above are open to pass, the cluster's own and the socket's are 0700."""
    make_open(place.ground)
    if place.elsewhere:
        make_open(place.records)
        (place.records / "elsewhere").write_text(f"{place.ground}\n")
    for private in (place.cluster(major), place.sockets):
        private.mkdir(mode=0o700, exist_ok=True)
        made = private.lstat()
        if not stat.S_ISDIR(made.st_mode) or made.st_uid not in {account.uid, os.geteuid()}:
            refuse("database.owned_by_other", private)
        give(private, account, 0o700)


def make_open(path: Path) -> None:
    """Make a directory and its missing parents so that another account can pass, whatever the umask."""
    for missing in reversed([part for part in (path, *path.parents) if not part.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(0o755)
