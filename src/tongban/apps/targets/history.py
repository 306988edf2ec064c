"""An indicator's months, counted case by case, as far back as a forecast looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TypeAlias

from msgspec import Struct

from tongban.apps.disclosure.counting import (
    Answered,
    cases_between,
    counted,
    counted_of,
    indicators_of,
    stand,
)
from tongban.apps.disclosure.periods import Days, days_of, period_of
from tongban.apps.office import Office
from tongban.apps.targets.aims import aims
from tongban.kernel.clock import local_date
from tongban.kernel.indicator import Tally
from tongban.kernel.procedure.seen import Seen, counted_at

BACK = 24
"""Months before now that speak."""
DAY = timedelta(days=1)


class Told(Struct, frozen=True):
    """``before`` are whole months up to now, oldest first, with their names; ``so_far`` is the period's part that is counted, ``left`` how many months
    of it are to come."""

    months: tuple[str, ...]
    before: tuple[Tally, ...]
    so_far: Tally
    left: float


Months: TypeAlias = "dict[tuple[str, str, str], Tally]"
"""By month, indicator and unit."""

_lock = Lock()
_kept: dict[str, tuple[object, Months]] = {}
"""By adoption what its months add up to, for one state of the ledger and one set of indicators."""


def told(
    here: Office, practice: str, adoption: str, indicator: str, unit: str, days: Days, now: datetime
) -> Told:
    """What was counted of one indicator for one unit ("" for the county)."""
    names = _before(local_date(now))
    counts = _counts(here, practice, adoption, min(_days(names[0]).since, days.since), now)
    months = [counts.get((name, indicator, unit), Tally()) for name in names]
    so_far, left = Tally(), 0.0
    day = days.since
    while day <= days.until:
        month = _days(period_of("month", day))
        start, end = month.bounds
        if start <= now:
            so_far.add(counts.get((period_of("month", day), indicator, unit), Tally()))
        left += min(max((end - now) / (end - start), 0.0), 1.0)
        day = month.until + DAY
    return Told(names, tuple(months), so_far, left)


def _before(today: date) -> tuple[str, ...]:
    """The last whole months, oldest first."""
    names = []
    day = today.replace(day=1) - DAY
    for _ in range(BACK):
        names.append(period_of("month", day))
        day = day.replace(day=1) - DAY
    return tuple(reversed(names))


def _days(month: str) -> Days:
    found = days_of("month", month)
    assert isinstance(found, Days), month
    return found


def _counts(here: Office, practice: str, adoption: str, since: date, now: datetime) -> Months:
    """Every month from a day on of the indicators that have targets: as they are kept, or in one look at the cases; anew only after the
    ledger has grown."""
    wanted = frozenset(each.indicator for each in aims(here) if each.practice == practice)
    start, end = (
        _days(period_of("month", since)).bounds[0],
        _days(period_of("month", local_date(now))).bounds[1],
    )
    newest, kept = stand(here)
    state = (here.county.code, here.stamp, newest, wanted, start, end)
    with _lock:
        known = _kept.get(adoption)
    if known is not None and known[0] == state:
        return known[1]
    found = (
        _of_months(here, practice, adoption, wanted, since, now)
        if kept
        else _of_cases(here, practice, adoption, wanted, start, end)
    )
    with _lock:
        _kept[adoption] = (state, found)
    return found


def _of_months(
    here: Office, practice: str, adoption: str, wanted: frozenset[str], since: date, now: datetime
) -> Months:
    """As a large county keeps them."""
    found: Months = {}
    day = since.replace(day=1)
    while day <= local_date(now):
        month = period_of("month", day)
        counts = counted(here, practice, adoption, *_days(month).bounds).tallies
        for name in wanted & counts.keys():
            found |= {(month, name, unit): tally for unit, tally in counts[name].items()}
        day = _days(month).until + DAY
    return found


def _of_cases(
    here: Office, practice: str, adoption: str, wanted: frozenset[str], start: datetime, end: datetime
) -> Months:
    """Case by case."""
    indicators = [each for name, each in indicators_of(here, adoption).items() if name in wanted]
    found: Months = {}
    answered: Answered = {}
    for case in cases_between(here, practice, start, end):
        seen: Seen | None = None
        for indicator in indicators:
            at = counted_at(case, indicator.counted) if indicator.of == case.kind else None
            if at is None or not start <= at < end:
                continue
            if seen is None:  # not "or": a sight counts as empty
                seen = Seen(here.procedure(case.adoption), here.county, case)
            one = counted_of(indicator, seen, answered)
            month = period_of("month", local_date(at))
            for unit in dict.fromkeys(("", indicator.unit_of(case))):
                found.setdefault((month, indicator.id, unit), Tally()).add(one)
    return found


def past(told: Told, since: date) -> tuple[Sequence[str], Sequence[Tally]]:
    """The months before a period, and what they add up to."""
    first = period_of("month", since)
    n = sum(each < first for each in told.months)
    return told.months[:n], told.before[:n]
