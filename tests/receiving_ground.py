"""A receiver of webhooks on this machine: it answers as a test lets it, and keeps what came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from msgspec import Struct


class Came(Struct, frozen=True):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver(ThreadingHTTPServer):
    """``answers`` are the statuses it gives in turn, then 204; those who ask for a path that ``hangs`` wait until the test ends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.hangs = ""
        self.let_go = Event()
        self.came: list[Came] = []

    def address(self, path: str = "/take") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.came]


class _Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heads = {name.lower(): value for name, value in self.headers.items()}
        if self.server.hangs and self.path == self.server.hangs:
            self.server.let_go.wait(600)
            return
        self.server.came.append(Came(self.path, heads, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written among the tests."""


@contextmanager
def receiving(settings: Any) -> Iterator[Receiver]:
    """A receiver that the operator allows."""
    settings.TONGBAN_OUTGOING = ("http://127.0.0.1",)
    server = Receiver()
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.let_go.set()
    server.shutdown()
    serving.join()
    server.server_close()
