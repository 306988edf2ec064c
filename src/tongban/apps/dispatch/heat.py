"""How hot an hotspot is: a number that anybody can work out by hand from what stands beside it.

Each person counts ``PERSON`` points on the day they last wrote about it, and half as many with every ``HALF`` days since.
Each further message of the same person adds one point, halved in the same way. So ten neighbours weigh more than one
who writes ten times, and what nobody writes about any more cools down by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

PERSON = 10
FURTHER = 1
HALF = timedelta(days=14)
WEEK = timedelta(days=7)
CLEAR = 2
"""Two weeks differ clearly when the square of their difference is at least so many times their sum."""

Trend = Literal["new", "rising", "falling", "steady"]


class Heat(Struct, frozen=True):
    """``people`` asked; ``lately`` and ``before`` are the messages of the last seven days and of the seven before."""

    heat: int
    people: int
    first: datetime
    last: datetime
    lately: int
    before: int
    trend: Trend


def heat_of(messages: Sequence[tuple[int, datetime]], now: datetime) -> Heat:
    """Heat and trend from who wrote when, at least one message. Persons are numbers that mean nothing else."""
    latest: dict[int, datetime] = {}
    points = 0.0
    for person, at in sorted(messages, key=lambda each: each[1], reverse=True):
        points += (FURTHER if person in latest else PERSON) * 0.5 ** (max(now - at, timedelta()) / HALF)
        latest.setdefault(person, at)
    moments = [at for _, at in messages]
    lately = sum(now - at < WEEK for at in moments)
    before = sum(WEEK <= now - at < 2 * WEEK for at in moments)
    first = min(moments)
    return Heat(
        round(points), len(latest), first, max(moments), lately, before, _trend(first, now, lately, before)
    )


def _trend(first: datetime, now: datetime, lately: int, before: int) -> Trend:
    if now - first < WEEK:
        return "new"
    if (lately - before) ** 2 < CLEAR * (lately + before) or lately == before:
        return "steady"
    return "rising" if lately > before else "falling"
