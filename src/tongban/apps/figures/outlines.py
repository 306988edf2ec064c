"""Outlines of townships for the maps of figures: read without trust, kept with the approval number of the map they come from.

No outlines of China are shipped: a map that is shown to anybody needs an approval number (审图号) of the authority that checked it, which a county
has and a programme has not (Regulations on Map Management, 2015).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.kernel.county import County, Level
from tongban.kernel.refusal import Refused
from tongban.store.outlines import Outlines, keep, outlines

LARGEST = 4_000_000
"""Characters of a file."""
DIGITS = 5
"""Digits of a degree that are kept: about a metre."""
WITHIN = (73.0, 3.0, 136.0, 54.0)
"""Degrees east and north that can lie in China: projected metres are no degrees."""
LONGEST = 120
"""Characters of an approval number and of a source."""


class Loaded(Struct, frozen=True):
    """How many townships have outlines now; ``missing`` are the names of the others."""

    places: int
    missing: tuple[str, ...]


def load_outlines(text: str, approval: str, source: str, acting: Acting) -> Loaded | Refused:
    """Load a GeoJSON whose features name townships by their ``code``. All or nothing.

    Refuses whoever is no administrator, a map without its approval number, and what is no such file: with the place that is wrong.
    """
    here = office()
    if not may("load_registers", acting.actor):
        return Refused("outlines.not_yours")
    approval, source = approval.strip(), source.strip()
    if not approval or max(len(approval), len(source)) > LONGEST:
        return Refused("outlines.no_approval")
    features = read(text, here.county)
    if isinstance(features, Refused):
        return features
    kept = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    refused = keep(here.journal, Outlines(kept, approval, source, acting.now), acting.actor.person)
    if refused is not None:
        return refused
    known = {each["properties"]["code"] for each in features}
    missing = [code for code in sorted(townships(here.county)) if code not in known]
    return Loaded(len(features), tuple(here.names.division(code, acting.language) for code in missing))


def townships(county: County) -> frozenset[str]:
    return frozenset(code for code, each in county.divisions.items() if each.level is Level.TOWNSHIP)


def read(text: str, county: County) -> list[dict[str, Any]] | Refused:
    """The features of a file with nothing but their code and their rings, rounded."""
    if len(text) > LARGEST:
        return Refused("outlines.too_large", "", {"most": LARGEST})
    try:
        whole = json.loads(text)
        features = whole["features"]
        assert isinstance(features, list) and features
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return Refused("outlines.no_geojson")
    known, found = townships(county), []
    seen: set[str] = set()
    for n, feature in enumerate(features, 1):
        made = _feature(feature, n, known, seen)
        if isinstance(made, Refused):
            return made
        found.append(made)
    return found


def _feature(feature: object, n: int, known: frozenset[str], seen: set[str]) -> dict[str, Any] | Refused:
    shape = feature if isinstance(feature, Mapping) else {}
    properties, geometry = shape.get("properties"), shape.get("geometry")
    if not isinstance(properties, Mapping) or not isinstance(geometry, Mapping):
        return Refused("outlines.no_geojson", str(n))
    code = str(properties.get("code", ""))[:20]
    if code not in known:
        return Refused("outlines.unknown_place", str(n), {"code": code})
    if code in seen:
        return Refused("outlines.twice", str(n), {"code": code})
    seen.add(code)
    depth = {"Polygon": 2, "MultiPolygon": 3}.get(str(geometry.get("type")), 0)
    try:
        rings = _rounded(geometry["coordinates"], depth)
    except (KeyError, TypeError, ValueError):
        return Refused("outlines.no_outline", str(n), {"code": code})
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": geometry["type"], "coordinates": rings},
    }


def _rounded(parts: object, depth: int) -> list[Any]:
    """Rings of points in degrees. Raises ``ValueError`` for anything else."""
    if not isinstance(parts, list) or not parts or depth == 0:
        raise ValueError(parts)
    if depth > 1:
        return [_rounded(each, depth - 1) for each in parts]
    ring = [_point(each) for each in parts]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring ends where it begins")
    return ring


def _point(point: object) -> list[float]:
    if not isinstance(point, list) or len(point) < 2:
        raise ValueError(point)
    east, north = (float(each) for each in point[:2])
    inside = WITHIN[0] <= east <= WITHIN[2] and WITHIN[1] <= north <= WITHIN[3]
    if not (isfinite(east) and isfinite(north) and inside):
        raise ValueError(point)
    return [round(east, DIGITS), round(north, DIGITS)]


class Shown(Struct, frozen=True):
    """What stands beside a map: its approval number and where it comes from. ``stamp`` changes with the file."""

    approval: str
    source: str
    stamp: str


def shown(here: Office) -> Shown | None:
    """None for a county without outlines."""
    kept = outlines(here.journal)
    return None if kept is None else Shown(kept.approval, kept.source, f"{kept.at:%Y%m%d%H%M%S}")


def named(here: Office, language: str) -> dict[str, Any] | None:
    """The outlines with the names of their townships, as a map is drawn from them."""
    kept = outlines(here.journal)
    if kept is None:
        return None
    whole: dict[str, Any] = json.loads(kept.text)
    for feature in whole["features"]:
        feature["properties"]["name"] = here.names.division(feature["properties"]["code"], language)
    return whole
