"""A due date explained line by line, for the people it binds.

The derivation does not ask ``due_with``: it walks day by day, as a person with a wall calendar would,
and writes down what it meets. That both ways end at the same instant is a property that the tests
hold. Words for every code are in ``texts/clock.yaml``; facts are dates, numbers and names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from msgspec import Struct

from tongban.kernel.clock.calendar import Calendar, Holiday
from tongban.kernel.clock.day import closing, day_ending_at, day_of, day_text, local_text, utc
from tongban.kernel.clock.limit import Limit, Span, Unit
from tongban.kernel.clock.suspension import after_start
from tongban.kernel.value import Facts


class Line(Struct, frozen=True):
    """One line of a derivation: a fixed code and the facts its words need."""

    code: str
    facts: Facts


def derive(
    calendar: Calendar,
    limit: Limit,
    start: datetime,
    spans: tuple[Span, ...] = (),
    extensions: tuple[Limit, ...] = (),
) -> tuple[Line, ...]:
    """The computation of ``due_with`` in lines.

    The last line is ``clock.line.due`` (ends with a day) or ``clock.line.due_at`` (ends at an instant),
    both with the fact ``at`` (ISO 8601, UTC), or ``clock.line.stopped.<unit>`` with ``since`` and
    ``remaining``.
    """
    return tuple(_lines(calendar, limit, utc(start), spans, extensions))


def _lines(
    calendar: Calendar, limit: Limit, start: datetime, spans: tuple[Span, ...], extensions: tuple[Limit, ...]
) -> Iterator[Line]:
    walk = _Walk(calendar, after_start(spans, start), day_of(start), start)
    yield Line("clock.line.start", {"at": local_text(start)})
    laps = (limit, *extensions)
    for number, lap in enumerate(laps):
        rest = laps[number + 1 :]
        kind = "extended" if number else "limit"
        yield Line(f"clock.line.{kind}.{lap.unit}", {"amount": lap.amount, "source": lap.source})
        if lap.unit.in_days:
            if not number:
                yield Line("clock.line.first_day_not_counted", {"day": day_text(walk.day)})
            moves = lap.unit is not Unit.NAMED_DAY and (not rest or not rest[0].unit.in_days)
            yield from walk.days(lap, moves=moves)
        else:
            yield from walk.time(lap)
        if walk.stopped is not None:
            yield walk.stopped
            return
    for year in sorted(walk.unknown):
        yield Line("clock.line.provisional", {"year": year})
    at = walk.at.isoformat()
    if laps[-1].unit.in_days:
        yield Line("clock.line.due", {"at": at, "last_day": day_text(day_ending_at(walk.at))})
    else:
        yield Line("clock.line.due_at", {"at": at, "local": local_text(walk.at)})


class _Met(Struct, frozen=True):
    """What one day turned out to be. Days with equal ``kind`` and ``why`` are told in one line."""

    day: int
    counts: bool
    kind: str
    why: Holiday | str = ""


class _Walk:
    """A person with a wall calendar: where the finger is, what was met, and why it may have stopped."""

    def __init__(self, calendar: Calendar, spans: tuple[Span, ...], day: int, at: datetime) -> None:
        self.calendar = calendar
        self.spans = spans
        self.day = day
        self.at = at
        self.unknown: set[int] = set()
        self.stopped: Line | None = None

    def days(self, limit: Limit, moves: bool) -> Iterator[Line]:
        met: list[_Met] = []
        left = limit.amount
        while left and self.stopped is None:
            self.day += 1
            if self._stands_still(left, limit.unit):
                break
            seen = self._meet(self.day, limit.unit)
            met.append(seen)
            left -= seen.counts
        yield from _told(met)
        if limit.unit is Unit.WORKING_DAYS and limit.amount:
            self._note_unknown_years(met)
        elif moves:
            yield from self._move(limit.unit)
            return
        self.at = closing(self.day)

    def _move(self, unit: Unit) -> Iterator[Line]:
        """Carry the last day off holidays and suspensions; ``day`` stays, ``at`` follows."""
        if self.stopped is not None:
            return
        day = self.day
        met = [self._meet(day, Unit.WORKING_DAYS)]
        while not met[-1].counts:
            if self._stands_still(0, unit, day):
                return
            day += 1
            met.append(self._meet(day, Unit.WORKING_DAYS))
        self._note_unknown_years(met)
        self.at = closing(day)
        if day != self.day:
            facts: dict[str, str] = {"from": day_text(self.day), "to": day_text(day)}
            why = met[0].why
            if isinstance(why, Holiday):
                facts |= {"name_zh": why.zh, "name_en": why.en, "notice": why.notice}
                yield Line("clock.line.last_day_moved.holiday", facts)
            else:
                yield Line(f"clock.line.last_day_moved.{met[0].kind}", facts)

    def time(self, limit: Limit) -> Iterator[Line]:
        begin, end = self.at, self.at + limit.elapsed()
        reached = begin
        for span in self.spans:
            since = max(span.since, reached)
            if span.since >= end:
                break
            if span.to is None:
                left = max(timedelta(0), end - since) // timedelta(minutes=1)
                self.stopped = _stopped(since, left, Unit.MINUTES)
                return
            if span.to > since:
                end += span.to - since
                reached = span.to
                yield Line(
                    "clock.line.suspended_time",
                    {"from": local_text(since), "to": local_text(span.to), "reason": span.reason},
                )
        self.at, self.day = end, day_ending_at(end)

    def _stands_still(self, left: int, unit: Unit, day: int | None = None) -> bool:
        """Whether the finger has come to a suspension that has no end yet; notes the line that says so."""
        where = self.day if day is None else day
        for span in self.spans:
            if span.to is None and day_of(span.since) <= where:
                self.stopped = _stopped(span.since, left, unit)
                return True
        return False

    def _meet(self, day: int, unit: Unit) -> _Met:
        for span in self.spans:
            if day_of(span.since) <= day and (span.to is None or day <= day_of(span.to)):
                return _Met(day, False, "suspended", span.reason)
        if unit in (Unit.CALENDAR_DAYS, Unit.NAMED_DAY):
            return _Met(day, True, "counted")
        on = date.fromordinal(day)
        holiday, makeup = self.calendar.holiday(on), self.calendar.makeup(on)
        if holiday is not None:
            return _Met(day, False, "holiday", holiday)
        if makeup is not None:
            return _Met(day, True, "makeup", makeup)
        return _Met(day, on.weekday() < 5, "counted" if on.weekday() < 5 else "weekend")

    def _note_unknown_years(self, met: list[_Met]) -> None:
        years = {date.fromordinal(each.day).year for each in met}
        self.unknown |= {year for year in years if not self.calendar.known(year)}


def _told(met: list[_Met]) -> Iterator[Line]:
    """Days in lines. Ordinary weekends stand together after the working days around them, each with its date."""
    for (kind, why), run in groupby(met, key=lambda each: (_together(each.kind), each.why)):
        days = list(run)
        counted = [each.day for each in days if each.counts]
        if kind == "counted":
            if counted:
                yield Line("clock.line.counted", _range(counted[0], counted[-1], len(counted)))
            rest = [day_text(each.day) for each in days if not each.counts]
            if rest:
                yield Line("clock.line.skipped_weekend", {"days": len(rest), "list": ";".join(rest)})
        elif isinstance(why, Holiday):
            facts = _range(days[0].day, days[-1].day, len(days))
            names = {"name_zh": why.zh, "name_en": why.en, "notice": why.notice}
            yield Line("clock.line.skipped_holiday", {**facts, **names})
        elif kind == "makeup":
            for day in counted:
                yield Line("clock.line.makeup_day_counted", {"day": day_text(day), "notice": why})
        else:
            yield Line(
                "clock.line.suspended", {**_range(days[0].day, days[-1].day, len(days)), "reason": why}
            )


def _together(kind: str) -> str:
    return "counted" if kind == "weekend" else kind


def _range(first: int, last: int, days: int) -> dict[str, str | int]:
    return {"from": day_text(first), "to": day_text(last), "days": days}


def _stopped(since: datetime, remaining: int, unit: Unit) -> Line:
    return Line(f"clock.line.stopped.{unit}", {"since": local_text(since), "remaining": remaining})
