"""Much at once."""

from __future__ import annotations

import time

from faults.due import acted, due, many_due
from faults.installation import Busy, Installation, nothing_lost
from tongban.load.day import Size

SECONDS = 5
BURST = 1_000 * SECONDS
DUE = 10_000


def test_a_thousand_new_cases_a_second_are_brought_for_five_seconds(installation: Installation) -> None:
    """More than the machine can take: what it acknowledges it keeps, the rest waits for its turn."""
    installation.database()
    installation.serve()
    began = time.monotonic()
    busy = Busy(installation, Size(BURST, 0, 0, 1, 9), SECONDS, hands=64)
    played = busy.over()
    took = time.monotonic() - began
    print(
        f"{BURST} cases brought within {SECONDS} s were acknowledged in {took:.0f} s, {BURST / took:.0f} a second"
    )
    print(played.times, played.refused)
    print(nothing_lost(played))
    installation.sound()


def test_ten_thousand_deadlines_fall_due_in_one_minute(installation: Installation) -> None:
    installation.database()
    many_due(installation, DUE)
    assert due(installation) == DUE
    began = time.monotonic()
    workers = [installation.work(), installation.work()]
    while left := due(installation):
        assert time.monotonic() - began < 300, left
        time.sleep(1)
    print(f"{DUE} deadlines were acted on in {time.monotonic() - began:.0f} s by {len(workers)} workers")
    assert acted(installation) == (DUE, 1)
    installation.sound()
