"""The county a decision is made in: its units, divisions, duty lists, categories and calendar.

One frozen value, built by the store and shared by all decisions until something in it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct, field

from tongban.kernel.clock import Calendar
from tongban.kernel.precedent import Precedent

OVERSEERS = frozenset({"supervisor", "leader", "publisher"})
"""Roles that see every case of the county (without identities), held at the county itself and not at a department of it."""


class Level(StrEnum):
    """The levels of the administrative tree, highest first."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GRID = "grid"


class Unit(Struct, frozen=True):
    """An office. ``parent`` is the unit that directs it ("" at the top)."""

    id: str
    level: Level
    division: str
    parent: str = ""
    kind: str = ""


class Division(Struct, frozen=True):
    """A node of the division tree, by its statistical code (2, 4, 6, 9 or 12 digits)."""

    code: str
    level: Level
    parent: str = ""


class DutyKind(StrEnum):
    """What a duty list says of a matter (domain rules 1.3)."""

    OWN = "own"
    ASSIST = "assist"
    TAKEN_BACK = "taken_back"


class Duty(Struct, frozen=True):
    """One entry of a unit's duty list; ``categories`` are category codes or prefixes of them."""

    unit: str
    code: str
    kind: DutyKind
    categories: tuple[str, ...]

    def match(self, category: str) -> int:
        """Length of the longest entry that covers the category, 0 when none does."""
        return max(
            (len(c) for c in self.categories if category == c or category.startswith(c + ".")), default=0
        )

    @property
    def reads(self) -> str:
        """What the entry says, for comparing it with what it once said."""
        return " ".join((self.kind.value, *self.categories))


class County(Struct, frozen=True, dict=True):
    """Everything outside a case that a decision may look at."""

    code: str
    calendar: Calendar
    units: Mapping[str, Unit] = field(default_factory=dict)
    divisions: Mapping[str, Division] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    categories: frozenset[str] = frozenset()
    """Codes of what a matter may be about: ``02.09`` lies within ``02``."""
    shared: frozenset[str] = frozenset()
    """Those of them that many meet alike: others may be told of an open case of these and join theirs to it."""
    precedents: tuple[Precedent, ...] = ()
    """What was adjudicated for matters to come and neither revoked nor replaced since."""
    succeeded: Mapping[str, str] = field(default_factory=dict)
    """Units that have ended, each with the one that took over from it; neither they nor ``merged`` stand in ``units``
    and ``divisions``, which hold what is there now."""
    guarded: frozenset[str] = frozenset()
    """Practices whose cases only those posts reach that name the practice: see ``Post.covers``."""
    peers: frozenset[str] = frozenset()
    """Codes of the counties that this one talks with now."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Divisions that have ended, each with the one that its places belong to now."""

    def present(self, unit: str) -> str:
        """A unit, or the one that has taken over from it since, however often that happened."""
        return unit if unit in self.units else _last(unit, self.succeeded)

    def division_now(self, code: str) -> str:
        """A division, or the one that its places belong to now."""
        return code if code in self.divisions else _last(code, self.merged)

    def divisions_once(self, code: str) -> tuple[str, ...]:
        """The divisions that ended and whose places now belong to this one or to one within it."""
        return tuple(old for old in self.merged if self.division_now(old).startswith(code))

    def township(self, place: str, unit: str = "") -> str:
        """The township in which a place lies, or else a unit; "" for what lies in none."""
        office = self.units.get(unit)
        for start in (place, office.division if office is not None else ""):
            for code in self.division_chain(start):
                found = self.divisions.get(code)
                if found is not None and found.level is Level.TOWNSHIP:
                    return code
        return ""

    def superiors(self, unit: str) -> Iterator[Unit]:
        """The units above this one, nearest first; stops at a cycle instead of running for ever."""
        seen = {unit}
        here = self.units.get(unit)
        while here is not None and here.parent and here.parent not in seen:
            seen.add(here.parent)
            here = self.units.get(here.parent)
            if here is not None:
                yield here

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """Every unit with the ids of all units above it."""
        return {unit: frozenset(each.id for each in self.superiors(unit)) for unit in self.units}

    @cached_property
    def directed(self) -> Mapping[str, tuple[Unit, ...]]:
        """The units directly below each unit, in the order of their ids."""
        found: dict[str, list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda each: each.id):
            if unit.parent:
                found.setdefault(unit.parent, []).append(unit)
        return {unit: tuple(below) for unit, below in found.items()}

    @cached_property
    def beneath(self) -> Mapping[tuple[str, str], int]:
        """How many units of a kind stand below a unit, however far: by unit and kind."""
        found: dict[tuple[str, str], int] = {}
        for unit, superiors in self.above.items():
            for each in superiors:
                key = (each, self.units[unit].kind)
                found[key] = found.get(key, 0) + 1
        return found

    def within(self, unit: str, units: Collection[str]) -> bool:
        """Whether a unit is one of these or stands below one of them."""
        return unit in units or any(each in units for each in self.above.get(unit, ()))

    def unconcerned_above(self, unit: str, about: Collection[str]) -> str:
        """The nearest unit above this one that is neither one of those nor below one of them; "" where there is none."""
        return next((each.id for each in self.superiors(unit) if not self.within(each.id, about)), "")

    def division_chain(self, code: str) -> Iterator[str]:
        """A division and those around it, smallest first; one that has ended is where its places are now."""
        seen: set[str] = set()
        code = self.division_now(code)
        while code and code not in seen:
            seen.add(code)
            yield code
            here = self.divisions.get(code)
            code = here.parent if here else ""

    def overlap(self, one: str, other: str) -> bool:
        """Whether one division is the other, lies in it or around it."""
        return one in self.division_chain(other) or other in self.division_chain(one)

    @cached_property
    def duties_by_unit(self) -> Mapping[str, tuple[Duty, ...]]:
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.unit, []).append(duty)
        return {unit: tuple(rows) for unit, rows in found.items()}

    @cached_property
    def owners_by_category(self) -> Mapping[str, tuple[Duty, ...]]:
        """Duties of kind ``own`` by each category code or prefix that they name."""
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            if duty.kind is DutyKind.OWN:
                for category in duty.categories:
                    found.setdefault(category, []).append(duty)
        return {category: tuple(rows) for category, rows in found.items()}

    @cached_property
    def standing(self) -> tuple[Precedent, ...]:
        """The precedents whose duty-list entry is still there and reads as it did; whose time it is, is not asked."""
        read = {(duty.unit, duty.code): duty.reads for duty in self.duties}
        return tuple(each for each in self.precedents if read.get((each.listed, each.duty)) == each.entry)

    def around(self, division: str) -> tuple[str, ...]:
        """A division and those around it, smallest first; the county is around everything, named or not."""
        chain = tuple(self.division_chain(division))
        return chain if self.code in chain else (*chain, self.code)

    def units_of_kind(self, kind: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units.values() if unit.kind == kind)


def _last(name: str, next_of: Mapping[str, str]) -> str:
    """The end of a chain of successors; stops at a circle instead of running for ever."""
    seen = {name}
    while (after := next_of.get(name, "")) and after not in seen:
        seen.add(after)
        name = after
    return name
