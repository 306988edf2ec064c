"""Ordered rules over category, division and duty lists, with the hard rules that no door may pass.

Domain rules 1.3: what was taken back by the county is never sent to a township; what a township
only assists with reaches it as a co-holder alone; the matter nobody's list names goes to the unit
the law names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.county import County, Duty, DutyKind, Level, Unit
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused
from tongban.kernel.routing.precedents import precedent_for, prefixes
from tongban.kernel.value import Value

Part = Literal["lead", "assist"]


class Routed(Struct, frozen=True):
    """A unit with the rule that chose it and the duty-list entry it rests on ("" for none)."""

    unit: str
    rule: str
    duty: str = ""
    precedent: str = ""
    """The number of the case that was adjudicated so; "" where no precedent chose the unit."""
    lacking: str = ""
    """The field that a rule before it asked for its unit and that named none; "" where none was asked in vain."""


def route(
    rules: tuple[RoutingRule, ...],
    county: County,
    category: str,
    division: str,
    values: Mapping[str, Value | datetime],
    now: datetime,
    recused: Collection[str] = (),
) -> Routed | Refused:
    """The first rule that finds a unit which may lead. ``values`` are what rule expressions may name.

    The hard rules stand above every rule, a precedent too: where its unit may not lead, the next rule is asked. What a recused unit would take by its duty list goes to the next rule, not to the next best list.

    Refuses ``routing.nobody`` when none does; the check of a practice demands a last rule that always
    finds somebody, so that happens only where a county's unit list lacks the fallback unit.
    """
    for found, kept_from in offers(rules, county, category, division, values, now, recused):
        if kept_from is None:
            return found
    return Refused("routing.nobody", "", {"category": category, "division": division})


def offers(
    rules: tuple[RoutingRule, ...],
    county: County,
    category: str,
    division: str,
    values: Mapping[str, Value | datetime],
    now: datetime,
    recused: Collection[str] = (),
) -> Iterator[tuple[Routed, Refused | None]]:
    """What each rule finds, in their order, with the hard rule that keeps its unit from leading the matter."""
    lacking = ""
    for rule in rules:
        if rule.when is not None and rule.when.evaluate(values) is not True:
            continue
        found = _take(rule, county, category, division, values, now)
        how, _, what = rule.take.partition(":")
        if found is None and how == "field":
            lacking = lacking or what
        if found is not None:
            found = replace(found, lacking=lacking) if lacking else found
            yield found, may_hold(county, found.unit, category, "lead", recused)


def _take(
    rule: RoutingRule,
    county: County,
    category: str,
    division: str,
    values: Mapping[str, Value | datetime],
    now: datetime,
) -> Routed | None:
    how, _, what = rule.take.partition(":")
    if how == "precedent":
        kept = precedent_for(county, category, division, now)
        return Routed(kept.unit, rule.id, kept.duty, kept.case) if kept else None
    if how == "duty":
        duty = owner_of(county, category, division)
        return Routed(duty.unit, rule.id, duty.code) if duty else None
    if how == "field":
        what = str(values.get(f"facts.{what}", ""))
    if how in ("unit", "field"):
        what = county.present(what)
        return Routed(what, rule.id) if what in county.units else None
    around = county.around(division)
    units = county.units_of_kind(what)
    near = min(
        (u for u in units if u.division in around), key=lambda u: around.index(u.division), default=None
    )
    chosen = near or (units[0] if units else None)
    return Routed(chosen.id, rule.id) if chosen else None


def owner_of(county: County, category: str, division: str) -> Duty | None:
    """The own-duty entry that fits best: most exact category first, then the smallest division.

    A unit that owns the matter at large but may not lead this part of it is passed over.
    """
    around = county.around(division)
    best: tuple[int, int] | None = None
    chosen: Duty | None = None
    for prefix in prefixes(category):
        for duty in county.owners_by_category.get(prefix, ()):
            unit = county.units.get(duty.unit)
            if unit is None or unit.division not in around:
                continue
            if may_hold(county, unit.id, category, "lead") is not None:
                continue
            rank = (-len(prefix), around.index(unit.division))
            if best is None or rank < best:
                best, chosen = rank, duty
    return chosen


def may_hold(
    county: County, unit: str, category: str, part: Part, recused: Collection[str] = ()
) -> Refused | None:
    """The hard rules for one unit and matter; None when it may.

    Refuses ``routing.unknown_unit`` and ``routing.recused`` (a report never goes to whom it is about: 信访工作条例,
    art. 30; domain rules 1.6); for townships and below also ``routing.taken_back`` and, when the
    unit would lead, ``routing.assist_only``. A village that has no entry of its own for the matter is
    bound by its township's.
    """
    found = county.units.get(unit)
    if found is None:
        return Refused("routing.unknown_unit", "", {"unit": unit})
    if recused and county.within(unit, recused):
        return Refused("routing.recused", "", {"unit": unit})
    duty = _entry(county, found, category)
    if duty is None:
        return None
    if duty.kind is DutyKind.TAKEN_BACK:
        return Refused("routing.taken_back", "", {"unit": unit, "duty": duty.code})
    if duty.kind is DutyKind.ASSIST and part == "lead":
        return Refused("routing.assist_only", "", {"unit": unit, "duty": duty.code})
    return None


BELOW_COUNTY = frozenset({Level.TOWNSHIP, Level.VILLAGE, Level.GRID})
_STRICT = {DutyKind.OWN: 0, DutyKind.ASSIST: 1, DutyKind.TAKEN_BACK: 2}


def _entry(county: County, unit: Unit, category: str) -> Duty | None:
    """The duty-list entry that binds a unit below the county in this matter: its own or its superior's.

    The most exact one; of two as exact, the stricter.
    """
    for each in (unit, *county.superiors(unit.id)):
        if each.level not in BELOW_COUNTY:
            return None
        found = [duty for duty in county.duties_by_unit.get(each.id, ()) if duty.match(category)]
        if found:
            return max(found, key=lambda duty: (duty.match(category), _STRICT[duty.kind]))
    return None
