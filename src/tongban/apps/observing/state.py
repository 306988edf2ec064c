"""What the database and the disk say when Prometheus asks: asked for at most every few seconds, however many ask."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TypeAlias

from django.db import InterfaceError, OperationalError

from tongban.apps import reactors
from tongban.apps.jobs.shown import ASIDE, FAILING, shown
from tongban.apps.office import office
from tongban.kernel.refusal import RefusedError
from tongban.store.standing import lag, standing

Labels: TypeAlias = tuple[tuple[str, str], ...]
State: TypeAlias = Mapping[str, tuple[str, Mapping[Labels, float]]]

FRESH = 5.0
"""Seconds for which an answer is given again."""
STATE = {
    "tongban_database_up": "Whether the database answers",
    "tongban_database_connections": "Connections to the database, by what they are at",
    "tongban_database_connections_most": "Connections that the database takes",
    "tongban_disk_free_bytes": "Free where the home lies",
    "tongban_disk_size_bytes": "Size of the disk where the home lies",
    "tongban_queue_jobs": "Jobs in the queue, by whether they wait or are being done",
    "tongban_jobs_wrong": "Jobs of the list that fail or were set aside",
    "tongban_events_aside": "Events that readers of the ledger went on without",
    "tongban_worker_silent_seconds": "Seconds since a worker was heard of",
    "tongban_reader_lag_events": "Events that a reader of the ledger has before it",
    "tongban_overdue_seconds": "Seconds since the oldest case was due that no sweep has acted on",
    "tongban_checkpoint_age_seconds": "Seconds since the ledger was last signed, 0 while nothing is unsigned",
    "tongban_outgoing_messages": "Messages to counties, people and systems that wait or were given up",
}
_lock = Lock()
_kept: tuple[float, State] = (-FRESH, {})


def state(home: Path) -> State:
    global _kept
    with _lock:
        if monotonic() - _kept[0] >= FRESH:
            _kept = (monotonic(), _asked(home))
        return _kept[1]


def _asked(home: Path) -> State:
    disk = shutil.disk_usage(home)
    found: dict[str, Mapping[Labels, float]] = {
        "tongban_disk_free_bytes": {(): float(disk.free)},
        "tongban_disk_size_bytes": {(): float(disk.total)},
    }
    try:
        found |= _of_the_database(datetime.now(UTC))
        up = 1.0
    except (OperationalError, InterfaceError, RefusedError):
        up = 0.0
    found["tongban_database_up"] = {(): up}
    return {name: (STATE[name], values) for name, values in found.items() if values}


def _of_the_database(now: datetime) -> dict[str, Mapping[Labels, float]]:
    here = office()
    journal = here.journal
    found, jobs = standing(journal, now), shown(now)
    wrong = {each: sum(line.state == each for line in jobs.lines) for each in (FAILING, ASIDE)}
    silent: dict[Labels, float] = {(): _since(jobs.queue.heartbeat, now)} if jobs.queue.heartbeat else {}
    return {
        "tongban_database_connections": {(("state", name),): float(n) for name, n in found.connections},
        "tongban_database_connections_most": {(): float(found.most_connections)},
        "tongban_queue_jobs": {
            (("state", "due"),): float(jobs.queue.due),
            (("state", "doing"),): float(jobs.queue.doing),
        },
        "tongban_jobs_wrong": {(("state", name),): float(n) for name, n in wrong.items()},
        "tongban_events_aside": {(): float(found.aside)},
        "tongban_worker_silent_seconds": silent,
        "tongban_reader_lag_events": {
            (("reader", name),): float(n) for name, n in lag(journal, reactors.reading(here)).items()
        },
        "tongban_overdue_seconds": {(): _since(found.overdue_since, now)},
        "tongban_checkpoint_age_seconds": {(): 0.0 if found.checkpointed else _since(found.checkpoint, now)},
        "tongban_outgoing_messages": {
            (("to", whom), ("state", state)): float(n)
            for whom, waiting, given_up in found.outgoing
            for state, n in (("waiting", waiting), ("given_up", given_up))
        },
    }


def _since(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at is not None else 0.0
