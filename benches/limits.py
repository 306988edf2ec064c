"""What this machine can do at best, measured in the same run as the figures that are held against it."""

from __future__ import annotations

import re
import subprocess
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from tongban.store.postgres import Server, find_binaries

INSERT = "INSERT INTO floor (body) VALUES (repeat('x', 800));\n"


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

    def tpcb(self, clients: int, seconds: int) -> float:
        """TPC-B-like transactions a second, pgbench's default script and protocol."""
        return self._rate("-c", str(clients), "-j", "2", "-T", str(seconds), self.bench)

    def insert(self, clients: int, seconds: int) -> float:
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

    def _rate(self, *arguments: str) -> float:
        found = re.search(r"tps = ([0-9.]+)", self._run("pgbench", *arguments))
        assert found
        return float(found[1])


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
