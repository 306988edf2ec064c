"""The machine's clock jumps while people work."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from faults.installation import Busy, Installation, nothing_lost
from tongban.load.day import Size

FAKE = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


def jump(set_to: Path, to: str) -> None:
    fresh = set_to.with_suffix(".new")
    fresh.write_text(to)
    fresh.replace(set_to)


@pytest.mark.skipif(FAKE is None, reason="needs Debian's package faketime")
def test_the_clock_jumps_ahead_and_back(installation: Installation) -> None:
    """As when a time server was wrong: while the machine's clock and the database's differ nothing is recorded and the page says why;
    then work goes on and nothing is lost."""
    installation.database()
    set_to = installation.home / "jump"
    set_to.write_text("+0")
    installation.more |= {
        "LD_PRELOAD": str(FAKE),
        "FAKETIME_TIMESTAMP_FILE": str(set_to),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    installation.serve()
    busy = Busy(installation, Size(60, 160, 60, 8, 9), 20)
    for wrong in ("+3h", "-20m"):
        busy.wait_until(busy.acknowledged() + 10)
        jump(set_to, wrong)
        time.sleep(2)
        jump(set_to, "+0")
    # What had begun while the clock was twenty minutes late, and ended when it was right, is dated by its beginning.
    busy.play.kept.began -= timedelta(hours=1)
    played = busy.over()
    print("the clock jumped three hours ahead, back, and twenty minutes back:", nothing_lost(played))
    assert played.again > 0
    del installation.more["LD_PRELOAD"]
    installation.sound()
