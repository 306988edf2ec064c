"""Units and signs side by side, for those who oversee the county: each unit against all others together, in the order of their names.
Who works at a unit sees that unit's own line: what stands against it can be read and questioned there before anybody else rules on it.

There is no sum over signs and no rank: what is marked is a reason to look, and looking is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.counting import counted, indicators_of
from tongban.apps.disclosure.figures import month_bounds, month_name, months
from tongban.apps.office import Office, office
from tongban.apps.sight import sees_all
from tongban.apps.signs.noise import LEAST, beyond, chance
from tongban.kernel.clock import LOCAL
from tongban.kernel.county import County
from tongban.kernel.indicator import Tally, wilson
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator
from tongban.library.signs import marking

SPANS = (1, 3, 6, 12)
"""How many months are counted together, this one included."""
USUAL = 3


class SignName(Struct, frozen=True):
    id: str
    title: str
    says: str


class Cell(Struct, frozen=True):
    """``low`` and ``high`` are the 95 % interval in per cent; ``others`` is the share of all other units. ``marked``: noise does not explain it."""

    sign: str
    title: str
    numerator: int
    denominator: int
    share: str
    low: str
    high: str
    others: str
    marked: bool


class UnitSigns(Struct, frozen=True):
    unit: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def marked(self) -> bool:
        return any(each.marked for each in self.cells)


class PracticeSigns(Struct, frozen=True):
    """``county`` are the county's own cells, ``looked`` (numerator, denominator) how much of what was marked was looked into, by the
    indicators that say so."""

    practice: str
    title: str
    signs: tuple[SignName, ...]
    county: tuple[Cell, ...]
    units: tuple[UnitSigns, ...]
    quiet: int
    """units in whose cases no sign was found"""
    looked: tuple[Cell, ...]

    @property
    def loud(self) -> tuple[UnitSigns, ...]:
        """The units of which something is marked."""
        return tuple(each for each in self.units if each.marked)

    @property
    def others(self) -> tuple[UnitSigns, ...]:
        return tuple(each for each in self.units if not each.marked)


class SignsPage(Struct, frozen=True):
    """``whole``: of all units; else of the reader's own alone."""

    since: str
    until: str
    span: int
    practices: tuple[PracticeSigns, ...]
    whole: bool = True

    @property
    def marked(self) -> int:
        """How many units there are of which something is marked."""
        return len({u.unit for each in self.practices for u in each.units if u.marked})


def signs(acting: Acting, span: int) -> SignsPage | Refused:
    """All signs of all practices in force over the last ``span`` months: of every unit for those who oversee the county, of their own
    unit and those below it for others. Refuses whoever holds no post."""
    here = office()
    whole = sees_all(acting.actor, here.county)
    if not whole and not acting.actor.posts:
        return Refused("signs.not_yours")
    span = span if span in SPANS else USUAL
    names = months_back(acting.now, span)
    tables = tuple(
        table
        for practice, adoption in here.practices(acting.now)
        if (table := _table(here, practice, adoption, names, acting, whole=whole)) is not None
    )
    return SignsPage(
        since=month_name(names[-1], acting.language),
        until=month_name(names[0], acting.language),
        span=span,
        practices=tables,
        whole=whole,
    )


def own(unit: str, acting: Acting, county: County) -> bool:
    """Whether the unit is the reader's own, or stands below it."""
    return any(county.within(unit, (post.unit,)) for post in acting.actor.unlimited)


def tells_draws(indicator: Indicator) -> bool:
    """Whether the cases of an indicator tell whom chance drew: no unit is told that of its own."""
    return any(name.startswith("drawn.") for name in indicator.names)


def months_back(now: datetime, span: int) -> tuple[str, ...]:
    """This month and those before it, the newest first."""
    local = now.astimezone(LOCAL)
    return (f"{local:%Y-%m}", *months(now, span - 1))[:span]


def sign_indicators(here: Office, adoption: str) -> dict[str, Indicator]:
    """The indicators of an adoption that are signs."""
    return {name: each for name, each in indicators_of(here, adoption).items() if each.sign}


