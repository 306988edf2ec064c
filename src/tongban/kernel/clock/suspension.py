"""Suspensions made ready for counting: cut to the running clock, in order, merged where they meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from tongban.kernel.clock.day import day_of
from tongban.kernel.clock.limit import Span


class DayStop(Struct, frozen=True):
    """Local days that do not count, both ends included; ``last`` None while the clock stands still.

    The day a suspension starts and the day it ends are both not counted.
    """

    first: int
    last: int | None
    since: datetime
    """When the suspension began that is still open, else that ended last."""

    def holds(self, day: int) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def after_start(spans: Iterable[Span], start: datetime) -> tuple[Span, ...]:
    """The parts of ``spans`` that lie after ``start``, in order of their beginning."""
    cut = (
        Span(max(span.since, start), span.to, span.reason)
        for span in spans
        if span.to is None or span.to >= start
    )
    return tuple(sorted(cut, key=lambda span: span.since))


def by_day(spans: tuple[Span, ...]) -> tuple[DayStop, ...]:
    """Ordered spans as disjoint runs of local days."""
    stops: list[DayStop] = []
    for span in spans:
        stop = DayStop(day_of(span.since), None if span.to is None else day_of(span.to), span.since)
        if stops and (stops[-1].last is None or stop.first <= stops[-1].last):
            stop = _join(stops.pop(), stop)
        stops.append(stop)
    return tuple(stops)


def _join(one: DayStop, two: DayStop) -> DayStop:
    if one.last is None:
        return one
    if two.last is None:
        return DayStop(one.first, None, two.since)
    return DayStop(one.first, max(one.last, two.last), two.since)


def by_instant(spans: tuple[Span, ...]) -> tuple[tuple[datetime, datetime | None], ...]:
    """Ordered spans as disjoint stretches of exact time."""
    stops: list[tuple[datetime, datetime | None]] = []
    for span in spans:
        since, to = span.since, span.to
        if stops:
            before_since, before_to = stops[-1]
            if before_to is None:
                break
            if since <= before_to:
                stops.pop()
                since, to = before_since, None if to is None else max(to, before_to)
        stops.append((since, to))
    return tuple(stops)
