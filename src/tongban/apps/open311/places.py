"""Where something is: from what the standard sends to a division of the county, and back no finer than a township.

The product keeps no coordinates. What a program sends is read once, to find the township in the outlines that the county
loaded, and is told in words to those who handle the case. Of a public case the middle of its township is given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import TypeAlias

from msgspec import Struct

from tongban.apps.figures.outlines import WITHIN
from tongban.apps.office import Office
from tongban.apps.registry.bounds import bounds
from tongban.kernel.refusal import Refused
from tongban.store.outlines import outlines

Ring: TypeAlias = "Sequence[Sequence[float]]"
ROOM = 0.05
"""Degrees around a county: about five kilometres."""
COARSE = 2
"""Digits of a degree in which the middle of a township is told: about a kilometre."""


class Point(Struct, frozen=True):
    """Degrees of WGS 84."""

    north: float
    east: float


def read_point(lat: str, long: str) -> Point | Refused | None:
    """The point that was sent; None for none. Refuses one half of it, and what is nowhere on earth."""
    if not lat and not long:
        return None
    try:
        north, east = float(lat), float(long)
    except ValueError:
        return Refused("open311.point", "lat")
    if not (isfinite(north) and isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return Refused("open311.point", "lat")
    return Point(north, east)


class Box(Struct, frozen=True):
    """Degrees of WGS 84 within which something lies."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        return self.west <= point.east <= self.east and self.south <= point.north <= self.north


def reach(here: Office) -> Box:
    """Where a point may lie that is sent to this county: what its outlines hold, else what it said of itself, each with some
    room around it, for maps differ by hundreds of metres; else all of China."""
    corners = [point for _, shapes in _shapes(_text(here)) for each in shapes for point in each[0]]
    if corners:
        easts, norths = [each[0] for each in corners], [each[1] for each in corners]
        return _wider(Box(min(easts), min(norths), max(easts), max(norths)))
    said = bounds(here.county.code)
    return _wider(Box(*said)) if said else Box(*WITHIN)


def _wider(box: Box) -> Box:
    return Box(box.west - ROOM, box.south - ROOM, box.east + ROOM, box.north + ROOM)


def township_at(here: Office, point: Point) -> str:
    """The township whose outline holds a point; "" for none, or without outlines."""
    inside = (code for code, shapes in _shapes(_text(here)) if any(_holds(each, point) for each in shapes))
    return next(inside, "")


def middles(here: Office) -> dict[str, Point]:
    """The middle of each township, coarsely; nothing of those whose outline the county has not loaded."""
    return {code: _middle(shapes) for code, shapes in _shapes(_text(here)) if shapes}


def _middle(shapes: Sequence[Sequence[Ring]]) -> Point:
    ring = max((each[0] for each in shapes), key=len)
    east = sum(point[0] for point in ring[:-1]) / (len(ring) - 1)
    north = sum(point[1] for point in ring[:-1]) / (len(ring) - 1)
    return Point(round(north, COARSE), round(east, COARSE))


def _text(here: Office) -> str:
    kept = outlines(here.journal)
    return kept.text if kept is not None else ""


@lru_cache(maxsize=2)
def _shapes(text: str) -> tuple[tuple[str, tuple[Sequence[Ring], ...]], ...]:
    """The polygons of each township: an outer ring and its holes."""
    if not text:
        return ()
    found = []
    for feature in json.loads(text)["features"]:
        geometry = feature["geometry"]
        several = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        found.append((str(feature["properties"]["code"]), tuple(several)))
    return tuple(found)


def _holds(polygon: Sequence[Ring], point: Point) -> bool:
    outer, *holes = polygon
    return _within(outer, point) and not any(_within(hole, point) for hole in holes)


def _within(ring: Ring, point: Point) -> bool:
    """Even and odd: a line to the east crosses the ring an odd number of times."""
    inside = False
    for (ax, ay, *_), (bx, by, *_) in pairwise(ring):
        if (ay > point.north) != (by > point.north):
            inside ^= point.east < (bx - ax) * (point.north - ay) / (by - ay) + ax
    return inside
