"""One line to the instance: answers come whole, in every way in which HTTP says where one ends, or not at all."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from threading import Thread

import pytest

from tongban.load.line import Line

Told = Callable[[Sequence[Sequence[bytes]]], tuple[Line, list[bytes]]]
"""What the other end sends, in pieces, on each connection in turn; and what came there."""


@pytest.fixture
def told() -> Iterator[Told]:
    server = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def answering(turns: Sequence[Sequence[bytes]]) -> None:
        for pieces in turns:
            with server.accept()[0] as connection:
                connection.settimeout(5)
                came.append(connection.recv(65536))
                for piece in pieces:
                    connection.sendall(piece)

    def make(turns: Sequence[Sequence[bytes]]) -> tuple[Line, list[bytes]]:
        Thread(target=answering, args=(turns,), daemon=True).start()
        return Line(f"http://127.0.0.1:{server.getsockname()[1]}"), came

    yield make
    server.close()


def test_an_answer_is_put_together_from_its_pieces(told: Told) -> None:
    line, came = told(
        [
            [
                b"HTTP/1.1 201 Cre",
                b"ated\r\nSet-Cookie: a=1=2; Path=/\r\nContent-Le",
                b"ngth: 4\r\n\r\nab",
                b"cd",
            ]
        ]
    )
    with closing(line):
        answer = line.ask("POST", "/x", b"body", {"Accept-Language": "en"})
    assert (answer.status, answer.body, answer.cookies) == (201, b"abcd", {"a": "1=2"})
    head, _, body = came[0].partition(b"\r\n\r\n")
    assert body == b"body" and head.startswith(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nContent-Length: 4" in head and b"\r\nAccept-Language: en" in head


def test_an_answer_may_come_in_chunks_or_end_with_its_line(told: Told) -> None:
    chunked = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n",
        b"1\r\nc\r\n0\r\n\r\n",
    ]
    line, _ = told([chunked, [b"HTTP/1.0 200 OK\r\n\r\nab", b"c"]])
    with closing(line):
        assert [line.ask("GET", "/").body for _ in range(2)] == [b"abc", b"abc"]


def test_half_an_answer_is_none_and_what_carries_a_key_is_asked_again(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.load.line.BREATH", 0.0)
    half, whole = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", b"HTTP/1.1 204 No Content\r\n\r\n"
    line, came = told([[half], [b"no answer at all\r\n\r\n"], [half], [whole]])
    with closing(line):
        assert line.ask("POST", "/").status == 0
        answer = line.ask("POST", "/", again=True)
    assert (answer.status, answer.tries, len(came)) == (204, 3, 4)
