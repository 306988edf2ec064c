"""The way out: every HTTP request that this county makes of itself goes by here, so that nobody can send it where it must not go.

An address that somebody typed (a receiver of webhooks, a gateway) could name this machine or one behind the same wall. So its
name is resolved once, every machine it stands for is looked at, and the connection goes to the address that was looked at,
not to what the name may mean a moment later. No redirection is followed, no proxy of the environment is asked, and both time
and size end. What an operator allows stands in ``TONGBAN_OUTGOING``: names and networks of the closed network. With ``TONGBAN_OUTGOING_ONLY`` there is a
list of all hosts that may be called, and no other is.
See OWASP's SSRF prevention cheat sheet; decision 77.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Literal, TypeAlias, cast
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.library.causes import because

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SECONDS = 10.0
"""For everything together: resolving, connecting, sending, and the whole answer."""
ASKING = 2.0
"""For resolving a name while somebody waits."""
LARGEST = 64_000
"""Bytes of an answer."""
_PORTS = {"https": 443, "http": 80}
_PLAIN = "http://"
Address: TypeAlias = IPv4Address | IPv6Address
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 ones (RFC 6052): the last four bytes say which."""


class Answer(Struct, frozen=True):
    """What came back, also a redirection or a fault over there. Names of ``headers`` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Place(Struct, frozen=True):
    """An address that was looked at: where the connection goes, and what it is called on the way."""

    host: str
    port: int
    path: str
    encrypted: bool
    machine: str


def send(
    address: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    method: Literal["GET", "POST", "PUT", "DELETE"] = "POST",
    seconds: float = SECONDS,
    largest: int = LARGEST,
    known: bool = False,
) -> Answer | Refused:
    """Make one request. ``known`` is for an address that the operator set at the machine itself: it may lie inside.

    Refuses an address that must not be called (see :func:`place`), one that nobody answers at (``outgoing.unreachable``), an
    answer that is not whole in time (``outgoing.slow``) or larger than ``largest`` bytes (``outgoing.too_large``).
    """
    ends = monotonic() + seconds
    found = place(address, known=known, seconds=seconds)
    if isinstance(found, Refused):
        return found
    way = _Way(found, ends)
    try:
        way.request(method, found.path, body or None, {"User-Agent": "tongban", **(headers or {})})
        answer = way.getresponse()
        text = answer.read(largest + 1)
    except TimeoutError:
        return Refused("outgoing.slow", found.host, {"seconds": int(seconds)})
    except (OSError, HTTPException, ValueError) as fault:
        return Refused("outgoing.unreachable", found.host, because(fault, "said"))
    finally:
        way.end()
    if len(text) > largest:
        return Refused("outgoing.too_large", found.host, {"most": largest})
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


def unfit(address: str) -> Refused | None:
    """What can be said against an address without asking anybody: that it is none, not encrypted, or plainly lies inside.

    See :func:`unfit_now` for the moment when somebody types it; :func:`send` looks again at each request.
    """
    parts = _split(address)
    if isinstance(parts, Refused):
        return parts
    host = cast("str", parts.hostname)
    written = _literal(host)
    if written is not None and _inside(written) and not _allowed(host, written):
        return Refused("outgoing.inside", "address", {"host": host})
    near = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    if near and not _allowed(host, None):
        return Refused("outgoing.inside", "address", {"host": host})
    return None


def unfit_now(address: str) -> Refused | None:
    """The same, and that its name stands for a machine that lies inside. A name that stands for nothing yet may stand for something soon."""
    found = unfit(address) or place(address, seconds=ASKING)
    return found if isinstance(found, Refused) and found.code != "outgoing.unresolved" else None


def place(address: str, *, known: bool = False, seconds: float = SECONDS) -> Place | Refused:
    """Where a request to an address would go, resolved and looked at.

    Refuses what is no address (``outgoing.address``), one that is not on the operator's list where there is one (``outgoing.not_listed``), what is not encrypted (``outgoing.not_encrypted``), a name that stands
    for nothing (``outgoing.unresolved``) and one of whose machines even one lies inside (``outgoing.inside``), unless it is
    ``known`` or the settings allow it.
    """
    parts = _split(address, known=known)
    if isinstance(parts, Refused):
        return parts
    host = cast("str", parts.hostname)
    port = parts.port or _PORTS[parts.scheme]
    machines = _resolved(host, port, seconds)
    if not machines:
        return Refused("outgoing.unresolved", "address", {"host": host})
    if not known and not all(_listed(host, each) for each in machines):
        return Refused("outgoing.not_listed", "address", {"host": host})
    if not known and any(_inside(each) and not _allowed(host, each) for each in machines):
        return Refused("outgoing.inside", "address", {"host": host})
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, port, path, parts.scheme == "https", str(machines[0]))


def _split(address: str, *, known: bool = False) -> SplitResult | Refused:
    refused = Refused("outgoing.address", "address", {"given": address[:100]})
    if len(address) > 2000 or re.fullmatch(r"[!-~]+", address) is None:
        return refused
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return refused
    if not host or port == 0 or parts.username is not None or parts.fragment or "\\" in address:
        return refused
    plain = parts.scheme == "http" and (known or _allowed(host, _literal(host), plain=True))
    if parts.scheme == "https" or plain:
        return parts
    return Refused("outgoing.not_encrypted", "address", {"given": address[:100]})


def _literal(host: str) -> Address | None:
    """The machine that a host names by its number, also in a spelling that resolvers take (``0x7f.1``)."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host)) if host.isascii() else None
    except OSError:
        return None


