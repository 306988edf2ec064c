"""The running server as seen from outside: its pid file and its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from msgspec import Struct

PROC = Path("/proc")


class Life(Enum):
    """What a process number stands for: this server, no process at all, or somebody else's."""

    OURS = "ours"
    GONE = "gone"
    OTHER = "other"


class Postmaster(Struct, frozen=True):
    """What ``postmaster.pid`` says. ``sockets`` and ``state`` are empty while the server begins."""

    pid: int
    sockets: str
    state: str

    @property
    def ready(self) -> bool:
        return self.state == "ready"


def read(data: Path) -> Postmaster | None:
    """The pid file of a data directory; None when there is none (or not yet a line of it)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].strip().lstrip("-").isdigit():
        return None
    lines += [""] * (8 - len(lines))
    # A single-user backend notes its number with a minus sign.
    return Postmaster(abs(int(lines[0])), lines[4].strip(), lines[7].strip())


def life(pid: int, data: Path) -> Life:
    """Whether process ``pid`` is the server of ``data``.

    A number alone proves nothing: after a restart of the machine or container it soon belongs to
    another process, and a killed server whose parent never collected it stays as a zombie.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return Life.GONE
    except PermissionError:
        return Life.OTHER
    command, zombie = _command(pid)
    if zombie:
        return Life.OTHER
    return Life.OURS if str(data) in command or _folder(pid) == str(data) else Life.OTHER


def _command(pid: int) -> tuple[str, bool]:
    """The command line of a process, and whether it is a zombie."""
    if sys.platform == "linux":
        try:
            state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
            command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
        except (OSError, IndexError):
            return "", False
        return os.fsdecode(command), state in {"Z", "X"}
    said = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return said, said.startswith("Z")


def _folder(pid: int) -> str:
    """The working directory of a process (a server works in its data directory); "" if unknown."""
    try:
        return str((PROC / str(pid) / "cwd").readlink())
    except OSError:
        return ""


def _processes_in(data: Path) -> Iterator[int]:
    if PROC.is_dir():
        for entry in PROC.iterdir():
            if entry.name.isdigit() and _folder(int(entry.name)) == str(data):
                yield int(entry.name)


def forget_stale(data: Path, sockets: Path, patience: float = 30) -> bool:
    """Remove the lock files of a dead server whose number now belongs to another process.

    PostgreSQL looks at the number only and would refuse to start. Its other guard, the shared
    memory noted in the same file, goes with the file; so first every process of the old server
    must have left the data directory. Returns False when one stays longer than ``patience`` seconds.
    """
    until = time.monotonic() + patience
    while any(_processes_in(data)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)
    for lock in sockets.glob(".s.PGSQL.*"):
        lock.unlink(missing_ok=True)
    return True
