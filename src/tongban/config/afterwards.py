"""What a process of the server does once its first answer is out: nobody's start and no first page waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Timer
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

BREATH = 0.5
"""Seconds after the first answer: a page brings its styles and scripts along."""
UNASKED = 2.0
"""Seconds after which a process whom nobody asks does it anyway, so that whoever comes in the morning does not wait either."""


class Afterwards:
    """An application that, once it has answered for the first time, does one thing more in a thread of its own.

    A process of the server is forked before it answers anybody, so that the thread is its own and no lock of an import is held in a fork.
    """

    def __init__(self, application: WSGIApplication, deed: Callable[[], Any], wait: float = BREATH) -> None:
        self.application = application
        self.wait = wait
        self.waiting: Callable[[], Any] | None = deed

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self.application(environ, start_response)
        self._soon(self.wait)
        return answer

    def unasked(self) -> None:
        """For a process that has just been forked: not to wait for the first answer for ever."""
        timer = Timer(UNASKED, self._soon, [0.0])
        timer.daemon = True
        timer.start()

    def _soon(self, seconds: float) -> None:
        deed, self.waiting = self.waiting, None
        if deed is not None:
            timer = Timer(seconds, deed)
            timer.daemon = True
            timer.start()
