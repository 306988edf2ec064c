"""A county from a file: divisions, units and duty lists; and the county of all scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from pydantic import Field

from tongban.kernel.clock import Calendar
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.refusal import Refused
from tongban.library.document import read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.written import Id, Many, Shape, UnitId, Words


class DivisionSpec(Shape):
    code: Words
    level: Level
    parent: str


class UnitSpec(Shape):
    id: UnitId
    kind: Id
    level: Level
    division: Words
    parent: str
    zh: Words
    en: Words


class DutySpec(Shape):
    unit: UnitId
    code: Words
    kind: DutyKind
    categories: Many[Words] = Field(min_length=1)


class PeerSpec(Shape):
    """Another county with which this one talks."""

    code: Words
    zh: Words
    en: Words


class CountySpec(Shape):
    """One county's file. Units and divisions name their parents, "" at the top."""

    code: Words
    divisions: Many[DivisionSpec]
    units: Many[UnitSpec]
    duties: Many[DutySpec] = ()
    categories: Many[Words] = ()
    shared: Many[Words] = ()
    """those of them that many meet alike"""
    peers: Many[PeerSpec] = ()


COUNTY: Shaped[CountySpec] = Shaped(CountySpec)


def read_county(path: str, text: str) -> CountySpec | Refused:
    """A county's file. ``path`` is what faults are reported under."""
    document = read_document(path, text)
    return document if isinstance(document, Refused) else COUNTY.fit(document)


def county_of(spec: CountySpec, calendar: Calendar) -> County:
    return County(
        code=spec.code,
        calendar=calendar,
        units={u.id: Unit(u.id, u.level, u.division, u.parent, u.kind) for u in spec.units},
        divisions={d.code: Division(d.code, d.level, d.parent) for d in spec.divisions},
        duties=tuple(Duty(d.unit, d.code, d.kind, d.categories) for d in spec.duties),
        categories=frozenset(spec.categories),
        shared=frozenset(spec.shared),
        peers=frozenset(each.code for each in spec.peers),
    )


@lru_cache(maxsize=1)
def scenario_spec() -> CountySpec:
    """The county in which all scenarios play, with the names of its units."""
    name = "scenario_county.yaml"
    found = read_county(name, resources.files("tongban.library").joinpath(name).read_text(encoding="utf-8"))
    if isinstance(found, Refused):
        raise ValueError(f"{found.where}: {found.code}")
    return found


def scenario_county(calendar: Calendar) -> County:
    return county_of(scenario_spec(), calendar)


def home_of(county: County, kind: str, division: str = "") -> Unit | None:
    """The unit of a kind that is responsible for a division: the nearest one around it, else the first.

    This is how the home of a case is found (which of several desks it belongs to) when nobody says so.
    """
    units = county.units_of_kind(kind)
    around = list(county.division_chain(division))
    near = [unit for unit in units if unit.division in around]
    if near:
        return min(near, key=lambda unit: around.index(unit.division))
    return units[0] if units else None


def receivers(county: County, kinds: Iterable[str]) -> tuple[str, ...]:
    """The units of these kinds: those that receive a practice's cases when a county names none."""
    return tuple(unit.id for kind in kinds for unit in county.units_of_kind(kind))
