"""The machine's clock jumps while people work."""

from __future__ import annotations

import json
import random
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from faults.installation import PATIENCE, Busy, Installation, nothing_lost
from tongban.load.crew import API
from tongban.load.day import Size
from tongban.load.filling import filled
from tongban.load.line import Line

FAKE = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)

ROW = 4
"""The same answer so often in a row: of two processes both have been asked, as good as surely."""


def jump(set_to: Path, to: str) -> None:
    fresh = set_to.with_suffix(".new")
    fresh.write_text(to)
    fresh.replace(set_to)


def said(busy: Busy, line: Line) -> str:
    """What a resident is told who brings something now: "" where it is taken, else the code of the refusal."""
    way = busy.play.setting.residents[0]
    answers = filled(way.form, busy.play.world, random.Random(1), resident=True)
    body = {"practice": way.practice, "kind": way.kind, "step": way.step, "answers": answers}
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    answer = line.ask("POST", f"{API}/cases", json.dumps(body).encode(), headers)
    return "" if answer.status in (200, 201) else answer.code


def until(busy: Busy, line: Line, wanted: str) -> None:
    """However busy the machine is: until the program has seen what its clock says now, and each of its processes has."""
    ends, row = time.monotonic() + PATIENCE, 0
    while row < ROW:
        told = said(busy, line)
        row = row + 1 if told == wanted else 0
        assert time.monotonic() < ends, told
        time.sleep(0.05)
        line.close()  # the next one may be answered by the other process


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
    with closing(Line(installation.base)) as line:
        for wrong in ("+3h", "-20m"):
            busy.wait_until(busy.acknowledged() + 10)
            jump(set_to, wrong)
            until(busy, line, "clock.apart")
            jump(set_to, "+0")
            until(busy, line, "")
    # What had begun while the clock was twenty minutes late, and ended when it was right, is dated by its beginning.
    busy.play.kept.began -= timedelta(hours=1)
    played = busy.over()
    print("the clock jumped three hours ahead, back, and twenty minutes back:", nothing_lost(played))
    del installation.more["LD_PRELOAD"]
    installation.sound()
