"""The line to the database breaks while people work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from faults.conftest import open_folder
from faults.installation import Busy, Installation, nothing_lost
from faults.relay import Relay
from tongban.load.day import Size


@pytest.fixture
def relay(installation: Installation) -> Iterator[Relay]:
    """The installation's pages reach their database by this line alone."""
    url = installation.database()
    said = parse_qs(urlsplit(url).query)
    [folder], [port] = said["host"], said["port"]
    with open_folder() as between:
        made = Relay(Path(folder) / f".s.PGSQL.{port}", between)
        installation.more["DATABASE_URL"] = url.replace(folder, str(between))
        yield made
        made.close()


def test_the_line_is_cut_for_a_while_and_once_before_answers_are_heard(
    installation: Installation, relay: Relay
) -> None:
    installation.serve()
    busy = Busy(installation, Size(60, 160, 60, 8, 9), 20)
    busy.wait_until(20)
    relay.cut_now()
    time.sleep(2)
    relay.mend()
    began, there = time.monotonic(), busy.acknowledged()
    busy.wait_until(there + 10)
    print(
        f"line cut for 2 s: the next ten steps acknowledged {time.monotonic() - began:.1f} s after it was mended"
    )
    for _ in range(5):  # what was asked is done, and nobody hears of it
        relay.deaf.set()
        time.sleep(0.3)
        relay.cut_now()
        relay.mend()
        there = busy.acknowledged()
        busy.wait_until(there + 5)
    played = busy.over()
    print(nothing_lost(played))
    assert played.again > 0
    installation.sound()
