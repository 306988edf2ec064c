"""A board counted: points of units side by side, each point from its cases, and ranks that noise did not make.

Pure: whoever has the numbers that a case kept can work all of it out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.disclosure.counting import Tallies
from tongban.apps.disclosure.periods import Days
from tongban.kernel.board import BoardCount, BoardItem, Standing
from tongban.kernel.indicator import Tally, Weighed, total, wilson
from tongban.kernel.indicator.parts import PARTS
from tongban.library.boards import Board, Item, by_hand, only_drawn
from tongban.library.indicators import Indicator
from tongban.library.practice import Practice


class Sources(Protocol):
    """Where a board's figures come from: the adopted practices and what their cases add up to."""

    def practice(self, name: str) -> Practice | None:
        """None for one that is not adopted."""
        ...

    def indicators(self, name: str) -> Mapping[str, Indicator]: ...

    def tallies(self, name: str, start: datetime, end: datetime) -> Tallies: ...


class Part(Struct, frozen=True):
    """What one item gives one unit. ``points`` are of ``weight``; ``short`` where the sample is too small to rank."""

    item: BoardItem
    numerator: int
    denominator: int
    excluded: int
    short: bool

    @property
    def points(self) -> float:
        return self.weighed.weight * self.weighed.share if self.denominator else 0.0

    @property
    def weighed(self) -> Weighed:
        return Weighed(self.item.weight, self.numerator, self.denominator, self.item.more, self.item.of)


class Place(Struct, frozen=True):
    """A unit on a board. ``rank`` is 0 where some part is short; points then add up to nothing, too. ``beside`` is what was counted in
    items that are left out because too few units had enough: it gives no points."""

    unit: str
    parts: tuple[Part, ...]
    points: float = 0.0
    low: float = 0.0
    high: float = 0.0
    rank: int = 0
    beside: tuple[Part, ...] = ()

    @property
    def short(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.short)


class Table(Struct, frozen=True):
    """The units of one kind. ``told`` are the items that counted anything for them, ``silent`` the ids of those that tell no
    two of the ranked units apart; ``left_out`` are the others and why: as the standing says, or ``nothing_counted``, or ``too_few`` (half or
    fewer of the units that it counted anything for had the smallest sample). ``out_of`` are the points that can be had."""

    kind: str
    told: tuple[BoardItem, ...]
    left_out: tuple[tuple[BoardItem, str], ...]
    out_of: int
    places: tuple[Place, ...]
    silent: frozenset[str]


def counted(board: Board, since: date, until: date, units: Mapping[str, str], sources: Sources) -> Standing:
    """Count a board for these units (with their kinds), from practices as they are adopted now.

    An item that cannot be counted says why: ``not_adopted``, ``no_indicator``, ``no_rate``, ``not_told`` (of units), ``by_hand`` (somebody could write it), ``not_drawn``
    (its sample is not chance's alone). It is left out, never guessed.
    """
    start, end = Days(since, until).bounds
    items: list[BoardItem] = []
    counts: list[BoardCount] = []
    for item in board.items:
        why = _missing(item, sources)
        if why:
            items.append(BoardItem(item.id, item.name, item.weight, missing=why))
            continue
        known = sources.indicators(item.practice)[item.indicator]
        over = f"{item.practice}/{known.of}"
        items.append(
            BoardItem(item.id, item.name, item.weight, known.smallest_sample, known.more_is_better, over)
        )
        found = sources.tallies(item.practice, start, end)[item.indicator]
        for unit in units:
            tally = found.get(unit, Tally())
            excluded = sum(tally.excluded.values())
            if tally.denominator or excluded:
                counts.append(BoardCount(item.id, unit, tally.numerator, tally.denominator, excluded))
    return Standing(board.id, since.isoformat(), until.isoformat(), tuple(items), dict(units), tuple(counts))


def _missing(item: Item, sources: Sources) -> str:
    practice = sources.practice(item.practice)
    if practice is None:
        return "not_adopted"
    spec = practice.indicators.get(item.indicator)
    if spec is None or item.indicator not in sources.indicators(item.practice):
        return "no_indicator"
    if spec.numerator is None:
        return "no_rate"
    known = sources.indicators(item.practice)[item.indicator]
    if known.disclosure != PARTS:
        return "not_told"
    if by_hand(practice, spec):
        return "by_hand"
    return "not_drawn" if item.sampled and not only_drawn(spec) else ""


def tables(standing: Standing) -> tuple[Table, ...]:
    """The units of each kind in their order; those without a rank last, by their names: their order says nothing."""
    kinds = dict.fromkeys(standing.units.values())
    return tuple(_table(standing, kind) for kind in kinds)


def _table(standing: Standing, kind: str) -> Table:
    units = [unit for unit, of in standing.units.items() if of == kind]
    counts = {(each.item, each.unit): each for each in standing.counts}
    whys = {item: _untold(item, [counts.get((item.item, unit)) for unit in units]) for item in standing.items}
    told = [item for item, why in whys.items() if not why]
    left_out = tuple((item, why) for item, why in whys.items() if why)
    beside = [item for item, _ in left_out if not item.missing]
    places = [_place(unit, told, beside, counts) for unit in units]
    ranked = _ranked(places)
    places = sorted(
        (ranked.get(place.unit, place) for place in places),
        key=lambda place: (place.rank == 0, place.rank, -place.points, place.unit),
    )
    silent = frozenset(item.item for item in told if _alike(item.item, [p for p in places if p.rank]))
    return Table(kind, tuple(told), left_out, sum(i.weight for i in told), tuple(places), silent)


def _untold(item: BoardItem, counts: Iterable[BoardCount | None]) -> str:
    """Why an item compares nobody of a kind; "" where it does."""
    sizes = [count.denominator for count in counts if count is not None]
    if item.missing:
        return item.missing
    if not any(sizes):
        return "nothing_counted"
    able = sum(size >= item.smallest for size in sizes)
    return "too_few" if able < 2 or 2 * able <= sum(size > 0 for size in sizes) else ""


def _place(
    unit: str,
    told: Iterable[BoardItem],
    beside: Iterable[BoardItem],
    counts: Mapping[tuple[str, str], BoardCount],
) -> Place:
    parts, others = (
        tuple(_part(item, counts.get((item.item, unit), BoardCount(item.item, unit))) for item in items)
        for items in (told, beside)
    )
    if not parts or any(part.short for part in parts):
        return Place(unit, parts, beside=others)
    points, low, high = total(part.weighed for part in parts)
    return Place(unit, parts, points, low, high, beside=others)


def _part(item: BoardItem, count: BoardCount) -> Part:
    short = count.denominator < max(item.smallest, 1)
    return Part(item, count.numerator, count.denominator, count.excluded, short)


def _ranked(places: Iterable[Place]) -> dict[str, Place]:
    """A unit stands behind another only where their intervals do not overlap."""
    able = [place for place in places if place.parts and not place.short]
    return {one.unit: replace(one, rank=1 + sum(o.low > one.high for o in able)) for one in able}


def _alike(item: str, places: Iterable[Place]) -> bool:
    """Whether all intervals of one item overlap one another."""
    bounds = [
        wilson(part.numerator, part.denominator)
        for place in places
        for part in place.parts
        if part.item.item == item
    ]
    return max((low for low, _ in bounds), default=0.0) <= min((high for _, high in bounds), default=1.0)
