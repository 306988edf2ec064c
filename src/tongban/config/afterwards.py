"""What a process of the server does once its first answer is out: nobody's start and no first page waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Timer
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

BREATH = 0.5
"""Seconds after the first answer: a page brings its styles and scripts along."""


class Afterwards:
    """An application that, once it has answered for the first time, does one thing more in a thread of its own.

    A process of the server is forked before it answers anybody, so that the thread is its own and no lock of an import is held in a fork.
    """

    def __init__(self, application: WSGIApplication, deed: Callable[[], Any], wait: float = BREATH) -> None:
        self.application = application
        self.waiting: Timer | None = Timer(wait, deed)
        self.waiting.daemon = True

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self.application(environ, start_response)
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            waiting.start()
        return answer
