"""How much of a limit has been used: for "promised against elapsed"."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.kernel.clock.calendar import Calendar
from tongban.kernel.clock.day import day_of, utc
from tongban.kernel.clock.limit import MINUTES, Limit, Span, Unit
from tongban.kernel.clock.suspension import after_start, by_day, by_instant


def promised(limit: Limit) -> int:
    """The amount of a limit in the unit of ``elapsed``: days, or minutes for hours and minutes."""
    return limit.amount * MINUTES.get(limit.unit, 1)


def elapsed(
    calendar: Calendar, unit: Unit, start: datetime, end: datetime, spans: tuple[Span, ...] = ()
) -> int:
    """The time used between ``start`` and ``end`` without suspensions: whole days, or whole minutes.

    A day counts once it is over, so that ``elapsed`` of working days reaches the limit at the very
    instant the limit ends and not before.
    """
    start, end = utc(start), utc(end)
    if end <= start:
        return 0
    cut = after_start(spans, start)
    return _days(calendar, unit, start, end, cut) if unit.in_days else _minutes(start, end, cut)


def _days(calendar: Calendar, unit: Unit, start: datetime, end: datetime, cut: tuple[Span, ...]) -> int:
    working = unit is Unit.WORKING_DAYS
    after, last = day_of(start), day_of(end) - 1
    used = _between(calendar, working, after + 1, last)
    for stop in by_day(cut):
        ends = last if stop.last is None else min(stop.last, last)
        used -= _between(calendar, working, max(stop.first, after + 1), ends)
    return used


def _between(calendar: Calendar, working: bool, first: int, last: int) -> int:
    if last < first:
        return 0
    if working:
        return calendar.working_through(last) - calendar.working_through(first - 1)
    return last - first + 1


def _minutes(start: datetime, end: datetime, cut: tuple[Span, ...]) -> int:
    used = end - start
    for since, to in by_instant(cut):
        ends = end if to is None else min(to, end)
        if ends > since:
            used -= ends - since
    return used // timedelta(minutes=1)
