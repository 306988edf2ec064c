"""When a limit ends.

The rules, in the order in which they are applied:

- the day on which the clock starts is not counted (Civil Code, art. 201);
- hours and minutes are exact elapsed time, through nights, weekends and holidays;
- working days are the days the official calendar says are worked, make-up days included;
- a limit in calendar days whose last day is a day of rest ends on the next working day (art. 203); a day that
  was named stays that day, for nobody counted it;
- a limit in days ends at 24:00 local time of its last day (art. 203);
- a lawful suspension takes its days out of the count, those on which it starts and ends included;
  from a limit in hours it takes its exact duration;
- an extension is counted on from the last day, before that day was moved off a holiday. After a limit
  in hours it is counted on from the instant that limit ended. It never makes a case due earlier.

To recompute after a calendar changed, call ``due_with`` again with the new calendar: nothing is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.clock.calendar import Calendar
from tongban.kernel.clock.day import closing, day_ending_at, day_of, opening, utc
from tongban.kernel.clock.limit import Due, Limit, Span, Stopped, Unit
from tongban.kernel.clock.suspension import DayStop, after_start, by_day, by_instant


def due(calendar: Calendar, limit: Limit, start: datetime) -> Due:
    """The due date of a limit that is neither suspended nor extended. ``start`` is an aware instant."""
    if limit.unit.in_days:
        return _due_from_day(calendar, limit, day_of(start))
    return Due(utc(start) + limit.elapsed(), False)


def due_with(
    calendar: Calendar,
    limit: Limit,
    start: datetime,
    spans: tuple[Span, ...] = (),
    extensions: tuple[Limit, ...] = (),
) -> Due | Stopped:
    """The due date after suspensions and extensions, or ``Stopped`` while a suspension is running.

    A suspension that begins when the time is already up changes nothing.
    """
    if not spans and not extensions:
        return due(calendar, limit, start)
    start = utc(start)
    cut = after_start(spans, start)
    stops, laps = by_day(cut), (limit, *extensions)
    reached = _Reached(day_of(start), start, False)
    for number, lap in enumerate(laps):
        rest = laps[number + 1 :]
        outcome: _Reached | Stopped
        if lap.unit.in_days:
            moves = not rest or not rest[0].unit.in_days
            outcome = _after_days(calendar, lap, reached.day, stops, moves)
        else:
            outcome = _after_time(lap, reached.at, cut)
        if isinstance(outcome, Stopped):
            return replace(outcome, then=rest)
        reached = replace(outcome, provisional=outcome.provisional or reached.provisional)
    return Due(reached.at, reached.provisional)


def before(calendar: Calendar, limit: Limit, at: datetime) -> datetime:
    """The instant that lies ``limit`` ahead of a due instant: for a warning that must come in time.

    One working day ahead of Monday 24:00 is Friday 24:00, and of Wednesday 15:00 is Tuesday 15:00. In
    working days, a due instant within a day of rest counts as the end of the working day before it.
    """
    match limit.unit:
        case Unit.WORKING_DAYS:
            last = day_ending_at(at)
            day = calendar.nth_working(calendar.working_through(last) - limit.amount)
            return opening(day) + (at - opening(last)) if calendar.works(last) else closing(day)
        case Unit.CALENDAR_DAYS | Unit.NAMED_DAY | Unit.HOURS | Unit.MINUTES:
            return utc(at) - limit.elapsed()
        case _:
            assert_never(limit.unit)


class _Reached(Struct, frozen=True):
    """Where the count stands after a limit or an extension."""

    day: int
    """The last local day, before it is moved off a holiday: the next lap in days is counted from it."""
    at: datetime
    """The first instant that is late."""
    provisional: bool


@lru_cache(maxsize=1 << 16)
def _due_from_day(calendar: Calendar, limit: Limit, day: int) -> Due:
    """Every case that starts its clock on one day under one limit shares this answer."""
    reached = _after_days(calendar, limit, day, (), moves=True)
    assert isinstance(reached, _Reached)
    return Due(reached.at, reached.provisional)


def _after_days(
    calendar: Calendar, limit: Limit, after: int, stops: tuple[DayStop, ...], moves: bool
) -> _Reached | Stopped:
    """Count the days of ``limit`` from the day after ``after``. ``moves``: leave no last day on a holiday."""
    working = limit.unit is Unit.WORKING_DAYS
    through = calendar.working_through if working else _itself
    nth = calendar.nth_working if working else _itself
    target = through(after) + limit.amount
    last = nth(target) if limit.amount else after
    for stop in stops:
        first = max(stop.first, after + 1)
        if first > last:
            break
        before = through(first - 1)
        if stop.last is None:
            return Stopped(stop.since, target - before, limit.unit)
        target += max(0, through(stop.last) - before)
        last = nth(target)
    if working and limit.amount:
        return _Reached(last, closing(last), not calendar.knows_days(after + 1, last))
    if not moves or limit.unit is Unit.NAMED_DAY:
        return _Reached(last, closing(last), False)
    moved = _off_rest_days(calendar, limit.unit, last, stops)
    if isinstance(moved, Stopped):
        return moved
    return _Reached(last, closing(moved), not calendar.knows_days(last, moved))


def _off_rest_days(calendar: Calendar, unit: Unit, last: int, stops: tuple[DayStop, ...]) -> int | Stopped:
    """The first day from ``last`` on that is worked and on which the clock is running."""
    day = calendar.first_working_from(last)
    for stop in stops:
        if stop.holds(day):
            if stop.last is None:
                return Stopped(stop.since, 0, unit)
            day = calendar.first_working_from(stop.last + 1)
    return day


def _after_time(limit: Limit, start: datetime, spans: tuple[Span, ...]) -> _Reached | Stopped:
    end = start + limit.elapsed()
    for since, to in by_instant(spans):
        if to is not None and to <= start:
            continue
        begins = max(since, start)
        if begins >= end:
            break
        if to is None:
            return Stopped(begins, (end - begins) // timedelta(minutes=1), Unit.MINUTES)
        end += to - begins
    return _Reached(day_ending_at(end), end, False)


def _itself(day: int) -> int:
    return day
