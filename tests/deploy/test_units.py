"""systemd reads the units as they are meant, each with the drop-in that says whom it may speak to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
HELD = ("tongban-serve@", "tongban-work", "tongban-backup", "tongban-attachments")

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed here"
)


def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    units = []
    for each in (*UNITS.glob("*.service"), *UNITS.glob("*.timer")):
        units.append(tmp_path / each.name)
        units[-1].write_text(each.read_text("utf-8").replace("/opt/tongban/.venv/bin/tongban", "/bin/true"))
    for name in HELD:
        drop_in = tmp_path / f"{name}.service.d" / "outgoing.conf"
        drop_in.parent.mkdir()
        drop_in.write_bytes((UNITS / "outgoing.conf").read_bytes())
    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert (told.stdout + told.stderr, told.returncode) == ("", 0)


def test_the_database_may_write_its_log_beside_the_copies() -> None:
    """It archives what it writes, by itself: the service of the nightly copy only tells it where to."""
    copying = (UNITS / "tongban-backup.service").read_text("utf-8")
    copies = copying.partition("tongban backup ")[2].split()[0]
    database = (UNITS / "tongban-database.service").read_text("utf-8")
    assert "ProtectSystem=strict" in database and f"ReadWritePaths=-{copies}\n" in database


def test_every_unit_that_speaks_to_others_is_named_for_the_drop_in() -> None:
    manual = (UNITS.parents[1] / "docs" / "how-to" / "single-server.md").read_text("utf-8")
    assert f"for unit in {' '.join(HELD)}; do" in manual
