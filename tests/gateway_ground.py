"""Gateways on this machine that speak the real protocols: one takes HTTP as gateways for text messages and robots do, one SMTP."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, cast


class Gateway:
    """``answer``: the status with which it takes what comes; ``SILENT``: it says nothing until it is let go."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answer = 200
        self.came: list[dict[str, Any]] = []
        self.let_go = Event()

    @property
    def sms(self) -> str:
        """A channel for text messages whose gateway knows messages by their key."""
        return f"json://127.0.0.1:{self.port}/send?:phone={{to}}&:key={{key}}&:message=content"


SILENT = 0


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    gateway: Gateway


class _Take(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        gateway = cast("_Http", self.server).gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        gateway.came.append({"path": self.path, **json.loads(body)})
        if gateway.answer == SILENT:
            gateway.let_go.wait()
            return
        self.send_response(gateway.answer)
        self.send_header("Location", f"http://127.0.0.1:{gateway.port}/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Tests say nothing of their own."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    server = _Http(("127.0.0.1", 0), _Take)
    server.gateway = Gateway(server.server_address[1])
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.gateway
    finally:
        server.gateway.let_go.set()
        server.shutdown()
        server.server_close()


class Post(socketserver.ThreadingTCPServer):
    """``came``: the letters, each whole with its head, and whom they were for."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.came: list[tuple[list[str], str]] = []

    @property
    def mail(self) -> str:
        port = self.server_address[1]
        return f"mailto://127.0.0.1:{port}?from=county@example.invalid&to={{to}}&+X-Tongban-Key={{key}}&mode=insecure"


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                to.append(line.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                self._say("354 go on")
                cast("Post", self.server).came.append((to, self._letter()))
                to = []
            self._say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def _letter(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post() -> Iterator[Post]:
    server = Post()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
