"""Processes that are killed while people work: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import time

import pytest

from faults.installation import Busy, Installation, nothing_lost
from tongban.load.day import Size

MANY, KILLED = 3_000, 3
DAY = Size(cases=60, steps=160, views=60, hours=8, first=9)


@pytest.fixture(autouse=True)
def at_work(installation: Installation) -> None:
    installation.database()


def test_the_web_server_is_killed_under_load(installation: Installation) -> None:
    web = installation.serve()
    busy = Busy(installation, DAY, 20)
    for enough in (20, 60):
        busy.wait_until(enough)
        installation.kill(web)
        began = time.monotonic()
        web = installation.serve()
        print(f"web server killed after {enough}: back after {time.monotonic() - began:.1f} s")
    print(nothing_lost(busy.over()))
    installation.sound()


def test_the_database_is_killed_under_load(installation: Installation) -> None:
    installation.serve()
    installation.work()  # whoever works behind the pages brings an embedded database back
    busy = Busy(installation, DAY, 20)
    busy.wait_until(40)
    installation.kill_database()
    began, there = time.monotonic(), busy.acknowledged()
    busy.wait_until(there + 10)
    print(f"database killed: the next ten steps acknowledged after {time.monotonic() - began:.1f} s")
    print(nothing_lost(busy.over()))
    installation.sound()


def test_the_worker_is_killed_again_and_again_while_much_falls_due(installation: Installation) -> None:
    """Each deadline is acted on once, whoever dies over it."""
    from faults.due import acted, due, many_due

    many_due(installation, MANY)
    began, left = time.monotonic(), MANY
    for _ in range(KILLED):
        worker, was = installation.work(), left
        while left == was:  # in the middle of it, whatever it is that it does
            left = due(installation)
            assert time.monotonic() - began < 400, left
        installation.kill(worker)
        print(f"worker killed with {left} still due")
    installation.work()
    while left := due(installation):
        time.sleep(0.2)
        assert time.monotonic() - began < 400, left
    cases, most = acted(installation)
    print(
        f"{cases} cases acted on, at most {most} times each, {time.monotonic() - began:.0f} s with the kills"
    )
    assert (cases, most) == (MANY, 1)
    installation.sound()
