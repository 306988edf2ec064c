"""Running one job: what it does, what is kept of it, and what becomes of it when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from time import monotonic

from django.db import close_old_connections

from tongban.apps import reactors
from tongban.apps.jobs.faults import event_words, passing, words_of
from tongban.apps.jobs.listed import JOBS, READ, ROUND, Job, reader_of
from tongban.apps.jobs.rounds import Did
from tongban.apps.observing.parts import part
from tongban.apps.office import Office, office
from tongban.kernel.refusal import RefusedError
from tongban.store import jobs as store

FIRST_WAIT, LONGEST_WAIT = 5, 600
"""Seconds until a failed job is tried again: three times as long each time."""
REST = timedelta(minutes=10)
"""How long a job that was set aside is left alone."""
AWAY = 5
"""Seconds until it is tried again when the database was away."""
LOST = timedelta(minutes=6)
"""How long readers may be at it together, and a little; who is at it longer has lost its process."""
GONE = "worker gone"
"""The fault of a job whose worker was killed, or stopped to answer."""


class Again(Exception):  # noqa: N818 - what follows, not what is wrong
    """The job failed. ``wait`` are the seconds until it is tried again; None when it was set aside. Not ``kept`` where the database is away or the clock is wrong."""

    def __init__(self, fault: str, wait: int | None, *, kept: bool = True) -> None:
        super().__init__(fault)
        self.kept = kept
        self.fault = fault
        self.wait = wait


def run(job: Job) -> Did:
    """Run a job that is due. Raises :class:`Again` when it failed; leaves one alone that failed a moment ago."""
    close_old_connections()
    try:
        was = store.went_of(_on_time().county.code, job.name)
        return Did() if _resting(was, datetime.now(UTC)) else _run(job, was)
    except Again:
        raise
    except Exception as fault:
        if passing(fault):
            raise Again(words_of(fault), AWAY, kept=False) from fault
        raise


def run_now(job: Job) -> Did:
    """Run a job whether or not it is due. Raises :class:`Again` when it failed, and the fault itself where the database is away."""
    return _run(job, store.went_of(_on_time().county.code, job.name))


def _on_time() -> Office:
    """The office, while this machine's clock is right. Raises :class:`Again` otherwise, of which nothing is kept: its moment would be wrong."""
    here = office()
    wrong = here.journal.wrong_clock()
    if wrong is not None:
        raise Again(wrong.code, AWAY, kept=False) from RefusedError(wrong)
    return here


def _run(job: Job, was: store.Went | None) -> Did:
    county, now = office().county.code, datetime.now(UTC)
    store.begun(county, [job.name], now)
    began = monotonic()
    try:
        with part(f"job:{job.name}"):
            did = do(job, now, careful=was is not None and was.tries >= job.tries - 1)
    except Exception as fault:
        if passing(fault):
            raise
        raise gave_up(job, words_of(fault), _since(began)) from fault
    store.ended(county, now, datetime.now(UTC), [store.Run(job.name, _since(began), did.n)])
    return did


def do(job: Job, now: datetime, *, careful: bool = False) -> Did:
    """What the job does, and nothing around it. With ``careful`` a reader goes on without an event that fails."""
    if job.on_append:
        return Did(reactors.catch_up(reader_of(job), event_words if careful else None, now))
    module, _, name = job.does.partition(":")
    did = getattr(import_module(module), name)(now)
    return did if isinstance(did, Did) else Did(int(did))


def once() -> Iterator[tuple[Job, Did | Again]]:
    """One round of everything in the order of the list, readers until none is behind; what came of each. Raises what is passing."""
    for job in JOBS:
        if not job.on_append:
            yield job, _tried(job)
        elif job == next(each for each in JOBS if each.on_append):
            yield from _all_read()


def _all_read() -> Iterator[tuple[Job, Did | Again]]:
    readers = [job for job in JOBS if job.on_append]
    while readers:
        done = [(job, _tried(job)) for job in readers]
        yield from done
        readers = [job for job, _ in done] if any(isinstance(did, Did) and did.n for _, did in done) else []


def _tried(job: Job) -> Did | Again:
    try:
        return run_now(job)
    except Again as again:
        return again


def gave_up(job: Job, words: str, took: int = 0) -> Again:
    """Keep that it failed; when it is tried again."""
    went = store.failed(office().county.code, job.name, datetime.now(UTC), took, words, job.tries)
    return Again(words, None if went.aside is not None else int(wait_of(went).total_seconds()))


