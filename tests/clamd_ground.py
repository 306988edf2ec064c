"""A daemon that speaks clamd's INSTREAM over a real socket, and says what a test lets it say."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import unpack
from threading import Event, Thread
from typing import cast

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner takes for a virus, as agreed."""
OK, SILENT = b"stream: OK\0", b""


class Daemon:
    """``address`` for ``TONGBAN_CLAMAV``; ``answer``: what it says instead of looking (``SILENT``: nothing until it is let go)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answer: bytes | None = None
        self.came: list[bytes] = []
        self.let_go = Event()

    def hear(self, data: bytes) -> bytes:
        self.came.append(data)
        if self.answer is None:
            return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else OK
        if self.answer == SILENT:
            self.let_go.wait()
        return self.answer


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon = cast("_Tcp | _Unix", self.server).daemon
        command = self.rfile.read(len(b"zINSTREAM\0"))
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while (length := unpack("!L", self.rfile.read(4))[0]) > 0:
            data += self.rfile.read(length)
        self.wfile.write(daemon.hear(data))


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    daemon: Daemon


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    daemon: Daemon


@contextmanager
def listening(path: Path | None = None) -> Iterator[Daemon]:
    """One on a port of this machine, or at a path."""
    server = _Tcp(("127.0.0.1", 0), _Talk) if path is None else _Unix(str(path), _Talk)
    address = str(path or f"127.0.0.1:{server.server_address[1]!s}")
    server.daemon = Daemon(address)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.daemon
    finally:
        server.daemon.let_go.set()
        server.shutdown()
        server.server_close()
