"""Hosts as network namespaces on one bridge, and what runs on them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

BRIDGE = "tbfo"
NET = "10.78.93"
LOCKED = Path(__file__).resolve().parents[2] / "requirements" / "patroni.txt"
NEEDED = {
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "ip": "iproute2",
    "runuser": "util-linux",
}


def install() -> None:
    """Debian's packages, if a program is missing. No service of theirs is started."""
    missing = sorted({package for program, package in NEEDED.items() if shutil.which(program) is None})
    if not postgres_bin():
        missing.append("postgresql")
    if subprocess.run(
        ["/usr/bin/python3", "-m", "ensurepip", "--version"], capture_output=True, check=False
    ).returncode:
        missing.append("python3-venv")
    if missing:
        environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
        for words in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            subprocess.run(["apt-get", *words], env=environment, check=True, stdout=subprocess.DEVNULL)


def patroni(folder: Path) -> Path:
    """Patroni as the manual lays it: what ``requirements/patroni.txt`` locks, in an environment that every user may read."""
    subprocess.run(["/usr/bin/python3", "-m", "venv", str(folder)], check=True)
    words = [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-q",
        "--require-hashes",
        "-r",
        str(LOCKED),
    ]
    subprocess.run([str(folder / "bin" / "python"), *words], check=True)
    return folder / "bin" / "patroni"


def postgres_bin() -> Path | None:
    """Debian's newest PostgreSQL programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


class Host:
    """One namespace with an address of its own. ``folder`` holds what its programs write."""

    def __init__(self, name: str, number: int, ground: Path) -> None:
        self.name, self.space, self.address = name, f"{BRIDGE}-{name}", f"{NET}.{number}"
        self.link = f"{BRIDGE}{number}"
        self.folder = ground / name
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.running: list[subprocess.Popen[bytes]] = []

    def raise_up(self) -> None:
        ip("netns", "add", self.space)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("link", "set", self.link, "master", BRIDGE, "up")
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.space, "link", "set", "eth0", "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    def start(
        self, words: Sequence[str | Path], *, user: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A program on this host, its words in a log of its own."""
        program = Path(str(words[0])).name
        command = ["ip", "netns", "exec", self.space]
        command += ["runuser", "-u", user, "--"] if user else []
        with (self.folder / f"{program}.log").open("ab") as log:
            started = subprocess.Popen(
                [*command, *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(environment) if environment is not None else None,
                start_new_session=True,
            )
        self.running.append(started)
        return started

    def run(self, words: Sequence[str | Path], environment: Mapping[str, str]) -> str:
        done = subprocess.run(
            ["ip", "netns", "exec", self.space, *map(str, words)],
            env=dict(environment), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{words}: {done.stdout[-1500:]} {done.stderr[-3000:]}")
        return done.stdout

    def processes(self) -> list[int]:
        said = subprocess.run(
            ["ip", "netns", "pids", self.space], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in said.stdout.split()]

    def kill(self) -> None:
        """Signal 9 for every process of the host, as when its power goes."""
        for _ in range(3):
            for pid in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for each in self.running:
            each.wait(30)
        self.running.clear()

    def cut(self) -> None:
        """Nothing comes in or goes out any more."""
        ip("link", "set", self.link, "down")

    def mend(self) -> None:
        ip("link", "set", self.link, "up")

    def tear_down(self) -> None:
        self.kill()
        ip("link", "del", self.link, may_fail=True)
        ip("netns", "del", self.space, may_fail=True)


def ip(*words: str, may_fail: bool = False) -> None:
    subprocess.run(["ip", *words], check=not may_fail, capture_output=may_fail)


def lay_bridge() -> None:
    """The bridge; what an interrupted run left of it goes first."""
    for link in (BRIDGE, *(f"{BRIDGE}{n}" for n in range(10, 13))):
        ip("link", "del", link, may_fail=True)
    ip("link", "add", BRIDGE, "type", "bridge")
    ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")


def take_bridge() -> None:
    ip("link", "del", BRIDGE, may_fail=True)
