"""Moments as stories write them: ``2026-03-02 09:00``, ``2026-03-09 24:00``, ``+2 working_days``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from tongban.kernel.clock import LOCAL, Calendar, Unit, due_text
from tongban.kernel.clock.day import closing, day_of, opening
from tongban.library.shape.written import read_limit


def moment(text: str) -> datetime | None:
    """The instant of a local time; None when the calendar has no such day."""
    day, _, clock = text.partition(" ")
    try:
        if clock == "24:00":
            return closing(date.fromisoformat(day).toordinal())
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), LOCAL)
    except ValueError:
        return None
    return local.astimezone(UTC)


def later(text: str, now: datetime, calendar: Calendar) -> datetime | None:
    """A moment, or one counted from ``now``. Working days keep the time of day."""
    if not text.startswith("+"):
        return moment(text)
    limit = read_limit(text.removeprefix("+"))
    if limit is None:
        return None
    if limit.unit is Unit.WORKING_DAYS:
        today = day_of(now)
        day = calendar.nth_working(calendar.working_through(today) + limit.amount)
        return opening(day) + (now - opening(today))
    return now + limit.elapsed()


def written(at: datetime | None) -> str:
    """An instant as a story writes it; the end of a day is its 24:00."""
    return due_text(at) if at is not None else ""
