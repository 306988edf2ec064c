"""Weeks, months, quarters and years as boards are made for, written so: 2026-W31, 2026-10, 2026-Q3, 2026."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from tongban.apps.disclosure.figures import month_name
from tongban.apps.wording import say
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused

_FORMS = {
    "week": re.compile(r"(20\d\d|21\d\d)-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII),
    "month": re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII),
    "quarter": re.compile(r"(20\d\d|21\d\d)-Q([1-4])", re.ASCII),
    "year": re.compile(r"(20\d\d|21\d\d)()", re.ASCII),
}
OFFERED = {"week": 26, "month": 24, "quarter": 8, "year": 3}
"""How many whole periods are offered."""
DAY = timedelta(days=1)


class Days(Struct, frozen=True):
    """From ``since`` to ``until``, both included."""

    since: date
    until: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant, and the first one after; China time."""
        return _midnight(self.since), _midnight(self.until + DAY)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)


def kind_of(period: str) -> str:
    """The kind of period that is written so; ``month`` for what is none."""
    return next((kind for kind, form in _FORMS.items() if form.fullmatch(period)), "month")


def days_of(kind: str, period: str) -> Days | Refused:
    """The days of a period of a kind. Refuses what is none between 2000 and 2199."""
    found = _FORMS[kind].fullmatch(period)
    if found is None:
        return Refused("disclosure.no_period", "period", {"period": period[:20], "kind": kind})
    year, nth = int(found[1]), int(found[2].lstrip("0") or 1)
    match kind:
        case "week":
            try:
                first = date.fromisocalendar(year, nth, 1)
            except ValueError:  # a year without a 53rd week
                return Refused("disclosure.no_period", "period", {"period": period, "kind": kind})
            return Days(first, first + 6 * DAY)
        case "month":
            return Days(date(year, nth, 1), _month_after(year, nth) - DAY)
        case "quarter":
            return Days(date(year, 3 * nth - 2, 1), _month_after(year, 3 * nth) - DAY)
        case _:
            return Days(date(year, 1, 1), date(year, 12, 31))


_FROM_TO = re.compile(r"(2[01][0-9]{2}-[0-9]{2}-[0-9]{2})_(2[01][0-9]{2}-[0-9]{2}-[0-9]{2})")
LONGEST = 366
"""Days that one count may cover."""


def any_days(kind: str, period: str) -> Days | Refused:
    """The days of a period, or any days as a case counts them: ``2026-07-01_2026-09-30``.

    Not for the public: what two counts over nearly the same days differ in is one case.
    """
    found = _FROM_TO.fullmatch(period)
    if found is None:
        return days_of(kind, period)
    try:
        days = Days(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    except ValueError:  # the 31st of February
        days = None
    if days is None or not 0 <= (days.until - days.since).days < LONGEST:
        return Refused("disclosure.no_period", "period", {"period": period, "kind": kind})
    return days


def named(kind: str, days: Days) -> str:
    """The period with just these days, or the days themselves."""
    period = period_of(kind, days.since)
    return period if days_of(kind, period) == days else f"{days.since}_{days.until}"


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def period_of(kind: str, day: date) -> str:
    """The period in which a day lies."""
    match kind:
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case _:
            return str(day.year)


def offered(kind: str, now: datetime) -> tuple[str, ...]:
    """The last whole periods, the newest first."""
    day, found = now.astimezone(LOCAL).date(), []
    for _ in range(OFFERED[kind]):
        days = days_of(kind, period_of(kind, day))
        assert isinstance(days, Days)
        day = days.since - DAY
        found.append(period_of(kind, day))
    return tuple(found)


def period_name(kind: str, period: str, language: str) -> str:
    """A period as it is said: 2026年第3季度, third quarter of 2026."""
    if _FROM_TO.fullmatch(period):
        return period.replace("_", " – ")
    match kind:
        case "month":
            return month_name(period, language)
        case "week" | "quarter":
            year, nth = period[:4], int(period[6:])
            return say(f"board.{kind}", language, year=year, n=nth)
        case "year":
            return say("board.year", language, year=period)
        case _:
            raise AssertionError(kind)


def whole_months(days: Days) -> Sequence[str]:
    """The months of a month, a quarter or a year; none for any other days."""
    since, after = days.since, days.until + DAY
    n = (after.year - since.year) * 12 + after.month - since.month
    if since.day != 1 or after.day != 1 or n not in (1, 3, 12) or (since.month - 1) % n:
        return ()
    return [f"{since.year}-{month:02d}" for month in range(since.month, since.month + n)]
