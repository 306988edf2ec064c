"""Why people came again: the visits of a month by reason and by unit, and on whose word they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.disclosure.trips import Trips
from tongban.apps.visits import reason_words
from tongban.apps.wording import Wording, say
from tongban.kernel.indicator.suppression import Cell, kept_back


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
    """One practice: ``visits`` in all, ``told`` of them on the requester's own word, ``again`` the visits that were not the first. With ``few``
    the public is told of none of those, and ``again`` is nought."""

    practice: str
    visits: int
    told: int
    again: int
    reasons: tuple[Reason, ...]
    units: tuple[UnitAgain, ...]
    few: bool = False


class _Table(Struct, frozen=True):
    """Visits again by unit and reason, and of them those on the requester's own word by reason; ``hidden`` is not told."""

    cells: Counter[Cell]
    told: Counter[str]
    hidden: frozenset[Cell]

    @staticmethod
    def of(trips: Trips, *, public: bool) -> _Table:
        cells, told = Counter[Cell](), Counter[str]()
        for trip, n in trips.counts.items():
            if trip.why:
                cells[trip.unit, trip.why] += n
                told[trip.why] += n if trip.told else 0
        return _Table(cells, told, kept_back(cells) if public else frozenset())

    def along(self, side: int) -> list[tuple[str, int]]:
        """The sums of rows (0) or columns (1), the greatest first."""
        sums = Counter[str]()
        for cell, n in self.cells.items():
            sums[cell[side]] += n
        return sorted(sums.items(), key=lambda each: (-each[1], each[0]))


def came_again(trips: Trips, wording: Wording, *, public: bool = True) -> Again:
    """What the visits of a month add up to. The public is told no number of few, nor one that would give such a number away."""
    table = _Table.of(trips, public=public)
    few = ("", "") in table.hidden
    return Again(
        practice=wording.title(),
        visits=trips.counts.total(),
        told=sum(n for trip, n in trips.counts.items() if trip.told),
        again=0 if few else table.cells.total(),
        reasons=() if few else tuple(_reasons(table, wording)),
        units=() if few else tuple(_units(table, wording)),
        few=few,
    )


def _reasons(table: _Table, wording: Wording) -> Iterator[Reason]:
    """The commonest first; what is not told reason by reason together in the last row."""
    again, rest, rest_told = table.cells.total(), 0, 0
    for why, n in table.along(1):
        if ("", why) in table.hidden:
            rest += n
            rest_told += table.told[why]
        else:
            yield Reason(reason_words(why, wording), n, table.told[why], n * 1000 // again)
    if rest:
        words = say("suppression.other_reasons", wording.language)
        yield Reason(words, rest, rest_told, rest * 1000 // again)


def _units(table: _Table, wording: Wording) -> Iterator[UnitAgain]:
    """Units that may be told, the most visits first; the others together in the last row, unless nobody else is told."""
    rest: list[int] = []
    some = False
    for unit, n in table.along(0):
        if (unit, "") in table.hidden:
            rest.append(n)
            continue
        some = True
        yield UnitAgain(wording.names.unit(unit, wording.language), n, tuple(_why(table, unit, n, wording)))
    if rest and some:
        words = say("figure.small_units", wording.language, n=len(rest))
        yield UnitAgain(words, sum(rest), ())


def _why(table: _Table, unit: str, visits: int, wording: Wording) -> Iterator[tuple[str, int]]:
    told = [
        (why, n)
        for why, _ in table.along(1)
        if (n := table.cells[unit, why]) and (unit, why) not in table.hidden
    ]
    for why, n in sorted(told, key=lambda each: -each[1]):
        yield reason_words(why, wording), n
    rest = visits - sum(n for _, n in told)
    if rest:
        yield say("suppression.other_reasons", wording.language), rest
