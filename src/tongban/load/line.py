"""One line to the instance: HTTP/1.1, kept open, timed; what may be sent again is sent again until there is an answer.

Who measures must cost little, for it shares the machine with what it measures: an answer is taken apart by ``httptools`` (the parser
of Node), which costs a tenth of ``http.client``, whose headers go through the parser of e-mails.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser
from msgspec import Struct

PATIENCE = 60.0
"""Seconds after which an answer is given up."""
TRIES = 40
BREATH = 0.5
"""Seconds before the same is asked again while the instance is away."""
GONE = 0
"""The status of a request to which no answer came."""
CHUNK = 1 << 16


class Answer(Struct, frozen=True):
    """``status`` is 0 where none came. ``ms`` is from sending to the last byte. ``tries`` is 1 where nothing had to be sent again."""

    status: int
    body: bytes
    ms: float
    cookies: Mapping[str, str]
    tries: int = 1

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal, else the status."""
        try:
            said = self.json()
        except ValueError:
            return str(self.status)
        kind = str(said.get("type", "")) if isinstance(said, dict) else ""
        return kind.rpartition("/")[2] or str(self.status)


class Line:
    """A connection of one caller. ``own`` is the address from which it calls ("" for any), ``pretend`` the address that a trusted
    proxy would name."""

    def __init__(self, base: str, *, own: str = "", pretend: str = "") -> None:
        parts = urlsplit(base)
        self.host, self.path = parts.hostname or "", parts.path.rstrip("/")
        self.secure = parts.scheme == "https"
        self.port = parts.port or (443 if self.secure else 80)
        self.own = own
        named = parts.netloc.rpartition("@")[2]
        self.always = {"Host": named, **({"X-Forwarded-For": pretend} if pretend else {})}
        self.connection: socket.socket | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        again: bool = False,
    ) -> Answer:
        """Send once; with ``again`` until there is an answer below 500 (the request carries a key, so that it acts once)."""
        began, tries = time.perf_counter(), 0
        while True:
            tries += 1
            status, said, cookies = self._once(method, path, body, {**self.always, **(headers or {})})
            if not again or GONE < status < 500 or tries == TRIES:
                return Answer(status, said, (time.perf_counter() - began) * 1e3, cookies, tries)
            time.sleep(BREATH)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _once(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        kept = self.connection is not None
        found = self._sent(method, path, body, headers)
        # A server may close a connection that was idle; who only reads calls again, as a browser does.
        return (
            self._sent(method, path, body, headers)
            if kept and method == "GET" and found[0] == GONE
            else found
        )

    def _sent(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        sized = {**headers, "Content-Length": str(len(body))} if body or method != "GET" else headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in sized.items())
        coming = _Coming()
        try:
            if self.connection is None:
                self.connection = self._connected()
            self.connection.sendall(f"{method} {self.path}{path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
            while not coming.whole:
                coming.take(self.connection.recv(CHUNK))
        except (OSError, HttpParserError):
            self.close()
            return GONE, b"", {}
        if coming.last:
            self.close()
        return coming.status, b"".join(coming.parts), coming.cookies

    def _connected(self) -> socket.socket:
        own = (self.own, 0) if self.own else None
        made = socket.create_connection((self.host, self.port), PATIENCE, own)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (
            ssl.create_default_context().wrap_socket(made, server_hostname=self.host) if self.secure else made
        )


class _Coming:
    """An answer as it comes in: ``httptools`` calls these by their names."""

    def __init__(self) -> None:
        self.parser = HttpResponseParser(self)
        self.status, self.parts = GONE, list[bytes]()
        self.cookies: dict[str, str] = {}
        self.whole = self.last = self.sized = False
        """All is there; the other end closes after it; it says where it ends."""

    def take(self, data: bytes) -> None:
        """Raises ``ConnectionError`` where the line ends in the middle of an answer, ``HttpParserError`` for what is none."""
        if data:
            self.parser.feed_data(data)
        elif self.status and not self.sized:  # it ends where the line does
            self.whole = self.last = True
        else:
            raise ConnectionError("the line ended before the answer did")

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"set-cookie":
                key, _, said = value.decode("latin-1").partition(";")[0].partition("=")
                self.cookies[key] = said
            case b"content-length" | b"transfer-encoding":
                self.sized = True

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        self.last = not self.parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        self.parts.append(data)

    def on_message_complete(self) -> None:
        self.whole = True
