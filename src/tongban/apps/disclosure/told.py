"""Which units the public is told of one by one, for a month, a quarter or a year: one rule for whatever page or file it is.

Nothing is told before a period is over: what a page says today less what it said yesterday is one case. Nothing is told of weeks
or of any other days: a month less its weeks is what happened in a few days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.periods import DAY, Days, days_of
from tongban.apps.disclosure.standing import Sources
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.suppression import Counts, Course, alone, small


def samples(counts: Mapping[str, Tally]) -> Counts:
    """Cases by unit, without the county's sum."""
    return {unit: tally.sample for unit, tally in counts.items() if unit and tally.denominator}


class Told(Struct, frozen=True):
    """What may be told of the practices that ``sources`` has."""

    sources: Sources

    def units(self, practice: str, indicator: str, days: Days, now: datetime) -> frozenset[str]:
        """The units of which an indicator's counts may be told for these days."""
        months = whole_months(days)
        if not months or days.bounds[1] > now or self.sources.practice(practice) is None:
            return frozenset()
        if len(months) == 1:
            return alone(self._counts(practice, indicator, months[0]))
        course = Course({month: self._counts(practice, indicator, month) for month in months})
        for quarter in _quarters(months):
            course.longer(quarter)
        return course.longer(months)

    def whole(self, practice: str, indicator: str, days: Days, now: datetime) -> bool:
        """Whether the county's own counts may be told for these days."""
        months = whole_months(days)
        if not months or days.bounds[1] > now or self.sources.practice(practice) is None:
            return False
        counts = {month: self._counts(practice, indicator, month) for month in months}
        if len(months) == 1:
            return not small(sum(counts[months[0]].values()))
        course = Course(counts)
        for quarter in _quarters(months):
            course.sum_told(quarter)
        return course.sum_told(months)

    def _counts(self, practice: str, indicator: str, month: str) -> Counts:
        days = days_of("month", month)
        assert isinstance(days, Days)
        return samples(self.sources.tallies(practice, *days.bounds).get(indicator, {}))


def whole_months(days: Days) -> Sequence[str]:
    """The months of a month, a quarter or a year; none for any other days."""
    since, after = days.since, days.until + DAY
    n = (after.year - since.year) * 12 + after.month - since.month
    if since.day != 1 or after.day != 1 or n not in (1, 3, 12) or (since.month - 1) % n:
        return ()
    return [f"{since.year}-{month:02d}" for month in range(since.month, since.month + n)]


def _quarters(months: Sequence[str]) -> list[Sequence[str]]:
    """Those of a year."""
    return [months[first : first + 3] for first in range(0, 12, 3)] if len(months) == 12 else []
