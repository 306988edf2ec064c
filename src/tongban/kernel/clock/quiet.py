"""Quiet hours: nobody is told at night or on a day of rest what can wait until the morning.

Offices speak from nine until half past five on working days, make-up days among them (domain rules 5.1: what is no emergency
is not pressed at once, and nights are silent).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.kernel.clock.calendar import Calendar
from tongban.kernel.clock.day import day_of, opening

MORNING = timedelta(hours=9)
EVENING = timedelta(hours=17, minutes=30)


def awake(calendar: Calendar, at: datetime) -> datetime:
    """The first moment from ``at`` on at which offices speak: ``at`` itself, or the next working morning."""
    day = day_of(at)
    if calendar.works(day):
        if at < opening(day) + MORNING:
            return opening(day) + MORNING
        if at < opening(day) + EVENING:
            return at
    return opening(calendar.first_working_from(day + 1)) + MORNING


def awake_before(calendar: Calendar, at: datetime) -> datetime:
    """The last moment until ``at`` at which offices speak: for a warning that must not come too late."""
    day = day_of(at)
    if calendar.works(day) and at >= opening(day) + MORNING:
        return min(at, opening(day) + EVENING)
    last = calendar.nth_working(calendar.working_through(day - 1))
    return opening(last) + EVENING
