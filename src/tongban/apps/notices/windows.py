"""When somebody is told: at once where that is no night, in the windows of the day, or in the morning. Shares the kernel's quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from tongban.kernel.clock import Calendar
from tongban.kernel.clock.day import day_of, opening
from tongban.kernel.clock.quiet import MORNING, awake

ONCE, WINDOWS, MORNINGS, NEVER = "once", "windows", "morning", "never"
PACES = (ONCE, WINDOWS, MORNINGS, NEVER)


def when(calendar: Calendar, pace: str, now: datetime) -> datetime:
    """The first moment from ``now`` on at which somebody with this pace is told."""
    if pace == ONCE:
        return awake(calendar, now)
    moments = (
        tuple(timedelta(minutes=each) for each in settings.TONGBAN_DIGESTS) if pace == WINDOWS else (MORNING,)
    )
    day = day_of(now)
    if calendar.works(day):
        for each in moments:
            if now <= opening(day) + each:
                return opening(day) + each
    return opening(calendar.first_working_from(day + 1)) + moments[0]
