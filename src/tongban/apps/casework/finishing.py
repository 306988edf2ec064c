"""When will all of it be done? A projected day with an interval from the numbers of the days so far, or honestly none.

The method is that of the prediction interval for a sum of future observations (Hahn and Meeker, Statistical
Intervals, 1991, section 4.8): from n daily numbers with mean m and variance v the sum of the next h is taken to be about
h*m, with variance v*(h + h*h/n), because the mean itself is known from n days only; quantiles are Student's with n-1 degrees of
freedom. All is done on the first day by which such a sum is at least what remains. Three things keep it honest where counts of work differ
from the textbook:

- v is never less than m: counts vary at least as Poisson's do, and five like days prove no clockwork;
- busy days follow each other: v is raised by (1+r)/(1-r) for the correlation r of neighbouring days, which is the same as
  counting fewer independent days (Wilks, Statistical Methods in the Atmospheric Sciences, section 5.2.4);
- days of rest are counted as days only where the work itself went on at least half as quickly on them; otherwise working days count.

Only the latest days speak (:data:`WINDOW`): what a work did a month ago says little of the next week. The method knows nothing of hard
remains: where the last cases are much slower than those before, the day comes too early until the slowness shows in the
days. How often intervals held in generated campaigns: ``benches/bench_finish.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, fmean, variance
from typing import Literal, TypeAlias

from msgspec import Struct

SURE = 80
"""Per cent of the interval."""
WINDOW = 15
"""Counted days from which the pace is taken, the latest."""
LEAST_DAYS = 5
LEAST_DONE = 10
FURTHEST = 2500
"""Counted days ahead beyond which no day is named."""
MOST_ALIKE = 0.6
DAY = timedelta(days=1)

Why: TypeAlias = Literal["nothing", "too_few", "standing_still", "too_uncertain"]
Worked: TypeAlias = Callable[[date], bool]


class Finish(Struct, frozen=True):
    """Done on ``day`` as likely as not, between ``low`` and ``high`` in :data:`SURE` of a hundred such cases.

    ``days`` counted days gave the pace; ``working``: only working days were counted. All three are today where nothing remains.
    """

    day: date
    low: date
    high: date
    days: int
    working: bool


class NoFinish(Struct, frozen=True):
    """No day can be named: nothing is there, too few days or too little done, no pace, or one that varies too much."""

    why: Why


def finish(done: Mapping[date, int], total: int, today: date, worked: Worked) -> Finish | NoFinish:
    """The projected finish of ``total`` cases of which so many more (or, negative, fewer) were done on each day.

    ``worked`` says which days are working days. Today counts among the days to come: it is not over. Pure.
    """
    if total <= 0:
        return NoFinish("nothing")
    if sum(done.values()) >= total:
        return Finish(today, today, today, 0, working=False)
    before = {day: n for day, n in done.items() if day < today}
    remaining = total - sum(before.values())
    days = sorted(before)
    if not days or sum(before.values()) < LEAST_DONE:
        return NoFinish("too_few")
    working = not _through_rest(before, days[0], today, worked)
    counts = _counts(before, days[0], today, worked if working else _every)[-WINDOW:]
    if len(counts) < LEAST_DAYS:
        return NoFinish("too_few")
    pace = fmean(counts)
    if pace <= 0:
        return NoFinish("standing_still")
    spread = max(variance(counts), pace) * _inflation(counts)
    wide = student(0.5 + SURE / 200, len(counts) - 1)
    found = [_first(remaining, pace, spread, len(counts), quantile) for quantile in (-wide, 0.0, wide)]
    ahead = [_date_of(each, today, worked if working else _every) for each in found if each]
    if len(ahead) < 3:
        return NoFinish("too_uncertain")
    return Finish(ahead[1], ahead[0], ahead[2], len(counts), working)


def _every(day: date) -> bool:
    del day
    return True


def _through_rest(done: Mapping[date, int], first: date, today: date, worked: Worked) -> bool:
    """Whether days of rest went at least half as quickly as working days; so it is only where two of them were seen."""
    days = [first + n * DAY for n in range((today - first).days)]
    rest = [done.get(day, 0) for day in days if not worked(day)]
    work = [done.get(day, 0) for day in days if worked(day)]
    return len(rest) >= 2 and bool(work) and 2 * fmean(rest) >= fmean(work) > 0


def _counts(done: Mapping[date, int], first: date, today: date, counts: Worked) -> list[int]:
    """The numbers of the counted days from the first until yesterday; what was done on others belongs to the next one."""
    found: list[int] = []
    over = 0
    for day in (first + n * DAY for n in range((today - first).days)):
        over += done.get(day, 0)
        if counts(day):
            found.append(over)
            over = 0
    if over and found:
        found[-1] += over
    return found


def _inflation(counts: Sequence[int]) -> float:
    """By how much sums of neighbouring days vary more than sums of independent ones."""
    mean = fmean(counts)
    whole = sum((each - mean) ** 2 for each in counts)
    beside = sum((a - mean) * (b - mean) for a, b in pairwise(counts))
    alike = min(max(beside / whole, 0.0), MOST_ALIKE) if whole else 0.0
    return (1 + alike) / (1 - alike)


def _first(remaining: int, pace: float, spread: float, n: int, quantile: float) -> int:
    """The first counted day ahead (from 1) by which the remaining are done at this quantile; 0 where none is.

    The statistic grows with the days, so it is found by halving.
    """

    def reached(days: int) -> bool:
        return days * pace - (remaining - 0.5) >= quantile * sqrt(spread * (days + days * days / n))

    low, high = 0, 1
    while not reached(high):
        low, high = high, high * 2
        if low > FURTHEST:
            return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high if high <= FURTHEST else 0


def _date_of(ahead: int, today: date, counts: Worked) -> date:
    """The day of the so-manieth counted day, today the first if it is one."""
    day = today
    for _ in range(20 * FURTHEST):
        ahead -= counts(day)
        if not ahead:
            break
        day += DAY
    return day


def student(p: float, freedom: int) -> float:
    """A quantile of Student's t by the expansion of Abramowitz and Stegun (26.7.5); within 0.01 from four degrees of
    freedom on, for p up to 0.95."""
    z = NormalDist().inv_cdf(p)
    terms: tuple[float, ...] = (
        (z**3 + z) / 4.0,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    powers = (float(freedom) ** n for n in range(1, len(terms) + 1))
    return z + sum(term / power for term, power in zip(terms, powers, strict=True))
