"""The disk is full: what cannot be kept is refused in words, what was acknowledged stays, and when there is room work goes on."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from faults.conftest import copied, open_folder
from faults.installation import Busy, Installation, nothing_lost
from tongban.load.day import Size
from tongban.load.line import Line

ROOM = 700
"""Megabytes of the disk."""


@pytest.fixture
def small(settled: Path) -> Iterator[Installation]:
    """An installation on a disk of its own that can be filled."""
    with open_folder() as folder:
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m,mode=755", "faults", folder]
        ).returncode:
            pytest.skip("a disk of its own needs the right to mount one")
        made = Installation(copied(settled, folder / "home"))
        try:
            yield made
        finally:
            made.end()
            subprocess.run(["umount", "--lazy", folder], check=False)


def fill(path: Path) -> None:
    """Write until there is no room."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 2**16):
            pass


def test_the_disk_is_full_for_a_while(small: Installation) -> None:
    small.database()
    small.serve()
    small.work()
    busy = Busy(small, Size(80, 160, 0, 8, 9), 25)
    busy.wait_until(20)
    filler = small.home.parent / "filler"
    fill(filler)
    time.sleep(6)
    with closing(Line(small.base)) as line:
        seen = line.ask("GET", "/api/v1/health").status
    there = busy.acknowledged()
    filler.unlink()
    began = time.monotonic()
    busy.wait_until(there + 10)
    print(
        f"disk full for 6 s (health said {seen}): ten steps acknowledged {time.monotonic() - began:.1f} s after there was room"
    )
    print(nothing_lost(busy.over()))
    small.sound()
