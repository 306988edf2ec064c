"""One indicator of one month: the county, its units side by side with their ties, its last two years, its townships."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.figures import month_bounds, month_name
from tongban.apps.disclosure.parts import by_title, in_order, part_name
from tongban.apps.disclosure.ranking import ranks
from tongban.apps.figures.outlines import Shown, shown
from tongban.apps.figures.places import Spot, spots
from tongban.apps.figures.series import Key, Spell, all_series, back_from, find, newest, series, summed
from tongban.apps.figures.succeeding import JOINED, called, families
from tongban.apps.office import Office, office
from tongban.kernel.indicator.change import change, value_of
from tongban.kernel.indicator.parts import UNIT
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Colours

BACK = 24
"""Months of a trend."""
SPANS = (1, 3, 12)
"""How many months may be counted together for units and townships: where a month has few cases, a year tells more."""
MONTHS_OF = dict(zip(("month", "quarter", "year"), SPANS, strict=True))
"""The same by the period that an indicator is made for."""

Move = Literal["better", "worse", "noise", "unknown"]


class UnitLine(Struct, frozen=True):
    """A unit's month; ``unit`` of one together with those it took over from are the ids of all. ``rank`` is 0 with too small a sample; equal ranks cannot be told apart. ``apart``: whether noise does not explain how far
    it lies from all others together."""

    unit: str
    name: str
    tally: Tally
    rank: int
    apart: Literal["", "better", "worse"]
    colour: str = ""
    """``red``, ``amber`` or ``green``; "" where the indicator has no colours, or the unit fewer cases than the smallest sample."""


class PartLine(Struct, frozen=True):
    """A part of what the indicator is broken down by; they stand in the order of their codes and have no ranks."""

    part: str
    name: str
    tally: Tally


class Indicated(Struct, frozen=True):
    """What an indicator is, in the reader's words."""

    key: str
    practice: str
    title: str
    says: str
    kind: str
    more: bool
    smallest: int
    excluded: Mapping[str, str]
    """the words of each exclusion"""
    colours: Colours | None = None
    by: Mapping[str, str] = {}
    """what it is broken down by, in words"""
    spans: tuple[int, ...] = SPANS
    """how many months may be counted together"""


class Compared(Struct, frozen=True):
    """``by`` is what it is broken down by: units, or the ``parts`` of something else. ``trend`` are the months up to this one, the oldest first; the last of them is this month itself. ``move`` is against the month before.
    ``units`` and ``spots`` are over the last ``span`` months; those are empty where the county knows no township, ``together`` is their sum."""

    about: Indicated
    period: str
    span: int
    complete: bool
    as_of: datetime
    whole: Tally
    together: Tally
    move: Move
    units: tuple[UnitLine, ...]
    trend: tuple[Spell, ...]
    spots: tuple[Spot, ...]
    outlines: Shown | None
    """of which map the outlines of townships come; None where the county has loaded none"""
    by: str
    parts: tuple[PartLine, ...]


def compared(key: str, period: str, acting: Acting, span: int = 0, by: str = UNIT) -> Compared | Refused:
    """Over ``span`` months (0: as few as it is made for), broken down ``by`` what its definition says. Refuses an indicator that no practice in force has, what is no month, and one that has not begun."""
    here = office()
    found = find(here, key, acting.now)
    if isinstance(found, Refused):
        return found
    bounds = begun(period, acting.now)
    if isinstance(bounds, Refused):
        return bounds
    trend = series(here, found, back_from(period, BACK), acting.now)
    about = indicated(here, found, acting.language)
    month, span = trend[-1], span if span in about.spans else about.spans[0]
    by = by if by in found.indicator.by else UNIT
    months = trend[-span:]
    return Compared(
        about=about,
        period=period,
        span=span,
        complete=bounds[1] <= acting.now,
        as_of=acting.now,
        whole=month.whole,
        together=summed(months).whole,
        move=moved(trend[-2].whole, month.whole, more=found.indicator.more_is_better),
        units=_units(here, found, summed(months), acting.language),
        trend=trend,
        spots=spots(here, found, period, acting.language, span),
        outlines=shown(here),
        by=by,
        parts=_parts(here, found, summed(months), by, acting.language),
    )


def _parts(here: Office, key: Key, month: Spell, by: str, language: str) -> tuple[PartLine, ...]:
    wording, counts = here.wording(key.adoption, language), month.parts.get(by, {})
    return tuple(
        PartLine(part, part_name(wording, by, part), counts[part])
        for part in sorted(counts, key=in_order)
        if counts[part].denominator or counts[part].excluded
    )


def begun(period: str, now: datetime) -> tuple[datetime, datetime] | Refused:
    """The bounds of a month that has begun."""
    bounds = month_bounds(period)
    if not isinstance(bounds, Refused) and bounds[0] > now:
        return Refused("disclosure.month_ahead", "period", {"period": period})
    return bounds


def indicated(here: Office, key: Key, language: str) -> Indicated:
    wording, name = here.wording(key.adoption, language), key.indicator.id
    return Indicated(
        key=key.text,
        practice=wording.title(),
        title=wording.of(f"indicators.{name}.title", name),
        says=wording.of(f"indicators.{name}.says"),
        kind=key.indicator.kind,
        more=key.indicator.more_is_better,
        smallest=key.indicator.smallest_sample,
        excluded={each.id: wording.of(f"exclusions.{each.id}", each.id) for each in key.indicator.exclusions},
        colours=key.indicator.colours,
        by={by: by_title(wording, by) for by in key.indicator.by},
        spans=tuple(n for period, n in MONTHS_OF.items() if period in key.indicator.periods) or SPANS,
    )


