"""Requests that two servers might read in two ways: nginx and granian never disagree where one ends.

Each is sent over TLS to nginx with the file that the manual gives, and straight to granian, which the manual keeps off the
network. Behind both stands a page that writes down what reached it. Had a part of one request been taken for the beginning
of another, somebody's next request would get the wrong answer: so each try is followed by requests of an innocent visitor.
"""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator

import pytest

from nginx_ground import NAME, Front, fronted
from seen_ground import Seen, seeing

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here")

HOST = f"Host: {NAME}\r\n".encode()
HIDDEN = b"GET /hidden HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


def asked(
    headers: bytes, body: bytes = HIDDEN, first: bytes = b"POST /first HTTP/1.1", host: bytes = HOST
) -> bytes:
    return first + b"\r\n" + host + headers + b"\r\n\r\n" + body


def length(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


TWO_LENGTHS = {
    "length, then chunks": asked(length(CHUNKED) + b"\r\nTransfer-Encoding: chunked", CHUNKED),
    "chunks, then a length": asked(
        b"Transfer-Encoding: chunked\r\nContent-Length: 4", b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    ),
    "two lengths": asked(b"Content-Length: 0\r\n" + length(HIDDEN)),
    "two lengths, the long one first": asked(length(HIDDEN) + b"\r\nContent-Length: 0"),
    "a list of lengths": asked(b"Content-Length: 0, %d" % len(HIDDEN)),
    "a length with a sign": asked(b"Content-Length: +%d" % len(HIDDEN)),
    "a length below nothing": asked(b"Content-Length: -1"),
    "a length in sixteens": asked(b"Content-Length: 0x10"),
    "a length with a gap": asked(b"Content-Length: 1 0"),
    "a length that overflows": asked(b"Content-Length: 18446744073709551617"),
    "chunks under another name": asked(length(CHUNKED) + b"\r\nTransfer-Encoding: xchunked", CHUNKED),
    "chunks with a space before the colon": asked(
        length(CHUNKED) + b"\r\nTransfer-Encoding : chunked", CHUNKED
    ),
    "chunks after a space": asked(b" Transfer-Encoding: chunked\r\n" + length(CHUNKED), CHUNKED),
    "chunks after a tab": asked(length(CHUNKED) + b"\r\nTransfer-Encoding:\tchunked", CHUNKED),
    "chunks after a vertical tab": asked(length(CHUNKED) + b"\r\nTransfer-Encoding:\x0bchunked", CHUNKED),
    "chunks and what is none": asked(length(CHUNKED) + b"\r\nTransfer-Encoding: chunked, identity", CHUNKED),
    "chunks, then none": asked(
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n" + length(CHUNKED), CHUNKED
    ),
    "chunks in quotes": asked(length(CHUNKED) + b'\r\nTransfer-Encoding: "chunked"', CHUNKED),
    "chunks before they were invented": asked(
        length(CHUNKED) + b"\r\nTransfer-Encoding: chunked", CHUNKED, b"POST /first HTTP/1.0"
    ),
    "chunks in a folded line": asked(b"X-A: b\r\n Transfer-Encoding: chunked\r\n" + length(CHUNKED), CHUNKED),
    "a folded value": asked(b"Transfer-Encoding:\r\n chunked\r\n" + length(CHUNKED), CHUNKED),
    "chunks after a lone CR": asked(b"X-A: b\rTransfer-Encoding: chunked\r\n" + length(CHUNKED), CHUNKED),
    "chunks after a lone LF": asked(b"X-A: b\nTransfer-Encoding: chunked\r\n" + length(CHUNKED), CHUNKED),
    "a NUL in a value": asked(b"X-A: b\x00c\r\n" + length(HIDDEN)),
    "a NUL in a name": asked(b"X-\x00A: b\r\n" + length(HIDDEN)),
    "a chunk that overflows": asked(b"Transfer-Encoding: chunked", b"fffffffffffffffff\r\n" + HIDDEN),
    "a chunk below nothing": asked(b"Transfer-Encoding: chunked", b"-1\r\n" + HIDDEN),
    "a chunk longer than it says": asked(b"Transfer-Encoding: chunked", b"1\r\nab0\r\n\r\n" + HIDDEN),
    "a space in the address": asked(b"X-A: b", first=b"GET /a b HTTP/1.1"),
    "headers without end": asked(b"\r\n".join(b"X-%d: a" % n for n in range(5_000))),
    "an address without end": asked(b"X-A: b", first=b"GET /" + b"a" * 70_000 + b" HTTP/1.1"),
}
"""Nothing of these reaches the page through nginx; straight to granian at most the first, and the line is closed."""

NGINX_ALONE = {
    "one length twice": asked(length(HIDDEN) + b"\r\n" + length(HIDDEN)),
    "chunks twice": asked(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", CHUNKED),
    "two hosts": asked(b"Host: evil.example\r\nContent-Length: 0", b""),
    "no host": asked(b"Content-Length: 0", b"", host=b""),
    "a header of 70 kB": asked(b"X-A: " + b"a" * 70_000, b"", b"GET /first HTTP/1.1"),
    "a tunnel": asked(b"X-A: b", b"", b"CONNECT evil.example:443 HTTP/1.1"),
    "HTTP/2 in the clear": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
"""granian reads these, and nginx refuses them: one more reason why granian's own port is for nginx alone."""

READ_ALIKE = {
    "lines that end in LF": (
        b"POST /first HTTP/1.1\nHost: %b\nContent-Length: 0\n\n" % NAME.encode() + HIDDEN,
        [["POST", "/first", 0], ["GET", "/hidden", 0]],
    ),
    "a header that only looks like chunks": (
        asked(b"Transfer_Encoding: chunked\r\n" + length(CHUNKED), CHUNKED),
        [["POST", "/first", len(CHUNKED)]],
    ),
    "a body where none is usual": (
        asked(length(HIDDEN), first=b"GET /first HTTP/1.1"),
        [["GET", "/first", len(HIDDEN)]],
    ),
    "a length that is said to be for nginx alone": (
        asked(b"Connection: Content-Length\r\n" + length(HIDDEN)),
        [["POST", "/first", len(HIDDEN)]],
    ),
    "lengths after the chunks": (
        asked(b"Transfer-Encoding: chunked", b"0\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n"),
        [["POST", "/first", 0]],
    ),
    "another protocol asked for": (
        asked(
            b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            b"",
            b"GET /first HTTP/1.1",
        ),
        [["GET", "/first", 0]],
    ),
}
"""Lawful or nearly so: the page sees just what nginx saw. (A second request behind the first is one of its own, not a hidden one.)"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with seeing(tmp_path_factory.mktemp("seen")) as made:
        yield made


@pytest.fixture(scope="module")
def front(page: Seen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with fronted(tmp_path_factory.mktemp("nginx"), page.port) as made:
        yield made


def answers(line: socket.socket, sent: bytes, expected: int = 1) -> tuple[list[int], bool]:
    """The statuses that came, and whether the line was closed after them."""
    got, closed = b"", False
    with line:
        try:
            line.sendall(sent)
            while not closed:
                line.settimeout(0.2 if len(STATUS.findall(got)) >= expected else 20)
                part = line.recv(65_536)
                got, closed = got + part, not part
        except TimeoutError:
            pass
        except OSError:
            closed = True
    return [int(status) for status in STATUS.findall(got)], closed


def innocent(front: Front, page: Seen) -> None:
    """Six requests of somebody else, each gets its own answer and nothing more than them arrives."""
    for n in range(6):
        response, body = front.ask(f"/mine/{n}")
        assert (response.status, body) == (200, b"/mine/%d" % n)
    assert page.taken() == [["GET", f"/mine/{n}", 0] for n in range(6)]


@pytest.mark.parametrize("how", [*TWO_LENGTHS, *NGINX_ALONE])
def test_what_can_be_read_in_two_ways_does_not_pass_nginx(front: Front, page: Seen, how: str) -> None:
    page.taken()
    statuses, closed = answers(front.line(), {**TWO_LENGTHS, **NGINX_ALONE}[how])
    assert closed and statuses in ([], [400], [414], [431], [501])  # none: closed before all of it was sent
    assert page.taken() == []
    innocent(front, page)


@pytest.mark.parametrize("how", TWO_LENGTHS)
def test_granian_itself_takes_no_hidden_request_from_it_either(page: Seen, how: str) -> None:
    page.taken()
    statuses, closed = answers(socket.create_connection(("127.0.0.1", page.port), 20), TWO_LENGTHS[how])
    assert closed and len(statuses) <= 1
    assert [path for _, path, _ in page.taken()] in ([], ["/first"])


@pytest.mark.parametrize("how", READ_ALIKE)
def test_what_passes_is_read_alike_by_both(front: Front, page: Seen, how: str) -> None:
    page.taken()
    sent, reads = READ_ALIKE[how]
    statuses, _ = answers(front.line(), sent, len(reads))
    assert statuses == [200] * len(reads) and page.taken() == reads
    innocent(front, page)


def test_another_host_in_the_address_is_not_served(front: Front, page: Seen) -> None:
    page.taken()
    sent = asked(b"Content-Length: 0", b"", b"POST http://evil.example/first HTTP/1.1")
    statuses, _ = answers(front.line(), sent)
    assert statuses == [] and page.taken() == [], "the line is closed without a word"
