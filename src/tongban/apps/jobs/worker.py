"""A worker: takes what is due from the queue and runs it, beside other workers on this machine and on others.

procrastinate keeps the queue: what waits, who has what, and who is alive. Nothing in it is worth keeping: every job looks for
what is due by itself, so that a queue that was lost is full again with the next round.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from tongban.apps.jobs import running
from tongban.apps.jobs.faults import OutOfTime
from tongban.apps.jobs.listed import JOBS, ROUND, Job, job_of
from tongban.apps.jobs.rounds import Did
from tongban.apps.jobs.threads import Stuck, Threads

Tell: TypeAlias = Callable[[str, Mapping[str, object]], None]
"""Is told the shell's words and their facts."""

LANES: Mapping[str, int] = {"steps": 2, "outside": 1, "figures": 1}
"""How many jobs of each queue one worker runs beside each other: a county that does not answer, or a long count, holds up no deadline."""
LOOK = 1.0
"""Seconds between two looks for what is due, and for what is new in the ledger: short questions, and nothing in the way of those who write."""
READING = 300
"""Seconds that the readers may be at it together."""
TAKE_OVER = 10.0
HEARTBEAT, SILENT = 5.0, 20.0
"""A worker says that it lives, and how long it may not before others take over what it had."""
LEAVE = 20.0
"""Seconds that jobs have to end when the worker is asked to."""
STUCK = 70
"""The exit status of a worker that must be started anew: a job of it did not end."""


