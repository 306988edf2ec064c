"""What can be seen without the database: the program and what it stands on, the home, the settings."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from tongban.apps.casework import clamd
from tongban.apps.doctor.finding import Finding, advice, doubt, grave
from tongban.apps.doctor.ready import LEAST_FREE
from tongban.store.bucket import bucket_at
from tongban.store.shelf import FOLDER, AwayError, Folder

LEAST_PYTHON = (3, 11)
LOW = 0.05
"""The part of a disk below which it is soon full."""
LEAST_SECRET = 32
"""Characters of a key that signs sessions."""
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
TRAINED = ("--enable-optimizations", "-fprofile-use", "-fprofile-instr-use")
"""What a build says of itself that was compiled after watching itself run (PGO)."""
DISTRIBUTION = "/usr"
"""Where distributions put theirs. Debian's is trained by its packaging, which its build does not tell."""


def machine(home: Path) -> Iterator[Finding]:
    yield from _program()
    yield from _home(home)
    yield from _addresses(settings.ALLOWED_HOSTS, settings.TONGBAN_PROXIES, debug=settings.DEBUG)
    yield from _scanner(settings.TONGBAN_CLAMAV)
    yield from _objects(home, settings.TONGBAN_OBJECTS)


def _program() -> Iterator[Finding]:
    if sys.version_info[:2] < LEAST_PYTHON:
        yield grave("python", version=".".join(map(str, sys.version_info[:2])))
    if not trained(sys.base_prefix, sysconfig.get_config_vars()):
        yield advice("python_plain", path=sys.base_prefix)
    try:
        wanted = metadata.requires("tongban") or []
    except metadata.PackageNotFoundError:  # run from its source
        wanted = []
    yield from dependencies(wanted)
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield grave("no_time_zones")


def trained(prefix: str, built: Mapping[str, object]) -> bool:
    """Whether an interpreter is as fast as it can be: a distribution's, or one whose build (``sysconfig``) says so."""
    said = " ".join(str(built.get(name, "")) for name in ("CONFIG_ARGS", "PY_CORE_CFLAGS", "PY_CFLAGS"))
    return prefix == DISTRIBUTION or any(each in said for each in TRAINED)


def dependencies(wanted: Sequence[str]) -> Iterator[Finding]:
    """Those that are missing, or of a version that was not meant."""
    from packaging.requirements import Requirement

    for text in wanted:
        needed = Requirement(text)
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        try:
            found = metadata.version(needed.name)
        except metadata.PackageNotFoundError:
            yield grave("dependency_missing", name=needed.name)
            continue
        if not needed.specifier.contains(found, prereleases=True):
            yield doubt("dependency_version", name=needed.name, found=found, wanted=str(needed.specifier))


def _home(home: Path) -> Iterator[Finding]:
    disk = shutil.disk_usage(home)
    free = disk.free // 10**6
    if disk.free < LEAST_FREE:
        yield grave("disk_full", free=free, home=str(home))
    elif disk.free < LOW * disk.total:
        yield doubt("disk_low", free=free, home=str(home))
    if home.stat().st_mode & 0o022:
        yield grave("home_open", home=str(home))
    yield from keys(home / "keys")
    secret = settings.SECRET_KEY
    if len(secret) < LEAST_SECRET or len(set(secret)) < 8:
        yield grave("secret_weak", least=LEAST_SECRET)


def keys(folder: Path) -> Iterator[Finding]:
    """Keys that others may read, or the program may not."""
    if not folder.is_dir():
        yield grave("keys_missing", path=str(folder))
        return
    if folder.stat().st_mode & 0o077:
        yield grave("keys_open", path=str(folder))
    for file in sorted(each for each in folder.iterdir() if each.is_file()):
        if file.stat().st_mode & 0o077:
            yield grave("keys_open", path=str(file))
        try:
            with file.open("rb") as opened:
                opened.read(1)
        except OSError:
            yield grave("keys_unreadable", path=str(file))


def _addresses(hosts: Sequence[str], proxies: Sequence[str], *, debug: bool) -> Iterator[Finding]:
    served = [each for each in hosts if each not in LOCAL]
    if debug and served:
        yield grave("debug")
    if "*" in hosts:
        yield grave("every_host")
    if "*" in proxies:
        yield grave("every_proxy")
    elif served and not proxies:
        yield doubt("no_proxy", hosts=", ".join(served))


def _scanner(address: str) -> Iterator[Finding]:
    if not address:
        yield doubt("no_scanner")
    elif isinstance(clamd.ask(address, b"tongban"), clamd.Unanswered):
        yield grave("scanner_away", address=address)


def _objects(home: Path, address: str) -> Iterator[Finding]:
    """A bucket that cannot be reached, one that keeps what was erased, and files of before that were left in the home."""
    if not address:
        return
    try:
        bucket = bucket_at(address)
        if bucket.keeps_versions():
            yield grave("objects_versions")
        left = len(set(Folder(home / FOLDER).names()) - set(bucket.names()))
        if left:
            yield grave("objects_left", n=left, home=str(home / FOLDER))
    except ImportError:
        yield grave("objects_library")
    except AwayError as fault:
        yield grave("objects_away", said=str(fault))