def _allowed(host: str, machine: Address | None, *, plain: bool = False) -> bool:
    """Whether the operator's setting names this host or a network of its machine; ``plain``: for an unencrypted way, too."""
    entries = (each for each in settings.TONGBAN_OUTGOING if not plain or each.startswith(_PLAIN))
    return any(_names(each.removeprefix(_PLAIN), host, machine) for each in entries)


def _listed(host: str, machine: Address | None) -> bool:
    """Whether the operator's list of all hosts that may be called names this one, or there is no such list."""
    only = settings.TONGBAN_OUTGOING_ONLY
    entries = (*only, *settings.TONGBAN_OUTGOING) if only else ()
    return not only or any(_names(each.removeprefix(_PLAIN), host, machine) for each in entries)


def _names(entry: str, host: str, machine: Address | None) -> bool:
    """Whether an entry of a list is this host, or a network of its machine."""
    if entry == host:
        return True
    try:
        network = ip_network(entry)
    except ValueError:
        return False
    return machine is not None and machine in network


def _inside(machine: Address) -> bool:
    """Whether an address is anything but one machine of the open internet, also where it is wrapped in another one."""
    if isinstance(machine, IPv6Address):
        wrapped = machine.ipv4_mapped or machine.sixtofour
        if wrapped is None and machine in _TRANSLATED:
            wrapped = IPv4Address(int(machine) & 0xFFFF_FFFF)
        if wrapped is None and machine.teredo is not None:
            return True
        if wrapped is not None:
            return _inside(wrapped)
    return not machine.is_global or machine.is_multicast


def _resolved(host: str, port: int, seconds: float) -> list[Address]:
    """The machines that a name stands for; none also when nobody answers in time."""
    found: list[Address] = []

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in told))

    asking = Thread(target=ask, daemon=True)  # a resolver has no time limit of its own
    asking.start()
    asking.join(seconds)
    return list(found)


class _Way(HTTPConnection):
    """A connection to the machine that was looked at, under the name that was asked for."""

    def __init__(self, to: Place, ends: float) -> None:
        super().__init__(to.host, to.port)
        self._to, self._ends = to, ends
        self._raw: socket.socket | None = None
        self.default_port = _PORTS["https" if to.encrypted else "http"]

    def connect(self) -> None:
        raw = socket.create_connection((self._to.machine, self._to.port), timeout=_left(self._ends))
        self._raw = raw
        if self._to.encrypted:
            raw.settimeout(_left(self._ends))
            self._raw = raw = _trusted().wrap_socket(raw, server_hostname=self._to.host)
        self.sock = cast("socket.socket", _Timed(raw, self._ends))

    def end(self) -> None:
        self.close()
        if self._raw is not None:
            self._raw.close()


class _Timed(io.RawIOBase):
    """A socket that ends at a moment, however slowly its other end sends byte after byte. It is closed by its :class:`_Way`:
    ``http.client`` lets go of it while the answer is still being read."""

    def __init__(self, raw: socket.socket, ends: float) -> None:
        self._raw, self._ends = raw, ends

    def sendall(self, data: bytes) -> None:
        sent = 0
        while sent < len(data):
            self._raw.settimeout(_left(self._ends))
            sent += self._raw.send(data[sent : sent + 65_536])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timed(self._raw, self._ends))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._raw.settimeout(_left(self._ends))
        return self._raw.recv_into(buffer)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(ends: float) -> float:
    """Seconds that are left; raises ``TimeoutError`` when none are."""
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
