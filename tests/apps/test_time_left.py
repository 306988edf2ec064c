"""How much of its time was left: what an indicator of answers at the last moment looks at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tongban.kernel.case import ClockState
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.seen import time_left

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def lap(ended: timedelta | None, due: timedelta | None = 10 * DAY) -> ClockState:
    at = None if ended is None else START + ended
    return ClockState(
        "handle",
        1,
        START,
        Limit(10, Unit.CALENDAR_DAYS, "rule"),
        None if due is None else START + due,
        ended=at,
    )


@pytest.mark.parametrize(
    ("laps", "left"),
    [
        ([], 1000),
        ([lap(None)], 1000),
        ([lap(DAY, None)], 1000),
        ([lap(timedelta(0))], 1000),
        ([lap(5 * DAY)], 500),
        ([lap(10 * DAY - timedelta(hours=1))], 4),
        ([lap(10 * DAY)], 0),
        ([lap(11 * DAY)], 0),
        ([lap(11 * DAY), lap(1 * DAY)], 900),
        ([lap(DAY, timedelta(0))], 1000),
    ],
)
def test_what_was_left_of_its_time_is_told_per_mille(laps: list[ClockState], left: int) -> None:
    assert time_left(laps) == left
