"""Asking a ClamAV daemon about a file: INSTREAM over a plain socket, as ``man clamd`` says it.

Sent are ``zINSTREAM``, a NUL, pieces each after its length (four bytes, the greatest first) and a length of nought; one line
ended by a NUL comes back. Whatever is not plainly one of its two answers is no answer: nothing is taken for clean by mistake.
"""

from __future__ import annotations

import re
import socket
import time
from struct import pack

from msgspec import Struct

PIECE = 64 * 1024
"""Bytes sent at once."""
MOST = 25 * 1024 * 1024
"""Bytes of one file: what a daemon takes that nobody has set otherwise (``StreamMaxLength``)."""
SECONDS = 10.0
"""For one file, from the knock to the answer."""
_LONGEST = 4096
"""Bytes of an answer."""
_FOUND = re.compile(rb"stream: ([\x20-\x7e]{1,200}) FOUND\0")


class Clean(Struct, frozen=True):
    """The daemon knows nothing against it."""


class Found(Struct, frozen=True):
    """``name``: what the daemon calls it; printable ASCII."""

    name: str


class Unanswered(Struct, frozen=True):
    """Nobody knows. ``away``: nobody is there; else the daemon was slow or said something else."""

    away: bool


Verdict = Clean | Found | Unanswered


def ask(address: str, data: bytes, seconds: float = SECONDS) -> Verdict:
    """What the daemon at ``host:port`` or at the socket of this path says of these bytes, within ``seconds``. Never raises."""
    if len(data) > MOST:
        return Unanswered(away=False)
    until = time.monotonic() + seconds
    try:
        line = _knock(address, seconds)
    except OSError:
        return Unanswered(away=True)
    with line:
        try:
            return _verdict(_told(line, data, until))
        except OSError:
            return Unanswered(away=False)


def _knock(address: str, seconds: float) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _told(line: socket.socket, data: bytes, until: float) -> bytes:
    """Send the bytes, read the answer. Raises ``OSError`` when the line breaks or the time is over."""
    _send(line, b"zINSTREAM\0", until)
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        _send(line, pack("!L", len(piece)) + piece, until)
    _send(line, pack("!L", 0), until)
    answer = b""
    while not answer.endswith(b"\0") and len(answer) <= _LONGEST:
        line.settimeout(_left(until))
        more = line.recv(_LONGEST)
        if not more:
            break
        answer += more
    return answer


def _send(line: socket.socket, data: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(data)


def _left(until: float) -> float:
    """Seconds that are left. Raises ``TimeoutError`` when none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _verdict(answer: bytes) -> Verdict:
    if answer == b"stream: OK\0":
        return Clean()
    found = _FOUND.fullmatch(answer)
    return Found(found[1].decode("ascii")) if found else Unanswered(away=False)
