"""What this machine can do at best, measured in the same run as the figures that are held against it."""

from __future__ import annotations

import os
import re
import resource
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tongban.store.postgres import Running, Server, find_binaries

TICKS = os.sysconf("SC_CLK_TCK")
INSERT = "INSERT INTO floor (body) VALUES (repeat('x', 800));\n"


class Rate(NamedTuple):
    """How many a second, and microseconds of processor time for each: at the clients and in the server.

    On a busy machine the rate falls with what others do; the processor time says what the work costs.
    """

    a_second: float
    client: float
    server: float


class Bench:
    """pgbench against a database of its own on the server under test."""

    def __init__(self, home: Path) -> None:
        self.server = Server(home)
        self.url = self.server.start()
        self.home = home
        near = find_binaries().bin
        found = [near, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
        self.bin = next(path for path in found if (path / "pgbench").exists())
        place = self.server.url("postgres")
        self._run("psql", "-q", "-c", "DROP DATABASE IF EXISTS bench", place)
        self._run("psql", "-q", "-c", "CREATE DATABASE bench", place)
        self.bench = self.server.url("bench")
        self._run("pgbench", "-i", "-q", "-s", "10", self.bench)
        self._run("psql", "-q", "-c", "CREATE TABLE floor (n bigserial PRIMARY KEY, body text)", self.bench)
        (home / "floor.sql").write_text(INSERT)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.bin / program), *arguments], capture_output=True, text=True, check=True, timeout=600
        )
        return done.stdout

    def tpcb(self, clients: int, seconds: int) -> Rate:
        """TPC-B-like transactions a second, pgbench's default script and protocol."""
        return self._rate("-c", str(clients), "-j", "2", "-T", str(seconds), self.bench)

    def insert(self, clients: int, seconds: int) -> Rate:
        """Transactions a second that only insert one row: the floor of any durable write."""
        script = str(self.home / "floor.sql")
        return self._rate(
            "-n",
            "-f",
            script,
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(seconds),
            self.bench,
        )

    def _rate(self, *arguments: str) -> Rate:
        clients = resource.getrusage(resource.RUSAGE_CHILDREN)
        server = self.server_cpu()
        said = self._run("pgbench", *arguments)
        server = self.server_cpu() - server
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - clients.ru_utime - clients.ru_stime
        tps = re.search(r"tps = ([0-9.]+)", said)
        done = re.search(r"actually processed: ([0-9]+)", said)
        assert tps and done
        return Rate(float(tps[1]), 1e6 * spent / int(done[1]), 1e6 * server / int(done[1]))

    def server_cpu(self) -> float:
        return server_cpu(self.server)()


def server_cpu(server: Server) -> Callable[[], float]:
    """Seconds of processor time that the server's processes have spent, those that ended too; asked again and again."""
    status = server.status()
    assert isinstance(status, Running)

    def spent() -> float:
        seconds = 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = path.parent.name, path.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(pid) == status.pid:
                seconds += sum(map(int, rest[11:15])) / TICKS
            elif int(rest[1]) == status.pid:
                seconds += sum(map(int, rest[11:13])) / TICKS
        return seconds

    return spent


def raw_hashing(bodies: list[bytes]) -> float:
    """Seconds to hash these bytes, one SHA-256 for each body, in one process."""
    began = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - began


def openssl(size: int) -> float:
    """Bytes a second that OpenSSL hashes in blocks of this size, without Python."""
    done = subprocess.run(
        ["openssl", "speed", "-bytes", str(size), "-seconds", "1", "sha256"], capture_output=True, text=True
    )
    found = re.search(r"sha256\s+([0-9.]+)k", done.stdout)
    return float(found[1]) * 1000 if found else 0.0
