"""Taking turns in a database: the second waits, and a process that died holds nobody up."""

from __future__ import annotations

from threading import Event, Thread

import psycopg
import pytest

from server_ground import server_url
from tongban.store.postgres.turns import alone

pytestmark = pytest.mark.database


def test_whoever_comes_second_waits_and_is_told_so() -> None:
    url, told, order = server_url(), Event(), []

    def second() -> None:
        with alone(url, "test", lambda key: (order.append(key), told.set())):  # type: ignore[func-returns-value]
            order.append("second")

    with alone(url, "test"):
        waiting = Thread(target=second)
        waiting.start()
        assert told.wait(10)
        order.append("first has ended")
    waiting.join(10)
    assert order == ["database.waiting", "first has ended", "second"]


def test_turns_of_other_names_do_not_wait() -> None:
    said: list[str] = []
    with alone(server_url(), "one", said.append), alone(server_url(), "another", said.append):
        assert said == []


def test_a_turn_ends_with_the_process_that_held_it() -> None:
    said: list[str] = []
    url = server_url()
    with (
        pytest.raises(psycopg.OperationalError),
        alone(url, "test"),
        psycopg.connect(url, autocommit=True) as other,
    ):
        sql = "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        other.execute(sql)
        raise psycopg.OperationalError
    with alone(url, "test", said.append):
        assert said == []
