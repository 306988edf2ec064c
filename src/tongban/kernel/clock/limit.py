"""What is promised, what stops it, and what comes out: the values of the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tongban.kernel.value import Record


class Unit(StrEnum):
    """How a limit is counted. Hours and minutes run through nights and holidays; days do not."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    NAMED_DAY = "named_day"
    """So many days on, to a day that somebody named: it stays that day, whether it is worked or not."""

    @property
    def in_days(self) -> bool:
        return self in _IN_DAYS


_IN_DAYS = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.NAMED_DAY})

MINUTES = {Unit.MINUTES: 1, Unit.HOURS: 60}
"""Minutes in one of a unit of exact time."""

LONGEST = {
    Unit.MINUTES: 10 * 366 * 24 * 60,
    Unit.HOURS: 10 * 366 * 24,
    Unit.WORKING_DAYS: 10 * 262,
    Unit.CALENDAR_DAYS: 10 * 366,
    Unit.NAMED_DAY: 100 * 366,
}
"""The largest amount of each unit, about ten years: more is a slip of the pen, not a promise. A day that somebody names may lie a
hundred years ahead: contracts run for decades."""


class Limit(Record, frozen=True, array_like=True):
    """A promised amount of time and the document it rests on (law, regulation, local setting).

    An amount of 0 is lawful: at once for exact time, by the end of the same day for days (by the end of
    the next working day when the clock starts on a day of rest). Raises ValueError when ``amount`` is
    not between 0 and ``LONGEST``; readers of practices and forms check it before and refuse with words.
    """

    amount: int
    unit: Unit
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST[self.unit]:
            raise ValueError(f"{self.amount} {self.unit} is not between 0 and {LONGEST[self.unit]}")

    def elapsed(self) -> timedelta:
        """The length on a plain watch, a day of any kind being 24 hours. Exact for hours and minutes."""
        return timedelta(minutes=self.amount * MINUTES.get(self.unit, 24 * 60))


class Span(Record, frozen=True, array_like=True):
    """A lawful suspension: from ``since`` until ``to``, or still running when ``to`` is None.

    ``reason`` is the code of a lawful reason listed by the practice (hearing, inspection, expert
    review, …). Raises ValueError when it ends before it begins or an instant has no zone.
    """

    since: datetime
    to: datetime | None
    reason: str

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or (self.to is not None and self.to.tzinfo is None):
            raise ValueError("a suspension needs instants with a time zone")
        if self.to is not None and self.to < self.since:
            raise ValueError(f"a suspension cannot end {self.to} before it begins {self.since}")


class Due(Struct, frozen=True):
    """When a limit ends. What is done before ``at`` is in time; what is done at ``at`` is late.

    For limits in days ``at`` is 24:00 local time of the last day, which is the first instant of the
    day after. ``provisional`` says that a year without an official calendar was counted over.
    """

    at: datetime
    provisional: bool

    def at_or(self, _otherwise: datetime) -> datetime:
        return self.at


class Stopped(Struct, frozen=True):
    """No due date: the clock stands still since ``since``.

    ``remaining`` is what is left of the limit (or of the extension) that was running, in ``unit``:
    whole days, or whole minutes rounded down. It is 0 when all days of a calendar-day limit had run
    and only its last day was still being moved off a holiday. ``then`` are the extensions that follow.
    """

    since: datetime
    remaining: int
    unit: Unit
    then: tuple[Limit, ...] = ()

    def at_or(self, otherwise: datetime) -> datetime:
        """``otherwise``: a stopped clock has no due instant of its own."""
        return otherwise
