"""Whose turn it is: cases go round among those for whom they wait, and nothing is tried twice as things stand."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tongban.load.crew import Lines, Member
from tongban.load.turns import CIRCLES, Turns

DICE = random.Random(1)
WAITS: dict[str, list[list[str]]] = {}
"""By login the pages of their list."""


class Lists(BaseHTTPRequestHandler):
    """An instance that has nothing but lists of what waits."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = int(self.path.partition("after=")[2] or 0)
        pages = WAITS.get(self.headers["Authorization"].removeprefix("Bearer "), [])
        rows = [{"number": each} for each in pages[page]] if page < len(pages) else []
        after = str(page + 1) if page + 1 < len(pages) else ""
        body = json.dumps({"rows": rows, "next": after}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests say nothing of their own."""


def member(login: str) -> Member:
    return Member(login, login, "", frozenset(), frozenset())


@pytest.fixture
def lines() -> Iterator[Lines]:
    WAITS.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    made = Lines(f"http://127.0.0.1:{server.server_port}", here=False, pretend=False)
    yield made
    made.close()
    server.shutdown()
    server.server_close()


def test_a_case_is_in_the_hands_of_one_at_a_time_and_the_most_urgent_comes_first(lines: Lines) -> None:
    WAITS["a"] = WAITS["b"] = [["1111 1111", "2222 2222"]]
    turns = Turns(lines, [member("a"), member("b")])
    found = [turns.next(DICE), turns.next(DICE), turns.next(DICE)]
    assert [each and each[1] for each in found] == ["11111111", "22222222", None]


def test_who_found_nothing_to_do_on_a_case_leaves_it_alone_until_it_moved_and_another_may_find_something(
    lines: Lines,
) -> None:
    WAITS["a"] = WAITS["b"] = [["1"]]
    a, b = member("a"), member("b")
    turns = Turns(lines, [a])
    assert turns.next(DICE) == (a, "1")
    turns.in_vain(a, "1", {"sign"})
    turns.left("1")
    assert turns.next(DICE) is None
    assert not turns.untried("1", "sign") and turns.untried("1", "reply")
    turns.crew = [a, b]
    assert turns.next(DICE) == (b, "1")
    turns.done("1", "reply")
    turns.left("1")
    assert turns.untried("1", "sign"), "the case has moved: what was refused may be taken now"
    assert not turns.untried("1", "reply"), "what brought it here is not done twice"
    a.quiet = b.quiet = 0.0
    assert turns.next(DICE) is not None


def test_somebody_turns_pages_until_there_is_something_to_do_and_rests_where_there_is_nothing(
    lines: Lines,
) -> None:
    WAITS["a"] = [["1"], ["2"]]
    a = member("a")
    turns = Turns(lines, [a])
    assert turns.next(DICE) == (a, "1")
    turns.in_vain(a, "1", set())
    turns.left("1")
    assert turns.next(DICE) == (a, "2")
    turns.in_vain(a, "2", set())
    turns.left("2")
    assert turns.next(DICE) is None
    WAITS["a"] = [["3"]]
    assert turns.next(DICE) is None, "they looked a moment ago"
    a.quiet = 0.0
    assert turns.next(DICE) == (a, "3")


def test_two_steps_that_lead_there_and_back_are_not_taken_all_day(lines: Lines) -> None:
    turns = Turns(lines, [member("a")])
    taken = []
    for step in ["lend", "bring_back"] * (CIRCLES + 2):
        if turns.untried("1", step):
            turns.done("1", step)
            taken.append(step)
    assert taken == ["lend", "bring_back"] * CIRCLES
