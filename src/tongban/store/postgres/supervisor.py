"""Starts, finds, stops and revives the embedded PostgreSQL of one home.

The server outlives the application: it is its own session, so neither Ctrl-C nor a killed
application takes it down, and the next start finds it again. Starting takes a lock, so two
starters make one server. What it says on the way are keys of ``texts/refusals/database.yaml``.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg.pq
from msgspec import Struct
from psycopg.conninfo import make_conninfo

from tongban.kernel.refusal import RefusedError
from tongban.store.postgres.account import Account, account_for, run
from tongban.store.postgres.binaries import Binaries, find_binaries, within_reach
from tongban.store.postgres.cluster import make, move_aside, own, same_major
from tongban.store.postgres.faults import STILL_IN_USE, disk_faults_refused, refusal_from, refuse
from tongban.store.postgres.place import PORT, Place, is_cluster, make_open, place_of, prepare
from tongban.store.postgres.postmaster import Life, forget_stale, life, read
from tongban.store.postgres.url import NAME, ROLE, Url, socket_url

Say: TypeAlias = Callable[[str], None]

PATIENCE_LOCK = 300.0
PATIENCE_START = 900.0
"""Seconds. Recovery after a crash replays up to max_wal_size and must not be cut short."""
PATIENCE_STOP = 120.0
SLOW = 3.0
LARGEST_LOG = 16_000_000
_TICK = 0.01


def silent(_key: str) -> None:
    """Say nothing."""


class Running(Struct, frozen=True):
    """Accepts connections at ``url``."""

    pid: int
    major: int
    url: Url


class Starting(Struct, frozen=True):
    """Alive, but not (or not any more) taking connections: starting, recovering or stopping."""

    pid: int
    major: int


class Stopped(Struct, frozen=True):
    """Data are there, no server runs."""

    major: int


class Absent(Struct, frozen=True):
    """Nothing has been made yet."""


Status: TypeAlias = Running | Starting | Stopped | Absent


class Server:
    """The embedded server of one home; cheap to make, touches nothing until ``start``."""

    def __init__(self, home: Path, binaries: Binaries | None = None) -> None:
        self.place: Place = place_of(home)
        self._binaries = binaries

    def url(self, database: str = NAME) -> Url:
        """The address for psql, libpq and Django; the same before, while and after the server runs."""
        return socket_url(database, self.place.sockets, PORT)

    def start(self, say: Say = silent) -> Url:
        """Make sure that the server runs, making its data directory the first time; returns ``url()``.

        Refuses (``RefusedError``): data of another major version, data of another user, a full disk,
        a missing or too old PostgreSQL, a server that does not come up (with what it said).
        """
        binaries = self._binaries or find_binaries()
        with disk_faults_refused(self.place.home):
            if not self._answering(binaries.major):
                make_open(self.place.records)
                with _only_one(self.place.records / "lock"):
                    # Worked out again: whoever held the lock before may have chosen the ground.
                    self.place = place_of(self.place.home)
                    if not self._answering(binaries.major):
                        self._start(binaries, say)
        return self.url()

    def stop(self, *, fast: bool = True) -> bool:
        """Stop the server and wait for it; False when none ran.

        Fast ends open sessions (their unfinished transactions are rolled back); otherwise it waits
        for them to leave. Refuses when the server is still there after two minutes.
        """
        with disk_faults_refused(self.place.home):
            if not self.place.records.is_dir():
                return False
            with _only_one(self.place.records / "lock"):
                stopped = [self._stop(self.place.data(major), fast=fast) for major in self.place.majors()]
        return any(stopped)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Hold the home's lock while no server runs, so that nobody starts one meanwhile. Refuses while one does."""
        with disk_faults_refused(self.place.home):
            make_open(self.place.records)
            with _only_one(self.place.records / "lock"):
                if isinstance(self.status(), Running | Starting):
                    refuse("database.runs", self.place.home)
                yield

    def status(self) -> Status:
        """How things stand, without changing them."""
        with disk_faults_refused(self.place.home):
            majors = self.place.majors()
            for major in majors:
                data = self.place.data(major)
                found = read(data)
                if found and life(found.pid, data) is Life.OURS:
                    if self._answering(major):
                        return Running(found.pid, major, self.url())
                    return Starting(found.pid, major)
        return Stopped(majors[0]) if majors else Absent()

    def _answering(self, major: int) -> bool:
        """Whether our own server (not only its number, not only its socket) takes connections."""
        data = self.place.data(major)
        found = read(data)
        if not found or not found.ready or found.sockets != str(self.place.sockets):
            return False
        if life(found.pid, data) is not Life.OURS:
            return False
        address = make_conninfo(host=str(self.place.sockets), port=PORT, dbname="postgres", user=ROLE)
        return psycopg.pq.PGconn.ping(address.encode()) == psycopg.pq.Ping.OK

    def _start(self, binaries: Binaries, say: Say) -> None:
        """Start while holding the lock."""
        place, major = self.place, binaries.major
        data = place.data(major)
        same_major(place, binaries)
        account = account_for(data)
        if place.elsewhere and not place.ground.exists():
            say("database.elsewhere")
        prepare(place, account, major)
        programs = within_reach(binaries, account, place.ground)
        if not is_cluster(data):
            move_aside(data, say)
            say("database.making")
            make(place.cluster(major), data, programs, account)
        own(data, account)

        found = read(data)
        if found and life(found.pid, data) is Life.OURS:
            if found.sockets in {"", str(place.sockets)} and found.state != "stopping":
                self._wait(data, found.pid, place.log(major), 0, say)
                if self._answering(major):
                    return
            # Stopping already, or its socket was swept away or belongs to where the home once was.
            self._stop(data, fast=True)
        elif found and life(found.pid, data) is Life.OTHER and not forget_stale(data, place.sockets):
            refuse(STILL_IN_USE, data, said="", free=0)
        self._launch(programs, account, say)

    def _launch(self, programs: Binaries, account: Account, say: Say) -> None:
        """Run ``postgres`` until it is ready; waits for the last processes of a killed one to leave."""
        data, log = self.place.data(programs.major), self.place.log(programs.major)
        say("database.starting")
        until = time.monotonic() + 30
        while True:
            offset = _fresh_log(log)
            pid = _spawn(programs, account, data, self.place.sockets, log)
            try:
                self._wait(data, pid, log, offset, say)
            except RefusedError as no:
                if no.refusal.code != STILL_IN_USE or time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def _wait(self, data: Path, pid: int, log: Path, offset: int, say: Say) -> None:
        """Wait until process ``pid`` is ready; refuse with its own words when it ends before."""
        began = time.monotonic()
        told = False
        while True:
            found = read(data)
            if found and found.pid == pid and found.ready:
                return
            if life(pid, data) is not Life.OURS and not _just_spawned(began):
                raise RefusedError(refusal_from(_tail(log, offset), log, "database.start_failed"))
            waited = time.monotonic() - began
            if waited > PATIENCE_START:
                refuse("database.start_slow", log, minutes=int(PATIENCE_START) // 60)
            if waited > SLOW and not told:
                told = True
                say("database.recovering")
            time.sleep(_TICK)

    def _stop(self, data: Path, *, fast: bool) -> bool:
        found = read(data)
        if not found or life(found.pid, data) is not Life.OURS:
            return False
        os.kill(found.pid, signal.SIGINT if fast else signal.SIGTERM)
        until = time.monotonic() + PATIENCE_STOP
        while life(found.pid, data) is Life.OURS:
            if time.monotonic() > until:
                refuse("database.will_not_stop", data, pid=found.pid)
            time.sleep(_TICK)
        return True


def _just_spawned(began: float) -> bool:
    """Between fork and exec a process does not yet carry the server's command line."""
    return time.monotonic() - began < 0.1


def _spawn(programs: Binaries, account: Account, data: Path, sockets: Path, log: Path) -> int:
    """Start ``postgres`` in its own session and return its process number.

    A shell starts it in the background and ends, so that init adopts (and collects) the server
    instead of an application that may be gone tomorrow.
    """
    for left in sockets.glob(".s.PGSQL.*"):  # ours alone, and no server of ours runs
        left.unlink(missing_ok=True)
    script = 'umask 077; log=$0; "$@" >>"$log" 2>&1 </dev/null & echo $!'
    command: list[str | Path] = [programs.bin / "postgres", "-D", data, "-k", sockets, "-p", str(PORT)]
    done = run(account, ["/bin/sh", "-c", script, log, *command], timeout=60)
    if done.status != 0 or not done.output.strip().isdigit():
        raise RefusedError(refusal_from(done.output, log, "database.start_failed"))
    return int(done.output)


def _fresh_log(log: Path) -> int:
    """Put a large log aside; returns where the next words will begin (bytes)."""
    if not log.exists():
        return 0
    if log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
        return 0
    return log.stat().st_size


def _tail(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(offset, log.stat().st_size - 64_000))
        return file.read().decode(errors="replace")


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the home's lock; it is freed by the system if we are killed. Refuses after five minutes."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except PermissionError:
        refuse("database.owned_by_other", path)
    try:
        until = time.monotonic() + PATIENCE_LOCK
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    refuse("database.busy", path)
                time.sleep(_TICK)
        yield
    finally:
        os.close(lock)
