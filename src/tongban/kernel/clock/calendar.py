"""The official calendar: which days are worked, and by which notice.

Days off and make-up working days (调休) are announced once a year by the General Office of the State
Council. They are data and are never computed. A day in a year without a table is taken as worked from
Monday to Friday, and whatever is counted over it is provisional.

Counting is done with one function and its inverse: how many working days lie on or before a day, and
which day is the n-th working day. Inside the known years both are one look-up in a table; outside they
are closed formulas. Adding any number of working days therefore costs the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from msgspec import Struct


class DayOff(Struct, frozen=True):
    """One row of a notice: the days from ``first`` to ``last``, both included, and their festival."""

    first: date
    last: date
    zh: str
    en: str


class Notice(Struct, frozen=True):
    """What one document orders for one calendar year. ``number`` is "" when it is not known for sure."""

    title: str
    number: str
    issued: date
    off: tuple[DayOff, ...]
    work: tuple[date, ...]

    @property
    def cite(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title


class Year(Struct, frozen=True):
    """All notices about the days of one year, in the order in which they were issued."""

    number: int
    notices: tuple[Notice, ...]


class Holiday(Struct, frozen=True):
    """The festival a day off belongs to, and the notice that grants it."""

    zh: str
    en: str
    notice: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The tables of some years. Equal tables make equal calendars; ``digest`` names them in a record.

    Raises ValueError when a year stands twice, a day lies outside its year, or a day is ordered twice
    (off and worked, or off by two notices): the reader of calendar files refuses all three with words.
    """

    years: tuple[Year, ...]
    digest: str = field(init=False, compare=False)
    """SHA-256 of all tables. A stored due date says with it under which calendar it was computed."""

    _known: frozenset[int] = field(init=False, compare=False, repr=False)
    _holidays: dict[int, Holiday] = field(init=False, compare=False, repr=False)
    _makeups: dict[int, str] = field(init=False, compare=False, repr=False)
    _first: int = field(init=False, compare=False, repr=False)
    _before: int = field(init=False, compare=False, repr=False)
    _rank: array[int] = field(init=False, compare=False, repr=False)
    _working: array[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        known = frozenset(year.number for year in self.years)
        if len(known) != len(self.years):
            raise ValueError("a calendar holds each year once")
        holidays, makeups = _tables(self.years)
        first = date(min(known), 1, 1).toordinal() if known else 1
        last = date(max(known), 12, 31).toordinal() if known else 0
        rank, working = array("q"), array("q")
        for day in range(first, last + 1):
            if day in makeups or (day not in holidays and _is_weekday(day)):
                working.append(day)
            rank.append(len(working))
        values: dict[str, object] = {
            "digest": sha256("\n".join(_canonical(self.years)).encode()).hexdigest(),
            "_known": known,
            "_holidays": holidays,
            "_makeups": makeups,
            "_first": first,
            "_before": _weekdays_through(first - 1),
            "_rank": rank,
            "_working": working,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash(self.digest)

    def known(self, year: int) -> bool:
        """Whether the year's official arrangement is in this calendar."""
        return year in self._known

    def knows_days(self, first: int, last: int) -> bool:
        """Whether the years of all local days from ``first`` to ``last`` are known."""
        years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        return all(year in self._known for year in years)

    def is_working_day(self, day: date) -> bool:
        return self.works(day.toordinal())

    def holiday(self, day: date) -> Holiday | None:
        """The festival a day off belongs to; None on working days and on ordinary weekends."""
        return self._holidays.get(day.toordinal())

    def makeup(self, day: date) -> str | None:
        """The notice that makes a Saturday or Sunday a working day; None for every other day."""
        return self._makeups.get(day.toordinal())

    def works(self, day: int) -> bool:
        """``is_working_day`` for a local day given as its ordinal."""
        at = day - self._first
        if 0 <= at < len(self._rank):
            return self._rank[at] > (self._rank[at - 1] if at else 0)
        return _is_weekday(day)

    def working_through(self, day: int) -> int:
        """How many working days lie on or before ``day``, counted from the beginning of the era."""
        at = day - self._first
        if at < 0:
            return _weekdays_through(day)
        if at < len(self._rank):
            return self._before + self._rank[at]
        last = self._first + len(self._rank) - 1
        return self._before + len(self._working) + _weekdays_through(day) - _weekdays_through(last)

    def nth_working(self, count: int) -> int:
        """The day on which ``working_through`` first reaches ``count``."""
        inside = count - self._before
        if inside <= 0:
            return _nth_weekday(count)
        if inside <= len(self._working):
            return self._working[inside - 1]
        last = self._first + len(self._rank) - 1
        return _nth_weekday(inside - len(self._working) + _weekdays_through(last))

    def first_working_from(self, day: int) -> int:
        """``day`` itself when it is worked, else the next day that is."""
        return self.nth_working(self.working_through(day - 1) + 1)


def _tables(years: tuple[Year, ...]) -> tuple[dict[int, Holiday], dict[int, str]]:
    holidays: dict[int, Holiday] = {}
    makeups: dict[int, str] = {}
    for year in years:
        for notice in year.notices:
            for off in notice.off:
                holiday = Holiday(off.zh, off.en, notice.cite)
                for day in range(off.first.toordinal(), off.last.toordinal() + 1):
                    _once(day, year.number, holidays, makeups)
                    holidays[day] = holiday
            for worked in notice.work:
                _once(worked.toordinal(), year.number, holidays, makeups)
                makeups[worked.toordinal()] = notice.cite
    return holidays, makeups


def _once(day: int, year: int, holidays: dict[int, Holiday], makeups: dict[int, str]) -> None:
    if day in holidays or day in makeups or date.fromordinal(day).year != year:
        raise ValueError(f"{date.fromordinal(day)} is ordered twice or lies outside {year}")


def _canonical(years: tuple[Year, ...]) -> Iterator[str]:
    for year in sorted(years, key=lambda each: each.number):
        yield f"year\t{year.number}"
        for notice in year.notices:
            yield f"notice\t{notice.title}\t{notice.number}\t{notice.issued}"
            for off in notice.off:
                yield f"off\t{off.first}\t{off.last}\t{off.zh}\t{off.en}"
            for worked in notice.work:
                yield f"work\t{worked}"


def _is_weekday(day: int) -> bool:
    """Monday to Friday. Day 1 of the era, 0001-01-01, is a Monday."""
    return (day - 1) % 7 < 5


def _weekdays_through(day: int) -> int:
    weeks, rest = divmod(day, 7)
    return weeks * 5 + min(rest, 5)


def _nth_weekday(count: int) -> int:
    weeks, rest = divmod(count - 1, 5)
    return weeks * 7 + rest + 1