def due(now: datetime, every: int = ROUND) -> tuple[str, ...]:
    """What is to be put into the queue now: jobs whose time has come. None that stands there already or is being run, and no reader
    that went well, for those read together (:func:`read`). ``every`` are the seconds of a round."""
    here = office()
    found = {each.name: each for each in store.went(here.county.code)}
    late = {
        job.name
        for job in JOBS
        if now >= next_of(job, found.get(job.name), now, every)
        and not (job.on_append and _calm(found.get(job.name), now))
    }
    return tuple(late - store.waiting(here.journal, sorted(late))) if late else ()


def read(every: int = ROUND) -> tuple[tuple[Job, Did | Again], ...]:
    """Let all readers that went well act together on what is new in the ledger; what came of each that had something before it.

    A reader that fails is tried again by itself, as every other job is, until it goes well. So is one at which a process died.
    """
    close_old_connections()
    try:
        return _read(every)
    except Exception as fault:
        if passing(fault):
            return ()  # the next look comes in a second
        raise


def _read(every: int) -> tuple[tuple[Job, Did | Again], ...]:
    here, now = office(), datetime.now(UTC)
    if here.journal.wrong_clock() is not None:
        return ()
    county = here.county.code
    found = {each.name: each for each in store.went(county)}
    calm = [job for job in JOBS if job.on_append and _calm(found.get(job.name), now)]
    reads = reactors.reading(here)
    behind = store.behind(here.journal, [reader_of(job) for job in calm if reader_of(job) in reads])
    late = {job.name for job in calm if now >= next_of(job, found.get(job.name), now, every)}
    if behind:
        store.begun(county, [f"{READ}{name}" for name in behind], now)
    try:
        came = reactors.read_together(behind)
    except Exception as fault:
        if passing(fault):
            raise
        came = {name: reactors.Came(fault=fault) for name in behind}  # of nobody's own: each finds it alone
    well: list[store.Run] = []
    told: list[tuple[Job, Did | Again]] = []
    for job in calm:
        one = came.get(reader_of(job), reactors.Came())
        if one.fault is not None and not passing(one.fault):
            again = gave_up(job, words_of(one.fault), one.took)
            again.__cause__ = one.fault
            told.append((job, again))
        elif one.fault is None and (reader_of(job) in came or job.name in late):
            well.append(store.Run(job.name, one.took, one.read))
            if one.read:
                told.append((job, Did(one.read, made=one.made)))
    if well:
        store.ended(county, now, datetime.now(UTC), well)
    return tuple(told)


def left_off(words: str, took: int = 0) -> tuple[tuple[Job, Again], ...]:
    """Reading together took too long: whoever was at it goes on by itself, where it is counted and in nobody's way."""
    found = {each.name: each for each in store.went(office().county.code)}
    at_it = [job for job in JOBS if job.on_append and _begun(found.get(job.name))]
    return tuple((job, gave_up(job, words, took)) for job in at_it)


def _begun(went: store.Went | None) -> bool:
    return went is not None and went.begun is not None and (went.ended is None or went.ended < went.begun)


def _calm(went: store.Went | None, now: datetime) -> bool:
    """Whether a reader may read with the others: it did not fail, and no process died at it."""
    if went is None or went.begun is None:
        return True
    return went.tries == 0 and not (_begun(went) and now - went.begun > LOST)


def next_of(job: Job, went: store.Went | None, now: datetime, every: int = ROUND) -> datetime:
    """When a job is due next by the clock; a reader may come earlier. ``now`` for one that never ended, and when the clock went back."""
    if went is None or went.ended is None or went.ended > now:
        return now
    return went.ended + (
        wait_of(went) if went.tries else timedelta(seconds=every if job.every == ROUND else job.every)
    )


def wait_of(went: store.Went) -> timedelta:
    """How long a job that failed is left alone."""
    if went.aside is not None:
        return REST
    return timedelta(seconds=min(FIRST_WAIT * 3 ** (went.tries - 1), LONGEST_WAIT))


def _resting(went: store.Went | None, now: datetime) -> bool:
    return (
        went is not None
        and went.tries > 0
        and went.ended is not None
        and went.ended <= now < went.ended + wait_of(went)
    )


def again(name: str) -> bool:
    """Take up a job that was set aside; its worker begins it with the next round. False when it never ran."""
    return store.again(office().county.code, name)


def _since(began: float) -> int:
    return int(1000 * (monotonic() - began))
