"""What a practice changed where it was adopted: its units beside the others, before and after, and what else changed then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_bounds, month_name
from tongban.apps.figures.comparing import Indicated, indicated
from tongban.apps.figures.effect import Effect, Pair, effect
from tongban.apps.figures.series import Key, Spell, back_from, find, newest, series
from tongban.apps.office import Office, office
from tongban.apps.wording import day, say
from tongban.kernel.clock.day import local_date, opening
from tongban.kernel.county import County
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import Refused
from tongban.store.adoptions import Adoption, adoptions
from tongban.store.models import UnitRow

SPAN = 12
"""Months that are looked at on either side."""
Beside = Literal["units", "indicator", "nothing"]


class Adopted(Struct, frozen=True):
    """A practice that could have had an effect: adopted ``since``, received at ``homes``."""

    id: str
    title: str
    since: str
    month: str
    """the month of its first adoption"""


class Changed(Struct, frozen=True):
    """Something else that the ledger knows to have changed in these months."""

    day: str
    says: str


class BeforeAfter(Struct, frozen=True):
    """``month`` is the one in which it was adopted: it belongs to neither side. ``beside`` says whom its units are compared with. ``own``
    and ``others`` are the names of the units on either side, ``outside`` of those that had cases on one side of that month only."""

    practice: Adopted
    about: Indicated
    beside: Beside
    against: str
    month: str
    month_name: str
    found: Effect | None
    months: tuple[Pair, ...]
    own: tuple[str, ...]
    others: tuple[str, ...]
    outside: tuple[str, ...]
    changes: tuple[Changed, ...]


def adopted_practices(acting: Acting) -> tuple[Adopted, ...]:
    """The practices in force, the latest adopted first."""
    here = office()
    first = _first(adoptions(here.journal))
    return tuple(
        Adopted(
            name,
            here.wording(adoption, acting.language).title(),
            day(first[name].since, acting.language),
            _month(first[name].since),
        )
        for name, adoption in sorted(
            here.practices(acting.now), key=lambda each: first[each[0]].since, reverse=True
        )
    )


def before_after(
    practice: str, on: str, acting: Acting, *, month: str = "", against: str = ""
) -> BeforeAfter | Refused:
    """``on`` is the indicator that is looked at; ``month`` another than that of the adoption (a pilot, say), ``against`` another indicator
    to compare with, where no unit went on without the practice. Refuses what is not there."""
    here = office()
    chosen = next((each for each in adopted_practices(acting) if each.id == practice), None)
    if chosen is None:
        return Refused("figures.no_practice", "practice", {"practice": practice[:60]})
    key = find(here, on, acting.now)
    if isinstance(key, Refused):
        return key
    month = month or chosen.month
    bounds = month_bounds(month)
    if isinstance(bounds, Refused):
        return bounds
    if bounds[0] > acting.now:
        return Refused("disclosure.month_ahead", "period", {"period": month})
    beside_key = find(here, against, acting.now) if against else None
    if isinstance(beside_key, Refused):
        return beside_key
    if beside_key is not None and beside_key.indicator.kind != key.indicator.kind:
        return Refused("figures.other_kind", "against", {"indicator": against[:110]})
    before, after = _spans(here, key, month, acting.now)
    own, others, outside = _sides(here, practice, before, after, acting)
    if beside_key is not None:
        own, others = {*own, *others}, set()
    pairs = _pairs(here, (*before, *after), own, others, beside_key, acting.now)
    beside: Beside = "indicator" if beside_key is not None else "units" if others and own else "nothing"
    names = {unit: here.names.unit(unit, acting.language) for unit in (*own, *others, *outside)}
    return BeforeAfter(
        practice=chosen,
        about=indicated(here, key, acting.language),
        beside=beside,
        against=indicated(here, beside_key, acting.language).title if beside_key is not None else "",
        month=month,
        month_name=month_name(month, acting.language),
        found=None
        if beside == "nothing"
        else effect(pairs[: len(before)], pairs[len(before) :], more=key.indicator.more_is_better),
        months=pairs,
        own=tuple(sorted(names[unit] for unit in own)),
        others=tuple(sorted(names[unit] for unit in others)),
        outside=tuple(sorted(names[unit] for unit in outside)),
        changes=changes(here, practice, bounds[0], acting),
    )


def _first(found: Iterable[Adoption]) -> Mapping[str, Adoption]:
    """The first adoption of each practice."""
    first: dict[str, Adoption] = {}
    for each in found:
        first.setdefault(each.practice, each)
    return first


def _month(at: datetime) -> str:
    from tongban.kernel.clock import LOCAL

    return f"{at.astimezone(LOCAL):%Y-%m}"


def _spans(here: Office, key: Key, month: str, now: datetime) -> tuple[tuple[Spell, ...], tuple[Spell, ...]]:
    """Up to ``SPAN`` whole months before the month and after it."""
    before = back_from(month, SPAN + 1)[:-1]
    upto = newest(now)
    ahead = (int(upto[:4]) - int(month[:4])) * 12 + int(upto[5:]) - int(month[5:])
    after = back_from(upto, ahead)[:SPAN] if ahead > 0 else ()
    return series(here, key, before, now), series(here, key, after, now)


def _sides(
    here: Office, practice: str, before: Iterable[Spell], after: Iterable[Spell], acting: Acting
) -> tuple[set[str], set[str], set[str]]:
    """The units with the practice, those without, and those that worked on one side only and so compare with nothing."""
    first, then = (
        {unit for spell in side for unit, tally in spell.units.items() if unit and tally.denominator}
        for side in (before, after)
    )
    adoption = here.adopted(practice, acting.now)
    homes = here.homes(adoption) if adoption is not None else ()
    both = first & then
    own = {unit for unit in both if reached(unit, homes, here.county)}
    return own, both - own, (first | then) - both


def reached(unit: str, homes: Iterable[str], county: County) -> bool:
    """Whether a practice received at ``homes`` reaches a unit: a home itself or one below it. What the top of the county receives
    for everybody reaches itself alone, or nobody would be left to compare with."""
    unit = county.present(unit)
    above = county.above.get(unit, frozenset())
    return any(home == unit or (home in above and bool(county.units[home].parent)) for home in homes)


def _pairs(
    here: Office, spells: Iterable[Spell], own: set[str], others: set[str], against: Key | None, now: datetime
) -> tuple[Pair, ...]:
    spells = tuple(spells)
    if against is None:
        return tuple(Pair(spell.period, spell.of(own), spell.of(others)) for spell in spells)
    beside = series(here, against, [spell.period for spell in spells], now)
    return tuple(
        Pair(spell.period, spell.of(own), other.whole or Tally())
        for spell, other in zip(spells, beside, strict=True)
    )


def changes(here: Office, practice: str, month: datetime, acting: Acting) -> tuple[Changed, ...]:
    """What else changed within the months that are looked at, as far as the ledger and the registers know: other adoptions, units that ended."""
    near = timedelta(days=31 * SPAN)
    found: list[tuple[datetime, str]] = []
    taken_on: dict[datetime, list[str]] = {}
    for each in adoptions(here.journal):
        if each.practice != practice and abs(each.since - month) <= near:
            title = here.wording(each.id, acting.language).title()
            taken_on.setdefault(opening(local_date(each.since).toordinal()), []).append(
                say("figures.changed.one", acting.language, practice=title, version=each.version)
            )
    for at, titles in taken_on.items():
        names = say("figures.and", acting.language).join(titles)
        found.append((at, say("figures.changed.adopted", acting.language, practices=names)))
    ended = UnitRow.objects.filter(county=here.county.code, until__isnull=False)
    for unit, until in ended.values_list("id", "until"):
        assert until is not None
        at = datetime(until.year, until.month, until.day, tzinfo=month.tzinfo)
        if abs(at - month) <= near:
            found.append(
                (
                    at,
                    say(
                        "figures.changed.ended", acting.language, unit=here.names.unit(unit, acting.language)
                    ),
                )
            )
    return tuple(Changed(day(at, acting.language), says) for at, says in sorted(found))
