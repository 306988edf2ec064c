"""The system account that the server runs as, and programs run as that account.

PostgreSQL refuses to run as root. A county's administrator often is root, so then the server runs
as an unprivileged account of its own; nobody else's process shares it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tongban.store.postgres.faults import refuse

NAME = "tongban-pg"
FALLBACKS = ("postgres", "nobody")
"""Taken when no account can be made (a read-only /etc, a container without useradd)."""

_MAKERS = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"),
    ("adduser", "-S", "-D", "-H"),  # busybox
)


class Account(Struct, frozen=True):
    """User and group numbers; ``foreign`` when they are not this process's own."""

    uid: int
    gid: int
    foreign: bool


class Outcome(Struct, frozen=True):
    """How a program ended: its exit status and everything it wrote."""

    status: int
    output: str


def account_for(data: Path) -> Account:
    """The account to run the server on ``data`` (a directory that need not exist yet).

    Not root: oneself. Root: whoever owns the data already, so that a user's own server stays theirs
    after one ``sudo``; else the account ``tongban-pg``, made if need be.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), foreign=False)
    if data.exists():
        owner = data.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid, foreign=True)
    entry = _existing(NAME) or _made(NAME)
    for name in FALLBACKS:
        entry = entry or _existing(name)
    if entry is None:
        refuse("database.no_account", NAME, account=NAME)
    return Account(entry.pw_uid, entry.pw_gid, foreign=True)


def _existing(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd | None:
    """Make the account. Tried a few times: another starter may hold the lock on /etc/passwd."""
    nologin = shutil.which("nologin") or "/bin/false"
    for maker in _MAKERS:
        if shutil.which(maker[0]) is None:
            continue
        for _ in range(5):
            subprocess.run([*maker, "-s", nologin, name], capture_output=True, check=False)
            if entry := _existing(name):
                return entry
            time.sleep(0.2)
    return None


def run(account: Account, argv: Sequence[str | Path], *, timeout: float = 300) -> Outcome:
    """Run a program as the account, in ``/``, with nothing of our environment that could steer it."""
    try:
        done = subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment(),
            timeout=timeout,
            start_new_session=True,
            check=False,
            user=account.uid if account.foreign else None,
            group=account.gid if account.foreign else None,
            extra_groups=[] if account.foreign else None,
        )
    except subprocess.TimeoutExpired as slow:
        return Outcome(124, (slow.output or b"").decode(errors="replace"))
    except OSError as fault:
        return Outcome(126, f"{argv[0]}: {fault.strerror}")
    return Outcome(done.returncode, done.stdout.decode(errors="replace"))


def environment() -> dict[str, str]:
    """A small fixed environment: messages in English for ``faults``, no PG* variable, no secret of ours."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", **kept}


def give(path: Path, account: Account, mode: int) -> None:
    """Set owner (when it is not us) and mode of one file or directory."""
    if account.foreign:
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)


def give_all(top: Path, account: Account) -> None:
    """Give a whole tree to the account (a backup restored by root belongs to root)."""
    os.chown(top, account.uid, account.gid)
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            os.lchown(Path(folder) / name, account.uid, account.gid)