def indicators(acting: Acting) -> tuple[Indicated, ...]:
    """Every indicator of the practices in force, those of the practice with most open cases first."""
    here = office()
    return tuple(
        indicated(here, Key(practice, adoption, indicator), acting.language)
        for practice, _ in _practices(here, acting)
        for adoption in [here.adopted(practice, acting.now) or ""]
        for indicator in indicators_of(here, adoption).values()
        if not indicator.sign  # it ranks nobody, and has a page of its own
    )


def moved(before: Tally, now: Tally, *, more: bool) -> Move:
    """How a value stands to that of the month before, by the interval of their difference, as the public reads it."""
    was, is_now = value_of(before), value_of(now)
    if was is None or is_now is None:
        return "unknown"
    found = change(was, is_now)
    if found.way in ("same", "noise"):
        return "noise"
    return "better" if (found.way == "up") == more else "worse"


def _apart(unit: Tally, rest: Tally, *, more: bool) -> Literal["", "better", "worse"]:
    """Whether a unit stands apart from all others together: only where their intervals do not overlap, because there are many units to
    be looked at and one in twenty would stand apart by chance alone."""
    if not (unit.denominator and rest.denominator):
        return ""
    (low, high), (other_low, other_high) = unit.interval, rest.interval
    if low > other_high:
        return "better" if more else "worse"
    if high < other_low:
        return "worse" if more else "better"
    return ""


def _units(here: Office, key: Key, month: Spell, language: str) -> tuple[UnitLine, ...]:
    """The ranked first, by rank and value; those with too few cases last, the larger first: their order says nothing."""
    counts = {
        unit: tally for unit, tally in month.units.items() if unit and (tally.denominator or tally.excluded)
    }
    ranked = ranks(key.indicator, counts)
    more = key.indicator.more_is_better

    def order(unit: str) -> tuple[bool, int, float, str]:
        tally = counts[unit]
        worth = tally.numerator / tally.denominator if tally.denominator else 0.0
        return (
            unit not in ranked,
            ranked.get(unit, 0),
            (-worth if more else worth) if unit in ranked else -tally.sample,
            unit,
        )

    lines = []
    for unit in sorted(counts, key=order):
        rest = month.of(other for other in counts if other != unit)
        apart = _apart(counts[unit], rest, more=more) if unit in ranked else ""
        name, tally = called(here, unit, language), counts[unit]
        colour = key.indicator.colour_of(tally.numerator, tally.denominator)
        lines.append(UnitLine(unit, name, tally, ranked.get(unit, 0), apart, colour))
    for family in families(here, counts):  # beside them, because nobody is ranked twice
        name = JOINED.join(family)
        lines.append(UnitLine(name, called(here, name, language), month.of(family), 0, ""))
    return tuple(lines)


class Line(Struct, frozen=True):
    """An indicator on the first page: this month beside the one before and the two years that led there."""

    about: Indicated
    trend: tuple[Spell, ...]
    move: Move

    @property
    def whole(self) -> Tally:
        return self.trend[-1].whole


class Glance(Struct, frozen=True):
    """All indicators of one practice that counted anything in the two years. ``quiet`` are the titles of the others."""

    practice: str
    title: str
    period: str
    period_name: str
    complete: bool
    as_of: datetime
    practices: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    quiet: tuple[str, ...]


def glance(practice: str, period: str, acting: Acting) -> Glance | Refused:
    """ "" for the practice that has most open cases, and for the last whole month."""
    here = office()
    practices = _practices(here, acting)
    practice = practice or (practices[0][0] if practices else "")
    adoption = here.adopted(practice, acting.now)
    if practice and adoption is None:
        return Refused("figures.no_practice", "practice", {"practice": practice[:60]})
    period = period or newest(acting.now)
    bounds = begun(period, acting.now)
    if isinstance(bounds, Refused):
        return bounds
    lines, quiet = [], []
    every = indicators_of(here, adoption).values() if adoption is not None else ()
    defined = tuple(each for each in every if not each.sign)
    months = all_series(here, practice, adoption or "", defined, back_from(period, BACK), acting.now)
    for indicator in defined:
        about = indicated(here, Key(practice, adoption or "", indicator), acting.language)
        trend = months[indicator.id]
        if any(spell.whole.denominator for spell in trend):
            move = moved(trend[-2].whole, trend[-1].whole, more=indicator.more_is_better)
            lines.append(Line(about, trend, move))
        else:
            quiet.append(about.title)
    return Glance(
        practice=practice,
        title=next((title for name, title in practices if name == practice), practice),
        period=period,
        period_name=month_name(period, acting.language),
        complete=bounds[1] <= acting.now,
        as_of=acting.now,
        practices=practices,
        lines=tuple(lines),
        quiet=tuple(quiet),
    )


def _practices(here: Office, acting: Acting) -> tuple[tuple[str, str], ...]:
    """The practices in force that define indicators, those with most open cases first: they are few, and an index holds them."""
    rows = here.rows(
        "SELECT practice, count(*) FROM store_case WHERE county = %s AND standing = 'open' GROUP BY 1",
        [here.county.code],
    )
    sizes = {str(name): int(str(n)) for name, n in rows}
    found = [
        (practice, here.wording(adoption, acting.language).title())
        for practice, adoption in here.practices(acting.now)
        if here.practice(adoption).indicators
    ]
    return tuple(sorted(found, key=lambda each: (-sizes.get(each[0], 0), each[0])))
