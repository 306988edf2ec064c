"""Making a database cluster so that a half-made one is never taken for a whole one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from tongban.kernel.refusal import RefusedError
from tongban.store.postgres.account import Account, give, give_all, run
from tongban.store.postgres.binaries import Binaries
from tongban.store.postgres.faults import refusal_from, refuse
from tongban.store.postgres.place import Place
from tongban.store.postgres.tuning import ACCESS, configuration, machine_memory
from tongban.store.postgres.url import ROLE


def same_major(place: Place, binaries: Binaries) -> None:
    """Refuse when the only data here were made by another major version: never start beside them."""
    majors = place.majors()
    if binaries.major in majors:
        version = (place.data(binaries.major) / "PG_VERSION").read_text()
        majors = (int(version.split(".")[0]),)
    others = [major for major in majors if major != binaries.major]
    if others:
        where = place.data(binaries.major if binaries.major in place.majors() else others[0])
        refuse("database.other_major", where, found=others[0], have=binaries.major)


def move_aside(data: Path, say: Callable[[str], None]) -> None:
    """Put a half-made data directory out of the way. It is kept: nobody knows what is in it."""
    if not data.exists():
        return
    if not any(data.iterdir()):
        data.rmdir()
        return
    say("database.moved_aside")
    data.rename(data.with_name(f"data.unfinished-{secrets.token_hex(4)}"))


def make(cluster: Path, data: Path, programs: Binaries, account: Account) -> None:
    """Make a data directory: under another name until it is whole and on disk, then renamed.

    So a half-made one is never taken for a whole one, however the making was interrupted. Its name
    is new each time, because the ``initdb`` of a killed starter may still be writing to the last.
    """
    for abandoned in cluster.glob("making-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    fresh = cluster / f"making-{secrets.token_hex(4)}"
    options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--data-checksums", f"--username={ROLE}"]
    options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    if _has_utf8_ctype(account):
        options.append("--lc-ctype=C.UTF-8")  # order stays by code point; letters beyond ASCII are letters
    try:
        _initdb(programs, account, cluster, "-D", fresh, *options)
        (fresh / "conf.d").mkdir()
        (fresh / "conf.d" / "10-tongban.conf").write_text(configuration(machine_memory()))
        (fresh / "pg_hba.conf").write_text(ACCESS)
        with (fresh / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude_dir = 'conf.d'\n")
        give(fresh / "conf.d", account, 0o700)
        give(fresh / "conf.d" / "10-tongban.conf", account, 0o600)
        # Written without waiting for the disk, then put on it once, our own files included.
        _initdb(programs, account, cluster, "-D", fresh, "--sync-only")
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)  # above all on a full disk
        raise
    fresh.rename(data)
    _sync_folder(cluster)


def _initdb(programs: Binaries, account: Account, cluster: Path, *options: str | Path) -> None:
    done = run(account, [programs.bin / "initdb", *options])
    if done.status != 0:
        raise RefusedError(refusal_from(done.output, cluster, "database.make_failed"))


def _sync_folder(folder: Path) -> None:
    """Put a rename on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _has_utf8_ctype(account: Account) -> bool:
    return bool({"C.UTF-8", "C.utf8"} & set(run(account, ["locale", "-a"], timeout=20).output.split()))


def own(data: Path, account: Account) -> None:
    """PostgreSQL wants its data owned by the account that runs it and closed to others."""
    owner = data.stat()
    if account.foreign and owner.st_uid != account.uid:
        give_all(data.parent, account)
    elif owner.st_uid != account.uid:
        refuse("database.owned_by_other", data)
    if owner.st_mode & 0o027:
        data.chmod(0o700)
