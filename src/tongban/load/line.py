"""One line to the instance: HTTP/1.1, kept open, timed; what may be sent again is sent again until there is an answer."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

PATIENCE = 60.0
"""Seconds after which an answer is given up."""
TRIES = 40
BREATH = 0.5
"""Seconds before the same is asked again while the instance is away."""
GONE = 0
"""The status of a request to which no answer came."""


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
        self.always = {"X-Forwarded-For": pretend} if pretend else {}
        self.connection: http.client.HTTPConnection | None = None

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
        try:
            if self.connection is None:
                self.connection = self._connected()
            self.connection.request(method, self.path + path, body or None, dict(headers))
            response = self.connection.getresponse()
            said = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return GONE, b"", {}
        cookies = (
            each.partition(";")[0].partition("=") for each in response.headers.get_all("Set-Cookie", [])
        )
        if response.will_close:
            self.close()
        return response.status, said, {name: value for name, _, value in cookies}

    def _connected(self) -> http.client.HTTPConnection:
        own = (self.own, 0) if self.own else None
        if self.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=PATIENCE, source_address=own, context=context
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE, source_address=own)