def added(here: Office, practice: str, adoption: str, names: tuple[str, ...]) -> dict[str, dict[str, Tally]]:
    """What signs add up to over some months, by sign and unit; under "" is the county."""
    found: dict[str, dict[str, Tally]] = {name: {} for name in sign_indicators(here, adoption)}
    for month in names:
        bounds = month_bounds(month)
        assert not isinstance(bounds, Refused)
        told = counted(here, practice, adoption, *bounds).tallies
        for name, units in found.items():
            for unit, tally in told[name].items():
                units.setdefault(unit, Tally()).add(tally)
    return found


def _table(
    here: Office, practice: str, adoption: str, names: tuple[str, ...], acting: Acting, *, whole: bool
) -> PracticeSigns | None:
    language = acting.language
    every = sign_indicators(here, adoption)
    every = every if whole else {name: each for name, each in every.items() if not tells_draws(each)}
    if not every or not any(marking(kind) for kind in here.procedure(adoption).kinds.values()):
        return None
    wording = here.wording(adoption, language)
    titles = {
        name: SignName(
            name, wording.of(f"indicators.{name}.title", name), wording.of(f"indicators.{name}.says")
        )
        for name in every
    }
    told = added(here, practice, adoption, names)
    looked_for = [name for name, each in every.items() if not each.more_is_better]
    marked = _marked({name: told[name] for name in looked_for})
    units = sorted(
        {
            unit
            for name in looked_for
            for unit, tally in told[name].items()
            if unit and tally.numerator and (whole or own(unit, acting, here.county))
        },
        key=lambda unit: (here.names.unit(unit, language), unit),
    )
    worked = {
        unit
        for name in looked_for
        for unit, tally in told[name].items()
        if unit and tally.denominator and (whole or own(unit, acting, here.county))
    }
    rows = tuple(
        UnitSigns(
            unit,
            here.names.unit(unit, language),
            tuple(
                cell_of(titles[name], told[name], unit, marked=(name, unit) in marked) for name in looked_for
            ),
        )
        for unit in units
    )
    return PracticeSigns(
        practice=practice,
        title=wording.title(),
        signs=tuple(titles[name] for name in looked_for),
        county=tuple(cell_of(titles[name], told[name], "", marked=False) for name in looked_for),
        units=rows,
        quiet=len(worked) - len(units),
        looked=tuple(
            cell_of(titles[name], told[name], "", marked=False)
            for name, each in every.items()
            if each.more_is_better
        ),
    )


def _marked(told: Mapping[str, Mapping[str, Tally]]) -> frozenset[tuple[str, str]]:
    """The cells that noise does not explain."""
    return beyond(dict(_chances(told)))


def _chances(told: Mapping[str, Mapping[str, Tally]]) -> Iterator[tuple[tuple[str, str], float]]:
    for name, units in told.items():
        whole = units.get("", Tally())
        for unit, tally in units.items():
            if unit and tally.denominator:
                p = chance(
                    tally.numerator,
                    tally.denominator,
                    whole.numerator - tally.numerator,
                    whole.denominator - tally.denominator,
                )
                yield (name, unit), p if tally.numerator >= LEAST else 1.0


def cell_of(sign: SignName, units: Mapping[str, Tally], unit: str, *, marked: bool) -> Cell:
    """A unit's share of one sign beside that of all others; under "" the county's."""
    tally, whole = units.get(unit, Tally()), units.get("", Tally())
    low, high = wilson(tally.numerator, tally.denominator)
    rest = whole.denominator - tally.denominator
    return Cell(
        sign=sign.id,
        title=sign.title,
        numerator=tally.numerator,
        denominator=tally.denominator,
        share=_percent(tally.numerator / tally.denominator) if tally.denominator else "",
        low=_percent(low) if tally.denominator else "",
        high=_percent(high) if tally.denominator else "",
        others=_percent((whole.numerator - tally.numerator) / rest) if unit and rest else "",
        marked=marked,
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
