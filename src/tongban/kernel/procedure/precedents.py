"""An adjudication becomes a precedent, or is refused: what it must rest on and what it may not contradict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.county import County, Duty
from tongban.kernel.events import Event, PrecedentEnded, PrecedentSet
from tongban.kernel.precedent import Precedent
from tongban.kernel.procedure.model import SetPrecedent
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold
from tongban.kernel.routing.precedents import contradicted, lies_within


class Asked(Struct, frozen=True):
    """A precedent as it is asked for. ``follow`` names the fields that the answers stand in; ``own_category`` and
    ``own_division`` are the case's, ``holder`` has it before the adjudication. ``division`` "" is all that the unit has.
    """

    follow: SetPrecedent
    county: County
    now: datetime
    case: str
    holder: str
    own_category: str
    own_division: str
    unit: str
    duty: str
    category: str
    division: str
    until: datetime | None
    replaces: str


def set_one(asked: Asked) -> Iterator[PrecedentSet | PrecedentEnded | Refused]:
    """The precedent, and the end of the one that it replaces; or why it may not stand.

    Refuses ``routing.precedent_misses`` and ``routing.precedent_elsewhere`` (it would not take its own case), ``routing.precedent_outside`` (a division
    that is not the unit's), ``routing.precedent_unfounded`` (no such entry), ``routing.precedent_forbidden`` (a hard rule
    keeps a part of it from the unit), ``routing.no_precedent`` (nothing to replace) and ``routing.precedent_contradicts``.
    """
    county, follow = asked.county, asked.follow
    unit = county.units.get(asked.unit)
    if unit is None:
        yield Refused("routing.unknown_unit", follow.unit, {"unit": asked.unit})
        return
    division = asked.division or unit.division
    entry = _entry(county, asked.duty, (asked.unit, asked.holder))
    if entry is None:
        yield Refused("routing.precedent_unfounded", follow.duty, {"duty": asked.duty})
        return
    new = Precedent(
        case=asked.case, category=asked.category, division=division, unit=unit.id, listed=entry.unit,
        duty=entry.code, entry=entry.reads, by="", since=asked.now, until=asked.until,
    )  # fmt: skip
    refused = _beyond(asked, new) or _forbidden(asked, new)
    if refused is not None:
        yield refused
        return
    yield from _replaced(asked, new)
    yield PrecedentSet(new.unit, new.category, new.division, new.listed, new.duty, new.entry, new.until)


def end_one(county: County, case: str) -> PrecedentEnded | Refused:
    """The end of a case's precedent. Refuses ``routing.no_precedent`` where it has none that still counts."""
    if any(each.case == case for each in county.precedents):
        return PrecedentEnded(case)
    return Refused("routing.no_precedent", "", {"number": case})


def kept_after(county: County, event: Event, case: Case) -> County:
    """The county once an event has set or ended precedents: for whoever decides without the store's registers."""
    kept = county.precedents
    for follow in event.follows:
        match follow:
            case PrecedentEnded():
                kept = tuple(each for each in kept if each.case != follow.precedent)
            case PrecedentSet():
                kept = (
                    *(each for each in kept if each.case != case.number),
                    Precedent(
                        case.number, follow.category, follow.division, follow.unit, follow.listed, follow.duty,
                        follow.entry, event.by.unit, event.at, follow.until,
                    ),
                )  # fmt: skip
            case _:
                pass
    return county if kept is county.precedents else replace(county, precedents=kept)


def _entry(county: County, code: str, units: tuple[str, ...]) -> Duty | None:
    """The entry of the first of the lists that bind these units."""
    for unit in units:
        for each in (unit, *(above.id for above in county.superiors(unit))):
            for duty in county.duties_by_unit.get(each, ()):
                if duty.code == code:
                    return duty
    return None


def _beyond(asked: Asked, new: Precedent) -> Refused | None:
    """It takes its own case, and nothing outside the unit's own division."""
    county, follow = asked.county, asked.follow
    if not new.category or not lies_within(asked.own_category, new.category):
        facts = {"category": new.category, "own_category": asked.own_category}
        return Refused("routing.precedent_misses", follow.category, facts)
    if county.units[new.unit].division not in county.around(new.division):
        return Refused(
            "routing.precedent_outside", follow.division, {"unit": new.unit, "division": new.division}
        )
    if new.division not in county.around(asked.own_division):
        facts = {"division": new.division, "own_division": asked.own_division}
        return Refused("routing.precedent_elsewhere", follow.division, facts)
    return None


def _forbidden(asked: Asked, new: Precedent) -> Refused | None:
    """A hard rule that keeps any part of the category from the unit."""
    parts = sorted(each for each in asked.county.categories if lies_within(each, new.category))
    for category in (new.category, *parts):
        refused = may_hold(asked.county, new.unit, category, "lead")
        if refused is not None:
            facts = {"unit": new.unit, "category": category, "duty": refused.facts.get("duty", "")}
            return Refused("routing.precedent_forbidden", asked.follow.category or asked.follow.unit, facts)
    return None


def _replaced(asked: Asked, new: Precedent) -> Iterator[PrecedentEnded | Refused]:
    """The end of the precedent that is replaced; every other that says the opposite stands in the way."""
    if asked.replaces:
        ended = end_one(asked.county, asked.replaces)
        if isinstance(ended, Refused):
            yield Refused(ended.code, asked.follow.replaces, ended.facts)
            return
        yield ended
    for other, matter in contradicted(asked.county, new):
        if other.case != asked.replaces:
            facts = {
                "number": other.case, "unit": other.unit, "category": matter.category, "division": matter.division,
            }  # fmt: skip
            yield Refused("routing.precedent_contradicts", asked.follow.replaces or asked.follow.unit, facts)
            return
