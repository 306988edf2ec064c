"""When people of the demo do things: office hours on working days, the day, or any time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Literal

from tongban.kernel.clock import LOCAL, Calendar

Hours = Literal["office", "day", "always"]

OFFICE = ((8 * 60 + 20, 11 * 60 + 50), (13 * 60 + 30, 17 * 60 + 40))
DAY = ((7 * 60, 22 * 60),)
SPREAD = 95
"""Minutes within which the work that waited for the morning gets done."""


def next_moment(calendar: Calendar, at: datetime, hours: Hours, chance: random.Random) -> datetime:
    """``at`` if somebody is there then, else some minutes into the next time when somebody is."""
    if hours == "always":
        return at
    local = at.astimezone(LOCAL)
    windows = OFFICE if hours == "office" else DAY
    minute = local.hour * 60 + local.minute
    if hours == "day" or calendar.works(local.toordinal()):
        for opens, closes in windows:
            if minute < opens:
                return _at(local, opens + chance.randrange(SPREAD), local.second)
            if minute < closes:
                return at
    day = local.toordinal() + 1
    if hours == "office":
        day = calendar.first_working_from(day)
    start = datetime.fromordinal(day).replace(tzinfo=LOCAL)
    return _at(start, windows[0][0] + int(chance.random() ** 2 * 3 * SPREAD), local.second)


def last_moment(calendar: Calendar, at: datetime, chance: random.Random) -> datetime:
    """The last half hours of the office before ``at``: how somebody just keeps a promise."""
    local = at.astimezone(LOCAL) - timedelta(seconds=1)
    for _ in range(30):
        if calendar.works(local.toordinal()):
            for opens, closes in reversed(OFFICE):
                end = min(closes, local.hour * 60 + local.minute)
                if end > opens:
                    return _at(local, max(opens, end - chance.randrange(5, 150)), chance.randrange(60))
        local = local.replace(hour=23, minute=59) - timedelta(days=1)
    return at


def _at(day: datetime, minute: int, second: int) -> datetime:
    return day.replace(hour=0, minute=0, second=second, microsecond=0) + timedelta(minutes=minute)
