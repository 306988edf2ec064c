"""A counted board put into words, for pages and programs."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.apps.disclosure.standing import Part, Place, Table, tables
from tongban.apps.office import Office
from tongban.apps.wording import Wording, say
from tongban.kernel.board import BoardItem, Standing
from tongban.library.boards import Board


class ItemLine(Struct, frozen=True):
    """An item of a table: ``why`` it is left out, "" where it counts; ``silent`` where it tells no two units apart."""

    id: str
    title: str
    says: str
    weight: int
    why: str
    smallest: int
    sampled: bool
    silent: bool


class PartLine(Struct, frozen=True):
    """What an item gives a unit. ``hidden``: the public is not told, because the sample is too small, or (``kept_back``) because it would give
    another small count away. ``apart``: counted, but left out of the points of everybody. ``excluded`` is None where it is not told: the
    public reads it of the county alone."""

    id: str
    title: str
    weight: int
    numerator: int
    denominator: int
    excluded: int | None
    rate: str
    points: str
    short: bool
    hidden: bool
    smallest: int
    apart: bool = False
    kept_back: bool = False


class PlaceLine(Struct, frozen=True):
    """``rank`` is "" without one, ``why`` then says so. ``share`` and its limits are per mille of the points to be had."""

    unit: str
    name: str
    rank: str
    points: str
    low: str
    high: str
    share: int
    low_share: int
    high_share: int
    parts: tuple[PartLine, ...]
    why: str
    beside: tuple[PartLine, ...] = ()

    @property
    def counted(self) -> tuple[PartLine, ...]:
        """All that was counted of the unit and may be shown to this reader."""
        return self.parts + self.beside

    @property
    def range(self) -> int:
        return self.high_share - self.low_share


class TableLine(Struct, frozen=True):
    kind: str
    items: tuple[ItemLine, ...]
    left_out: tuple[ItemLine, ...]
    out_of: int
    places: tuple[PlaceLine, ...]
    ranked: int
    compared: int
    """how many units were compared, also where only one of them is shown"""

    @property
    def unranked(self) -> int:
        return sum(not place.rank for place in self.places)

    @property
    def counted(self) -> bool:
        return any(place.counted for place in self.places)

    def only(self, unit: str) -> TableLine:
        """The same with the line of one unit alone."""
        return replace(self, places=tuple(place for place in self.places if place.unit == unit))


class Teller(Struct):
    """Puts a counted board into words. ``told`` are, for the public, the units by item whose counts may be told."""

    here: Office
    wording: Wording
    board: Board
    language: str
    public: bool = True
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def tables(self, standing: Standing) -> tuple[TableLine, ...]:
        return tuple(self._table(table) for table in tables(standing) if table.places)

    def _table(self, table: Table) -> TableLine:
        places = tuple(self._place(place, table) for place in table.places)
        return TableLine(
            kind=say(f"board.kind.{table.kind}", self.language)
            if table.kind in KINDS
            else self._of_kind(table),
            items=tuple(self._item(item, table, "") for item in table.told),
            left_out=tuple(self._item(item, table, why) for item, why in table.left_out),
            out_of=table.out_of,
            places=places,
            ranked=sum(bool(place.rank) for place in places),
            compared=len(places),
        )

    def _of_kind(self, table: Table) -> str:
        units = self.here.county.units
        level = next((units[p.unit].level.value for p in table.places if p.unit in units), "")
        return say(
            "board.kind.other",
            self.language,
            level=say(f"studio.level.{level}", self.language) if level else "",
        )

    def _item(self, item: BoardItem, table: Table, missing: str) -> ItemLine:
        if (
            self.public and missing == "nothing_counted"
        ):  # what editions keep back looks the same to their readers
            missing = "nothing_told"
        practice = item.indicator.partition(".")[0]
        why = (
            say(f"board.missing.{missing}", self.language, practice=practice, n=item.smallest)
            if missing
            else ""
        )
        sampled = any(each.sampled for each in self.board.items if each.id == item.item)
        title, says = (self.wording.of(f"items.{item.item}.{part}") for part in ("title", "says"))
        return ItemLine(
            item.item,
            title or item.item,
            says,
            item.weight,
            why,
            item.smallest,
            sampled,
            item.item in table.silent,
        )

    def _place(self, place: Place, table: Table) -> PlaceLine:
        out_of = table.out_of or 1
        share, low, high = (
            min(1000, max(0, round(each * 1000 / out_of))) for each in (place.points, place.low, place.high)
        )
        parts = tuple(self._part(part, place.unit) for part in place.parts)
        short = [part for part in parts if part.short]
        names = ("；" if self.language != "en" else "; ").join(part.title for part in short)
        why = say("board.short", self.language, n=len(short), items=names) if short else ""
        kept_back = any(part.kept_back for part in parts)
        if kept_back and not short:
            why = say("suppression.no_rank", self.language)
        rank = 0 if kept_back else place.rank
        return PlaceLine(
            unit=place.unit,
            name=self.here.names.unit(place.unit, self.language),
            rank=str(rank) if rank else "",
            points=f"{place.points:.1f}" if rank else "",
            low=f"{max(0.0, place.low):.1f}",
            high=f"{min(float(out_of), place.high):.1f}",
            share=share,
            low_share=low,
            high_share=high,
            parts=parts,
            why=why if parts else say("board.nothing", self.language),
            beside=()
            if self.public
            else tuple(self._part(part, place.unit, apart=True) for part in place.beside),
        )

    def _part(self, part: Part, unit: str, *, apart: bool = False) -> PartLine:
        some = part.denominator > 0
        kept_back = self.public and unit not in self.told.get(part.item.item, frozenset())
        return PartLine(
            id=part.item.item,
            title=self.wording.of(f"items.{part.item.item}.title", part.item.item),
            weight=part.item.weight,
            numerator=part.numerator,
            denominator=part.denominator,
            excluded=None if self.public else part.excluded,
            rate=f"{part.numerator / part.denominator * 100:.1f} %" if some else "",
            points=f"{part.points:.1f}" if some and not apart else "",
            short=part.short,
            hidden=(self.public and part.short) or kept_back,
            smallest=part.item.smallest,
            apart=apart,
            kept_back=kept_back,
        )


KINDS = frozenset({"township", "village", "department", "county_office", "centre", "desk", "utility"})
"""Kinds of units that the product has a word for; others are called by their level."""