class Worker:
    def __init__(self, tell: Tell, every: int = ROUND) -> None:
        self.tell = tell
        self.every = every
        self.stopping = False
        self.stuck = False
        self._later: dict[str, float] = {}
        """when a job may be tried again that could not be kept as failed, on the clock that only runs on"""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def stop(self) -> None:
        """Ask it to end; may be called by a signal."""
        self.stopping = True
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)

    def pause(self, seconds: float) -> None:
        """Wait, unless asked to end."""
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.05)

    def run(self) -> None:
        """Work until asked to stop. Raises what procrastinate raises when the database is away."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        from procrastinate import App, PsycopgConnector

        quiet(logging.getLogger("procrastinate"), logging.getLogger("psycopg.pool"))
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self.stopping:
            return
        # What breaks beside is told by the first fault, which ends the run.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        threads = Threads(sum(LANES.values()) + 2)
        app = App(connector=PsycopgConnector(kwargs=connection(), min_size=1, max_size=4, timeout=10.0))
        for job in JOBS:
            self._register(app, job, threads)
        try:
            async with app.open_async():
                await self._until_stopped(app, threads)
        finally:
            threads.end()

    async def _until_stopped(self, app: Any, threads: Threads) -> None:
        assert self._stop is not None
        ways = {
            *(asyncio.create_task(_lane(app, queue, at_once)) for queue, at_once in LANES.items()),
            asyncio.create_task(self._watch(app, threads)),
            asyncio.create_task(self._read(app, threads)),
            asyncio.create_task(self._stop.wait()),
        }
        done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for each in rest:
            each.cancel()
        await asyncio.wait(rest, timeout=LEAVE + 5)
        for each in done:
            each.result()

    def _register(self, app: Any, job: Job, threads: Threads) -> None:
        async def body() -> None:
            await self._wake(app, job, await self._one(job, threads))

        app.task(
            name=job.name, queue=job.queue, lock=job.name, queueing_lock=job.name, priority=job.urgent
        )(body)  # fmt: skip

    async def _wake(self, app: Any, job: Job, did: Did) -> None:
        """Whoever waits for what was made begins at once."""
        if did.n if did.made is None else did.made:
            for name in job.wakes:
                await defer(app, name)

    async def _one(self, job: Job, threads: Threads) -> Did:
        """One run in a thread, within its limit."""
        try:
            did = await threads.call(lambda: running.run(job), job.limit)
        except OutOfTime:
            again = await threads.call(lambda: running.gave_up(job, OutOfTime.__name__, 1000 * job.limit), 60)
            self._failed(job, again)
            raise again from None
        except Stuck:
            self._give_up()
            raise running.Again(running.GONE, running.AWAY) from None
        except running.Again as again:
            if not again.kept:
                self._later[job.name] = time.monotonic() + running.AWAY
            self._failed(job, again)
            raise
        if did.says:
            self.tell(did.says, dict(did.facts))
        elif did.n:
            self.tell("work.did", {"job": job.name, "n": did.n})
        return did

    def _failed(self, job: Job, again: running.Again) -> None:
        key = "work.aside" if again.wait is None else "work.failed"
        self.tell(key, {"job": job.name, "fault": again.fault, "wait": again.wait or 0})

    async def _watch(self, app: Any, threads: Threads) -> None:
        """Put into the queue what is due, and take over what workers left that are gone."""
        n = 0
        while True:
            with suppress(OutOfTime):  # a machine that is too busy even for that is asked again
                for name in await threads.call(lambda: running.due(datetime.now(UTC), self.every), 60):
                    if time.monotonic() >= self._later.get(name, 0.0):
                        await defer(app, name)
            if n % max(1, int(TAKE_OVER / LOOK)) == 0:
                await self._take_over(app, threads)
            n += 1
            await asyncio.sleep(LOOK)

    async def _read(self, app: Any, threads: Threads) -> None:
        """Let the readers follow the ledger: not by the queue, which would cost more than most of what they do. Locks of the database keep
        the workers apart, and what was begun and not ended is found by whoever looks."""
        while True:
            began = time.monotonic()
            try:
                came: tuple[tuple[Job, Did | running.Again], ...] = await threads.call(
                    lambda: running.read(self.every), READING
                )
            except OutOfTime:
                came = await threads.call(lambda: running.left_off(OutOfTime.__name__, 1000 * READING), 60)
            except Stuck:
                self._give_up()
                return
            for job, did in came:
                if isinstance(did, running.Again):
                    self._failed(job, did)
                else:
                    self.tell("work.did", {"job": job.name, "n": did.n})
                    await self._wake(app, job, did)
            await asyncio.sleep(max(0.0, LOOK - (time.monotonic() - began)))

    def _give_up(self) -> None:
        """A run did not end though it was interrupted: another process must take over."""
        self.stuck = self.stopping = True
        assert self._stop is not None
        self._stop.set()

    async def _take_over(self, app: Any, threads: Threads) -> None:
        """End what a silent worker has, and count it as a try in vain: what must be done again is due again."""
        from procrastinate.exceptions import ConnectorException
        from procrastinate.jobs import Status

        for left in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
            job = job_of(left.task_name)
            with suppress(ConnectorException):  # another worker was quicker
                await app.job_manager.finish_job(left, status=Status.FAILED, delete_job=True)
                if job is not None:
                    again = await threads.call(partial(running.gave_up, job, running.GONE), 60)
                    self._failed(job, again)


async def _lane(app: Any, queue: str, at_once: int) -> None:
    """One queue of the worker; the first is told at once what came, the others look."""
    await app.run_worker_async(
        queues=[queue],
        concurrency=at_once,
        delete_jobs="always",
        install_signal_handlers=False,
        listen_notify=queue == next(iter(LANES)),
        fetch_job_polling_interval=2.0,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=SILENT,
        shutdown_graceful_timeout=LEAVE,
    )


async def defer(app: Any, name: str) -> None:
    """Put a job into the queue, unless it stands there already."""
    from procrastinate.exceptions import AlreadyEnqueued

    with suppress(AlreadyEnqueued):
        await app.tasks[name].defer_async()


def connection() -> dict[str, object]:
    """How Django reaches the database, for a pool of our own."""
    from django.db import connections

    found = connections["default"].get_connection_params()
    return {name: value for name, value in found.items() if name not in {"cursor_factory", "context"}}


def quiet(*loggers: logging.Logger) -> None:
    """What they note of a job may hold what somebody wrote; what must be known of it is told in our own words."""
    for each in loggers:
        each.addHandler(logging.NullHandler())
        each.propagate = False
