"""Threads in which jobs run, each with a database connection of its own; a run that lasts too long is interrupted."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from django.db import connections

from tongban.apps.jobs.faults import OutOfTime

T = TypeVar("T")
GRACE = 60.0
"""Seconds that an interrupted run has to end."""


class Stuck(Exception):  # noqa: N818 - what happened
    """A run did not end though it was interrupted: its process must go, and another takes the job over."""


class _Run(Generic[T]):
    """One call in a thread, and where its result goes."""

    def __init__(self, call: Callable[[], T]) -> None:
        self.call = call
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.lock = Lock()
        self.thread: int | None = None
        self.line: Any = None

    def go(self, thread: int) -> None:
        with self.lock:
            if self.future.cancelled():
                return
            self.thread, self.line = thread, connections["default"]
        try:
            result = self.call()
        except BaseException as fault:
            self._over()
            self._tell(self.future.set_exception, fault)
        else:
            self._over()
            self._tell(self.future.set_result, result)

    def interrupt(self) -> None:
        """End it: what Python does by a fault, what the database does by cancelling the statement."""
        with self.lock:
            if self.thread is None:
                return
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.thread), ctypes.py_object(OutOfTime)
            )
            raw = getattr(self.line, "connection", None)
        if raw is not None:
            with suppress(Exception):  # it may be over just now
                raw.cancel_safe(timeout=5.0)

    def _over(self) -> None:
        with self.lock:
            self.thread = None

    def _tell(self, how: Callable[[Any], None], what: object) -> None:
        def tell() -> None:
            if not self.future.done():
                how(what)

        with suppress(RuntimeError):  # nobody waits any more
            self.loop.call_soon_threadsafe(tell)


class Threads:
    """So many threads; they end with their process, whatever they are at."""

    def __init__(self, number: int) -> None:
        self._calls: SimpleQueue[_Run[Any] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, daemon=True, name=f"job {n}") for n in range(number)]
        for each in self._threads:
            each.start()

    async def call(self, what: Callable[[], T], limit: float) -> T:
        """Run it in a thread. It is interrupted by ``OutOfTime`` after ``limit`` seconds; raises :class:`Stuck` when it goes on all the same."""
        run = _Run(what)
        self._calls.put(run)
        done, _ = await asyncio.wait({run.future}, timeout=limit)
        if not done:
            await asyncio.get_running_loop().run_in_executor(None, run.interrupt)
            done, _ = await asyncio.wait({run.future}, timeout=GRACE)
            if not done:
                raise Stuck
        return run.future.result()

    def end(self) -> None:
        for _ in self._threads:
            self._calls.put(None)

    def _work(self) -> None:
        from threading import get_ident

        while True:
            try:
                run = self._calls.get()
                if run is None:
                    connections.close_all()
                    return
                run.go(get_ident())
            except OutOfTime:  # it came a moment late: the run was over
                continue
