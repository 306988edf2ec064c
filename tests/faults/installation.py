"""An installation of the product as an office has it: a database, a web server, a worker, each a process that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from msgspec.structs import replace

from tongban.load.crew import Lines, signed_in
from tongban.load.day import Size, day_of
from tongban.load.line import Line
from tongban.load.playing import Play
from tongban.load.run import Played, play
from tongban.load.setting import setting_of

HOST = "127.0.0.1"
PASSWORD = "tongban-demo"
PATIENCE = 90.0
TESTS = Path(__file__).parents[1]
STAFF = ("fantugen", "xuqiuju", "shaochanggen", "zhengjinhua", "gonghongwei", "jilindi", "tongshuixian")
TEXTS = ("城东菜市场后门的下水道堵了一个星期，污水流到路上。", "路灯坏了三天没人修，晚上出门看不见路。")


def settle(home: Path) -> None:
    """Set a county up in a home, and stop its database."""
    run(home, {}, "database", "start")
    run(home, {}, "migrate")
    script = "import django; django.setup(); from desk_ground import settle_county; settle_county()"
    environ = environment(home, {}) | {"DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    subprocess.run([sys.executable, "-c", script], env=environ, check=True, cwd=TESTS)
    run(home, {}, "database", "stop")


def environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    path = os.pathsep.join((str(TESTS), str(TESTS.parent / "src"), os.environ.get("PYTHONPATH", "")))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_"))
    }
    return {
        **kept,
        "PYTHONPATH": path,
        "PYTHONUTF8": "1",
        "TONGBAN_HOME": str(home),
        "TONGBAN_API_LIMITS": "0",
        **more,
    }


def run(home: Path, more: Mapping[str, str], *command: str) -> str:
    """A command of the shell; what it said. Raises where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tongban.cli.main", "--language=en", *command],
        env=environment(home, more),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"tongban {' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


class Installation:
    """``more`` are settings beside its home. Everything that was started ends with ``end``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.more: dict[str, str] = {}
        self.url = ""
        self.running: list[subprocess.Popen[bytes]] = []
        self.lines: list[Lines] = []
        with socket.socket() as trial:
            trial.bind((HOST, 0))
            self.port = int(trial.getsockname()[1])
        self.base = f"http://{HOST}:{self.port}"

    def database(self) -> str:
        """Start the database; its address."""
        run(self.home, {}, "database", "start")
        self.url = run(self.home, {}, "database", "url").strip()
        return self.url

    def serve(self) -> subprocess.Popen[bytes]:
        """The pages, by two processes; returns when they answer."""
        process = self._started("serve", f"--port={self.port}", "--workers=2")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with closing(Line(self.base)) as line:
                if line.ask("GET", "/api/v1/health").status == 200:
                    return process
            time.sleep(0.1)
        raise RuntimeError(self.log())

    def work(self) -> subprocess.Popen[bytes]:
        return self._started("work")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """At once, with everything that it started: no process gets to say goodbye."""
        for pid in [*descendants(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(30)
        self.running.remove(process)

    def kill_database(self) -> None:
        """The postmaster; its children end by themselves when they find it gone."""
        [found] = self.home.glob("postgres/**/postmaster.pid")
        os.kill(int(found.read_text().split()[0]), signal.SIGKILL)

    def say(self, *command: str) -> str:
        return run(self.home, self.more, *command)

    def sound(self) -> None:
        """The whole ledger verifies, and what is derived from it is what it should be. Raises where it is not."""
        self.say("ledger", "checkpoint")
        self.say("ledger", "verify")

    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")[-4000:]

    def end(self) -> None:
        for process in list(self.running):
            self.kill(process)
        for each in self.lines:
            each.close()
        with suppress(RuntimeError):
            run(self.home, {}, "database", "stop")

    def _started(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tongban.cli.main", *command],
                env=environment(self.home, self.more),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        return process


def descendants(pid: int) -> list[int]:
    """Everything that a process started, the youngest first."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(
                int(path.parent.name)
            )
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found[::-1]


class Busy:
    """A day that is being played while something happens to the installation."""

    def __init__(self, made: Installation, size: Size, seconds: float, hands: int = 8) -> None:
        self.lines = Lines(made.base, here=True, pretend=False)
        made.lines.append(self.lines)
        crew = signed_in(made.base, STAFF, PASSWORD)
        self.play = Play(self.lines, crew, setting_of(self.lines, crew, TEXTS, ["hotline"]), 1)
        day = day_of(size, seconds, 1)
        self.played: Played | None = None
        self.thread = Thread(target=self._run, args=(day, hands), daemon=True)
        self.thread.start()

    def _run(self, day: Sequence[Any], hands: int) -> None:
        self.played = play(self.play, day, hands, lambda _done, _of: None)

    def wait_until(self, acknowledged: int) -> None:
        """Until so many steps were acknowledged."""
        until = time.monotonic() + PATIENCE
        while self.acknowledged() < acknowledged:
            assert time.monotonic() < until, self.acknowledged()
            time.sleep(0.02)

    def acknowledged(self) -> int:
        with self.play.kept.lock:
            return sum(sum(each.values()) for each in self.play.kept.took.values())

    def over(self) -> Played:
        """When the day is over: what it was like, with everything read again."""
        self.thread.join()
        assert self.played is not None
        return replace(self.played, checked=self.play.kept.check(self.lines, 1_000_000))


def nothing_lost(played: Played) -> str:
    """Asserts that all that was acknowledged is there, once; says how much that is."""
    checked = played.checked
    assert checked is not None
    assert (checked.lost, checked.twice) == ((), ()), checked
    assert checked.unseen == 0, checked
    assert checked.steps > 0
    return f"{checked.cases} cases and {checked.steps} steps acknowledged, 0 lost, 0 twice; sent again {played.again}"
