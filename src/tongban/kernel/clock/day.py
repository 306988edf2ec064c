"""Local days of China as plain numbers, and the instants at which they begin and end.

A local day is its proleptic ordinal (``date.toordinal()``): days are counted, not formatted, and an
integer is the fastest thing to count with. China keeps one time, UTC+8, without summer time since
1991; a fixed offset is therefore exact for everything this product will ever date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The one zone of the country, with no summer time since 1992."""
INSTANT = timedelta(microseconds=1)
"""The smallest step of time the product knows."""

_EPOCH = datetime(1970, 1, 1, tzinfo=LOCAL).astimezone(UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def day_of(instant: datetime) -> int:
    """The local day in which an aware instant lies; local midnight belongs to the day it begins."""
    return (instant - _EPOCH).days + _EPOCH_DAY


def local_date(instant: datetime) -> date:
    """The date on the wall calendar at an aware instant."""
    return date.fromordinal(day_of(instant))


def last_date(due_at: datetime) -> date:
    """The date that people are told for a due instant: its last day, when it ends at 24:00."""
    return date.fromordinal(day_ending_at(due_at))


def local_midnight_after(day: str) -> datetime:
    """24:00 local time of a day written ``2026-02-24``, in UTC: what is valid "until" that day ends then."""
    return closing(date.fromisoformat(day).toordinal())


def day_ending_at(instant: datetime) -> int:
    """The local day of the last moment before ``instant``: the last day of a period that ends there."""
    return day_of(instant - INSTANT)


def opening(day: int) -> datetime:
    """The first instant of a local day, in UTC."""
    return _EPOCH + timedelta(days=day - _EPOCH_DAY)


def closing(day: int) -> datetime:
    """24:00 of a local day, in UTC: the first instant that no longer belongs to it."""
    return opening(day + 1)


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError on a time without a zone: it names no instant."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)


def day_text(day: int) -> str:
    """``2026-02-24``, for people."""
    return date.fromordinal(day).isoformat()


def due_text(due: datetime) -> str:
    """``2026-02-24 09:30``; a due moment that ends a day is that day's 24:00, for people."""
    text = local_text(due)
    return f"{day_text(day_ending_at(due))} 24:00" if text.endswith(" 00:00") else text


def local_text(instant: datetime) -> str:
    """``2026-02-24 09:30``, local time to the minute, for people."""
    return instant.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
