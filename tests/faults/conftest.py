"""Faults are made on a whole installation of its own: its processes are killed, its line is cut, its disk is filled.

They take minutes, so they run by ``make faults``, not with every test.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.installation import Installation, settle

collect_ignore_glob = [] if os.environ.get("TONGBAN_FAULTS") == "1" else ["test_*.py"]


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that others may enter: the embedded database has an account of its own."""
    with tempfile.TemporaryDirectory(prefix="tongban-faults-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def settled() -> Iterator[Path]:
    """A home with the demo county's registers, people and two practices, and no case; its database is stopped."""
    with open_folder() as home:
        settle(home)
        assert not list(home.glob("postgres/**/postmaster.pid"))
        yield home


@pytest.fixture
def installation(settled: Path) -> Iterator[Installation]:
    """A copy of it for one test, at work until the test ends."""
    with open_folder() as folder:
        made = Installation(copied(settled, folder / "home"))
        try:
            yield made
        finally:
            made.end()


def copied(settled: Path, home: Path) -> Path:
    """The home once more, everything owned as it was."""
    shutil.copytree(
        settled, home, symlinks=True, ignore=shutil.ignore_patterns(".s.PGSQL.*"), dirs_exist_ok=True
    )
    for target in (home, *home.rglob("*")):
        found = (settled / target.relative_to(home)).lstat()
        os.chown(target, found.st_uid, found.st_gid, follow_symlinks=False)
    return home
