"""Visits of a month: how many were made, why people came again, at which unit, and on whose word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tongban.kernel.case import Case


class Trip(Struct, frozen=True):
    """Visits that are counted together: ``why`` is "" for first ones, ``told`` that it is the requester's own word."""

    unit: str
    why: str
    told: bool


class Trips:
    """Counts the visits from ``start`` to ``end`` of the cases that pass by."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start
        self.end = end
        self.counts: Counter[Trip] = Counter()

    def of(self, cases: Iterable[Case]) -> Iterator[Case]:
        """The same cases, once each was looked at."""
        for case in cases:
            for visit in case.visits:
                if self.start <= visit.at < self.end:
                    self.counts[Trip(visit.unit, visit.why, visit.told)] += 1
            yield case

    def at(self, place: Callable[[str], str]) -> Trips:
        """The same with each unit as it is told."""
        found = Trips(self.start, self.end)
        for trip, n in self.counts.items():
            found.counts[Trip(place(trip.unit), trip.why, trip.told)] += n
        return found
