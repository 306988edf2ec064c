"""Starting time: from the command to the first page.

    python -m benches.bench_start [--volume 20] [--rounds 3]

A demo county is set up once (the volume makes no difference to what is measured), then ``tongban demo`` is
started again and again, the database stopped in between, and a page is asked for until it comes. Beside it
stands what cannot be saved: an interpreter that does nothing, one that imports Django, and the start of
PostgreSQL alone. Goal: under 3 seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benches.doors import HOST, wait_for

from tongban.store.postgres import Server

GOAL = 3.0
DEMO = [sys.executable, "-m", "tongban.cli.main", "demo"]
ALONE = {
    "an interpreter": "pass",
    "an interpreter with Django": "import django.core.handlers.wsgi",
    "the whole application, imported": "from tongban.config.wsgi import application; import tongban.config.urls",
}


def seconds(act: object) -> float:
    began = perf_counter()
    act()  # type: ignore[operator]
    return perf_counter() - began


def start(environ: dict[str, str]) -> float:
    """Start the demo that is set up, wait for its first page, end it; seconds to the page."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port = int(trial.getsockname()[1])
    began = perf_counter()
    process = subprocess.Popen([*DEMO, "--port", str(port)], env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        return perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--volume", type=int, default=20)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
    environ = {**os.environ, "TONGBAN_HOME": str(home)}
    environ.pop("DATABASE_URL", None)
    server = Server(home)
    figures: dict[str, float] = {}
    try:
        filling = [*DEMO, "--no-serve", "--volume", str(chosen.volume)]
        figures["first_set_up"] = seconds(
            lambda: subprocess.run(filling, env=environ, check=True, stdout=subprocess.DEVNULL, timeout=600)
        )
        print(f"set up once (volume {chosen.volume} %): {figures['first_set_up']:.1f} s")
        for name, code in ALONE.items():
            run = [sys.executable, "-c", code]
            settings = {**environ, "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
            figures[name] = median(
                seconds(lambda run=run, settings=settings: subprocess.run(run, env=settings, check=True))
                for _ in range(chosen.rounds)
            )
        starts, warm, database = [], [], []
        for _ in range(chosen.rounds):
            server.stop()
            starts.append(start(environ))
            warm.append(start(environ))
            server.stop()
            database.append(seconds(server.start))
        figures |= {
            "PostgreSQL alone": median(database),
            "demo": median(starts),
            "demo, database up": median(warm),
        }
        for name, taken in figures.items():
            if name != "first_set_up":
                print(f"  {name:36}{taken:6.2f} s{'' if taken < GOAL else '  over'}")
        print(json.dumps({name: round(taken, 3) for name, taken in figures.items()}))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
