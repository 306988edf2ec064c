"""Why people came again: the visits of a month by reason and by unit, and on whose word they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.disclosure.trips import Trips
from tongban.apps.visits import reason_words
from tongban.apps.wording import Wording, say
from tongban.kernel.indicator.suppression import FEWEST


class Reason(Struct, frozen=True):
    """``told`` of the ``visits`` are the requester's own word. ``share`` is per mille of all visits again."""

    title: str
    visits: int
    told: int
    share: int


class UnitAgain(Struct, frozen=True):
    """Where people came again, the commonest reason first."""

    unit: str
    visits: int
    reasons: tuple[tuple[str, int], ...]


class Again(Struct, frozen=True):
    """One practice: ``visits`` in all, ``told`` of them on the requester's own word, ``again`` the visits that were not the first."""

    practice: str
    visits: int
    told: int
    again: int
    reasons: tuple[Reason, ...]
    units: tuple[UnitAgain, ...]


def came_again(trips: Trips, wording: Wording) -> Again:
    """What the visits of a month add up to."""
    by_reason, told, by_unit = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    for trip, n in trips.counts.items():
        if trip.why:
            by_reason[trip.why] += n
            told[trip.why] += n if trip.told else 0
            by_unit.setdefault(trip.unit, Counter())[trip.why] += n
    again = by_reason.total()
    return Again(
        practice=wording.title(),
        visits=trips.counts.total(),
        told=sum(n for trip, n in trips.counts.items() if trip.told),
        again=again,
        reasons=tuple(
            Reason(reason_words(why, wording), n, told[why], n * 1000 // again)
            for why, n in by_reason.most_common()
        ),
        units=tuple(_units(by_unit, wording)),
    )


def _units(by_unit: dict[str, Counter[str]], wording: Wording) -> Iterator[UnitAgain]:
    """The units with enough visits, the most first; the others together in the last row, if there are at least two of them."""
    small = sorted((u for u in by_unit if by_unit[u].total() < FEWEST), key=lambda u: (by_unit[u].total(), u))
    alone = sorted((u for u in by_unit if u not in small), key=lambda u: (-by_unit[u].total(), u))
    while alone and small and (len(small) < 2 or sum(by_unit[u].total() for u in small) < FEWEST):
        small.append(alone.pop())
    for unit in alone:
        yield _unit(wording.names.unit(unit, wording.language), by_unit[unit], wording)
    if alone:
        together = sum((by_unit[unit] for unit in small), Counter[str]())
        if together:
            yield _unit(say("figure.small_units", wording.language, n=len(small)), together, wording)


def _unit(name: str, counts: Counter[str], wording: Wording) -> UnitAgain:
    reasons = tuple((reason_words(why, wording), n) for why, n in counts.most_common())
    return UnitAgain(name, counts.total(), reasons)
