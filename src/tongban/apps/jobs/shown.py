"""The jobs as whoever runs the county sees them: how each last went, when it is due, and what was set aside."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from tongban.apps import reactors
from tongban.apps.jobs import running
from tongban.apps.jobs.faults import words_of
from tongban.apps.jobs.listed import JOBS, READ, Job, job_of
from tongban.apps.notices.planning import PLANNING, plan_again
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store import jobs as store

WELL, NEVER, FAILING, ASIDE = "well", "never", "failing", "aside"


class Line(Struct, frozen=True):
    """``state`` is one of the four above. ``took`` in milliseconds of the last run, ``did`` how much it did."""

    name: str
    state: str
    every: int
    queue: str
    last: datetime | None
    well: datetime | None
    next: datetime
    took: int
    did: int
    tries: int
    fault: str


class Shown(Struct, frozen=True):
    lines: tuple[Line, ...]
    aside: tuple[store.Aside, ...]
    """events that readers went on without"""
    queue: store.Queue

    @property
    def wrong(self) -> tuple[Line, ...]:
        return tuple(each for each in self.lines if each.state in (FAILING, ASIDE))


def shown(now: datetime) -> Shown:
    here = office()
    found = {each.name: each for each in store.went(here.county.code)}
    lines = tuple(_line(job, found.get(job.name), now) for job in JOBS)
    return Shown(lines, store.aside(here.journal), store.queue(here.journal))


def _line(job: Job, went: store.Went | None, now: datetime) -> Line:
    next_at = running.next_of(job, went, now)
    if went is None:
        return Line(job.name, NEVER, job.every, job.queue, None, None, next_at, 0, 0, 0, "")
    state = ASIDE if went.aside else FAILING if went.tries else WELL if went.well else NEVER
    return Line(
        job.name, state, job.every, job.queue, went.ended, went.well, next_at, went.took, went.did, went.tries, went.fault
    )  # fmt: skip


def try_again(name: str) -> Refused | None:
    """Let a job begin at once, also one that was set aside; refuses one that is not in the list."""
    if job_of(name) is None:
        return Refused("jobs.unknown", "name", {"name": name})
    running.again(name)
    return None


def act_again(reactor: str, chain: str, seq: int) -> Refused | None:
    """Let a reader act on an event that it went on without. Refuses one that is not set aside, and one that fails again."""
    here = office()
    found = any(
        (each.reactor, each.chain, each.seq) == (reactor, chain, seq) for each in store.aside(here.journal)
    )
    if not found or reactor not in (*reactors.READERS, PLANNING):
        return Refused("jobs.not_aside")
    if reactor == PLANNING:
        plan_again(here, chain, seq)
        return None
    try:
        reactors.act_again(reactor, chain, seq)
    except Exception as fault:
        words = words_of(fault)
        store.set_aside(here.county.code, reactor, chain, seq, words, datetime.now(UTC))
        return Refused("jobs.failed_again", "", {"fault": words, "job": f"{READ}{reactor}"})
    return None
