"""A worker of tests as a process of its own: real queue, real database, and jobs that can be made to hang, fail or kill.

Run as a program it works until it is ended. What its jobs did stands in ``did`` in the home, a line each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import make_conninfo

TESTS = Path(__file__).resolve().parent
HANG, FAIL, KILL = "hang", "fail", "kill"


def home() -> Path:
    return Path(os.environ["TONGBAN_HOME"])


def note(what: str) -> None:
    with (home() / "did").open("a") as file:
        file.write(f"{what} {os.getpid()}\n")


def slow(now: datetime) -> int:
    note("slow-begun")
    while (home() / HANG).exists():
        time.sleep(0.02)
    note("slow-done")
    return 1


def poisoned(now: datetime) -> int:
    if (home() / FAIL).exists():
        raise ValueError("张三 13800138000 must not be kept")
    if (home() / KILL).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return 1


def quick(now: datetime) -> int:
    note("quick-done")
    return 1


def started(folder: Path, worker: str = "one") -> subprocess.Popen[str]:
    """A worker on the database of this test."""
    from django.db import connection

    parts = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    url = make_conninfo("", dbname=parts["NAME"], user=parts["USER"], host=parts["HOST"], port=parts["PORT"] or None, password=parts["PASSWORD"] or None)  # fmt: skip
    query = "&".join(each.replace("'", "") for each in url.split(" "))
    environ = {
        **os.environ,
        "TONGBAN_HOME": str(folder),
        "DATABASE_URL": f"postgresql://?{query}",
        "PYTHONPATH": os.pathsep.join((str(TESTS.parent / "src"), str(TESTS))),
    }
    return subprocess.Popen(
        [sys.executable, str(TESTS / "jobs_ground.py"), worker],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def lines(folder: Path, what: str = "") -> list[str]:
    file = folder / "did"
    return [
        line for line in (file.read_text().splitlines() if file.exists() else []) if line.startswith(what)
    ]


def until(true: Callable[[], object], seconds: float = 180) -> None:
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.config.settings"
    django.setup()
    from tongban.apps.jobs import listed

    listed.JOBS = (
        listed.Job("slow", "jobs_ground:slow", 1, limit=300, urgent=1),
        listed.Job("poisoned", "jobs_ground:poisoned", 1, tries=3),
        listed.Job("quick", "jobs_ground:quick", 1, queue="outside"),
        listed.Job("hasty", "jobs_ground:slow", 3600, limit=1, tries=1) if sys.argv[1] == "hasty" else listed.Job("still", "jobs_ground:quick", 3600),
        *(each for each in listed.JOBS if each.on_append),
    )  # fmt: skip
    from tongban.apps.jobs import running, worker

    running.FIRST_WAIT = 1
    worker.HEARTBEAT, worker.SILENT, worker.TAKE_OVER, worker.LEAVE = 0.5, 3.0, 1.0, 2.0
    made = worker.Worker(lambda key, facts: print(key, dict(facts), flush=True), every=1)
    signal.signal(signal.SIGTERM, lambda *_: made.stop())
    print("begins", flush=True)
    made.run()


if __name__ == "__main__":
    main()
