"""Measurements for Prometheus: of all processes of this machine together, and of the county as its database knows it.

Each process writes into files of its own below the home, so that whichever process is asked can answer for all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER = "metrics"
REQUESTS, PARTS, REFUSALS = "tongban_request_seconds", "tongban_part_seconds", "tongban_refusals_total"
JOBS, FAILED = "tongban_job_seconds", "tongban_jobs_failed_total"
MEASURED = (REQUESTS, PARTS, REFUSALS, JOBS, FAILED)
"""What processes count by themselves; ``state.STATE`` names what the database knows."""
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_folders: list[Path] = []
JOB = "job:"
"""Before the name of a job, among the names of parts."""


class Figures:
    """A watcher that counts. Made once a process, before it forks."""

    def __init__(self, home: Path) -> None:
        self.folder = _only(home)
        from prometheus_client import CollectorRegistry, Counter, Histogram

        own = CollectorRegistry()
        self.requests = Histogram(
            REQUESTS, "Seconds of a request", ("route", "method", "status"), buckets=BUCKETS, registry=own
        )
        self.parts = Histogram(PARTS, "Seconds of a part of a step", ("part",), buckets=BUCKETS, registry=own)
        self.refusals = Counter(REFUSALS.removesuffix("_total"), "Refusals", ("code",), registry=own)
        self.jobs = Histogram(JOBS, "Seconds of a run of a job", ("job",), buckets=BUCKETS, registry=own)
        self.failed = Counter(FAILED.removesuffix("_total"), "Runs of jobs in vain", ("job",), registry=own)

    def began(self, part: str) -> None:  # noqa: ARG002 - counted when it has ended
        return None

    def ended(self, part: str, begun: object, seconds: float, fault: str) -> None:  # noqa: ARG002 - nothing was begun
        if part.startswith(JOB):
            self.jobs.labels(part.removeprefix(JOB)).observe(seconds)
            if fault:
                self.failed.labels(part.removeprefix(JOB)).inc()
        else:
            self.parts.labels(part).observe(seconds)

    def refused(self, code: str) -> None:
        self.refusals.labels(code).inc()

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        self.requests.labels(route, method, str(status)).observe(seconds)


def _only(home: Path) -> Path:
    """The folder of this process, which the library chooses once and for all when it is first imported."""
    if not _folders:
        _folders.append(prepare(home))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folders[0])
    return _folders[0]


def prepare(home: Path) -> Path:
    """The folder, without the files of processes that have gone: counters that begin anew are what Prometheus expects."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if not pid.isdecimal() or not _lives(int(pid)):
            file.unlink(missing_ok=True)
    return folder


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def page(folder: Path, state: Mapping[str, tuple[str, Mapping[tuple[tuple[str, str], ...], float]]]) -> bytes:
    """Everything as Prometheus reads it. ``state`` is, by the name of a gauge, its words and its values by labels."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    counted: CollectorRegistry = CollectorRegistry()
    MultiProcessCollector(counted, str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(counted) + b"".join(_gauge(name, *each) for name, each in state.items())


def _gauge(name: str, words: str, values: Mapping[tuple[tuple[str, str], ...], float]) -> bytes:
    lines = [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
    for labels, value in values.items():
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        lines.append(f"{name}{{{inside}}} {value}" if inside else f"{name} {value}")
    return ("\n".join(lines) + "\n").encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
