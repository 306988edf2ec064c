"""What a chart is made of. Everything is already in the reader's words; numbers are as they are counted."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Kind = Literal["bars", "lines", "spread", "heat", "funnel", "map"]
"""``bars``: a bar a label, lying. ``lines``: labels are periods in their order. ``spread``: an interval (one series with ``low`` and
``high``) or five quantiles (five series, the least first) a label. ``heat``: a row a series, a column a label. ``funnel``: one series,
the widest first. ``map``: a tile a label, or its outline where ``outlines`` is given."""


class Linked(Struct, frozen=True):
    """A value that opens to what is behind it."""

    value: str | int | float | None
    href: str


Cell: TypeAlias = "str | int | float | Linked | None"
"""None is what is not known or not told; it is never nought."""


class Column(Struct, frozen=True):
    """A column of the table. ``decimals`` is how numbers are shown; sheets get them as they are. ``unit`` stands behind each."""

    title: str
    decimals: int = 0
    unit: str = ""
    number: bool = True


class Table(Struct, frozen=True):
    """The twin in figures. The first cell of a row heads it. ``caption`` says what must be known to read it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


class Series(Struct, frozen=True):
    """One value a label; ``low`` and ``high`` are its interval, ``links`` what each value opens to ("" for nothing)."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    links: tuple[str, ...] = ()


class Rule(Struct, frozen=True):
    """A line across all labels: what they are compared with."""

    value: float
    name: str


class Place(Struct, frozen=True):
    """Where the tile of a label stands: whole columns and rows from the upper left."""

    column: int
    row: int


class Chart(Struct, frozen=True):
    """``id`` is plain letters, unique on its page. ``says`` is one sentence: what is to be seen. ``unit`` stands behind values ("%",
    "d"), which have ``decimals``. ``top`` is the end of the axis where it is fixed (100 for shares), ``floor`` its beginning; None
    begins it near the least value, for lines and intervals only: a bar begins at nought. The last ``provisional`` labels may still
    change and are drawn hollow. ``places`` lay a map out in tiles; ``outlines`` is the address of a GeoJSON whose features bear the
    labels as ``name``. ``source`` stands under the picture when it is saved."""

    id: str
    title: str
    says: str
    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    table: Table
    unit: str = ""
    decimals: int = 0
    top: float | None = None
    floor: float | None = 0.0
    rule: Rule | None = None
    provisional: int = 0
    places: tuple[Place, ...] = ()
    outlines: str = ""
    source: str = ""

    @property
    def picture_id(self) -> str:
        """Where the page keeps what the script draws from."""
        return f"{self.id}-data"

    @property
    def picture(self) -> dict[str, object]:
        """What the script draws from."""
        return {
            "kind": self.kind,
            "title": self.title,
            "source": self.source,
            "labels": self.labels,
            "series": [
                {"name": s.name, "values": s.values, "low": s.low, "high": s.high, "links": s.links}
                for s in self.series
            ],
            "unit": self.unit,
            "decimals": self.decimals,
            "top": self.top,
            "floor": self.floor,
            "rule": None if self.rule is None else {"value": self.rule.value, "name": self.rule.name},
            "provisional": self.provisional,
            "places": [[place.column, place.row] for place in self.places],
            "outlines": self.outlines,
        }
