"""A home with a server of its own that is copied, destroyed and had back by commands, as an IT office does it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from tongban.apps.safekeeping import sealed
from tongban.store.postgres import Server

ROOT = Path(__file__).parents[1]
AT_WORK = """
import sys
from datetime import UTC, datetime
from tongban.cli.machine import django_ready
django_ready()
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.apps.office import office
from tongban.apps.shelving import files

journal = office().journal
for line in sys.stdin:
    now = datetime.now(UTC)
    answers = {"body": "The lamp before the school is out: " + line, "phone": "13800138000"}
    taken = open_case("hotline", answers, Acting(now, key=line.strip()))
    files().keep(journal, taken.case_id.encode(), "image/jpeg", now)
    print(taken.case_id, flush=True)
"""
"""Opens a case for each line, whose key it is, and says so once it is acknowledged."""


class Office:
    """A home with a server of its own, the smallest county, and a process that works in it."""

    def __init__(self, home: Path) -> None:
        self.home, self.copies = home, home.parent / "copies"
        self.environ = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "TONGBAN_HOME": str(home),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "tongban.config.settings",
            "LANG": "en_GB.UTF-8",
            sealed.PASSPHRASE: "correct horse battery staple",
        }
        self.worker: subprocess.Popen[str] | None = None

    def run(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tongban.cli.main", *words],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == status, (words, done.stdout[-3000:], done.stderr[-3000:])
        return done

    def open(self, key: str) -> str:
        """A case that was acknowledged; its id."""
        if self.worker is None:
            self.worker = subprocess.Popen(
                [sys.executable, "-c", AT_WORK],
                cwd=ROOT, env=self.environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self.worker.stdin is not None and self.worker.stdout is not None
        print(key, file=self.worker.stdin, flush=True)
        return self.worker.stdout.readline().strip()

    def rest(self) -> None:
        if self.worker is not None:
            self.worker.communicate()
            self.worker = None

    def rows(self, sql: LiteralString) -> list[tuple[object, ...]]:
        with psycopg.connect(Server(self.home).start()) as connection:
            return connection.execute(sql).fetchall()

    def chains(self) -> list[str]:
        """The opened cases in the ledger, each as often as it is there."""
        rows = self.rows("SELECT chain::text FROM store_event WHERE kind = 'step' AND seq = 1")
        return [str(row[0]) for row in rows]

    def count(self) -> int:
        return int(str(self.rows("SELECT count(*) FROM store_event")[0][0]))

    def finish_segment(self) -> None:
        """As happens by itself within minutes: what was written is in the archive, and not only on the disk that is lost."""
        [[segment]] = self.rows("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 60
        while not (self.copies / "wal" / str(segment)).exists():
            assert time.monotonic() < until
            time.sleep(0.05)

    def data(self) -> Path:
        return next(self.home.glob("postgres/*/data"))

    def destroy(self) -> None:
        """kill -9 of the whole server, its data directory and its attachments gone."""
        self.rest()
        data = self.data()
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)  # its last processes were still writing
        shutil.rmtree(self.home / "attachments")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    ground = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    ground.chmod(0o755)
    office = Office(ground / "home")
    try:
        office.run("migrate")
        office.run("county", "load", str(ROOT / "demo" / "county"))
        office.run("calendar", "import")
        office.run("practice", "adopt", "hotline", "--home", "hotline-centre")
        yield office
    finally:
        office.rest()
        Server(office.home).stop()
        shutil.rmtree(ground)
