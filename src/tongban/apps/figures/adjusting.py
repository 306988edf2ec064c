"""Units as if each had the county's mix of cases, with the model beside it: what was told apart, and how it goes in the county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.parts import by_title, part_name
from tongban.apps.disclosure.ranking import ranks_of
from tongban.apps.figures.comparing import SPANS, Indicated, begun, indicated
from tongban.apps.figures.places import cases_of
from tongban.apps.figures.series import back_from, find
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording, say
from tongban.kernel.indicator.adjustment import POOLED, Adjusted, Adjustment, Pair, adjusted
from tongban.kernel.indicator.interval import wilson
from tongban.kernel.indicator.parts import part_of
from tongban.kernel.refusal import Refused

BY = ("category", "channel", "township")
"""What cases may be told apart by: all of it is known before a unit has the case."""
USUAL = ("category", "channel")


class UnitAdjusted(Struct, frozen=True):
    """A unit with its place among the others before and after; 0 with too small a sample."""

    unit: str
    name: str
    value: Adjusted
    rank: int
    adjusted_rank: int


class Line(Struct, frozen=True):
    """A stratum in words, and what the county counted in it. ``pooled`` strata it stands for, 0 for itself alone."""

    name: str
    numerator: int
    denominator: int
    rate: float
    pooled: int


class AdjustedPage(Struct, frozen=True):
    """``able`` is all that cases may be told apart by, in words, ``by`` what they are told apart by here. ``moves``: whether it changes anything beyond noise; ``reordered``: whether any rank changes."""

    about: Indicated
    period: str
    span: int
    able: Mapping[str, str]
    by: tuple[str, ...]
    county: float
    strata: tuple[Line, ...]
    units: tuple[UnitAdjusted, ...]
    moves: bool
    reordered: bool


def adjusted_page(
    key: str, period: str, acting: Acting, *, span: int = 1, by: Sequence[str] = USUAL
) -> AdjustedPage | Refused:
    """Refuses what is no indicator and no month, an indicator that is no share of cases (``figures.adjust_rate``), and a month in which
    nothing was counted (``figures.adjust_nothing``)."""
    here = office()
    found = find(here, key, acting.now)
    if isinstance(found, Refused):
        return found
    bounds = begun(period, acting.now)
    if isinstance(bounds, Refused):
        return bounds
    if found.indicator.kind != "rate":
        return Refused("figures.adjust_rate", "key", {"indicator": key[:110]})
    able = tuple(dict.fromkeys((*BY, *found.indicator.parts)))
    by = tuple(name for name in able if name in by) or USUAL
    span = span if span in SPANS else 1
    counts: dict[str, dict[str, Pair]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for month in back_from(period, span):
        for case, tally in cases_of(here, found, month):
            unit = found.indicator.unit_of(case)
            if unit and tally.denominator:
                stratum = "|".join(part_of(case, name, here.county) for name in by)
                above, below = counts[unit][stratum]
                counts[unit][stratum] = (above + tally.numerator, below + tally.denominator)
    model = adjusted(counts)
    if model is None:
        return Refused("figures.adjust_nothing", "period", {"period": period})
    about, wording = indicated(here, found, acting.language), here.wording(found.adoption, acting.language)
    units = _units(here, about, model, acting.language)
    return AdjustedPage(
        about,
        period,
        span,
        {name: by_title(wording, name) for name in able},
        by,
        model.county,
        tuple(_lines(wording, by, model)),
        units,
        model.moves,
        any(each.rank != each.adjusted_rank for each in units),
    )


def _units(here: Office, about: Indicated, model: Adjustment, language: str) -> tuple[UnitAdjusted, ...]:
    able = {unit: each for unit, each in model.units.items() if each.denominator >= about.smallest}
    before = ranks_of(
        {unit: wilson(each.numerator, each.denominator) for unit, each in able.items()}, more=about.more
    )
    after = ranks_of({unit: (each.low, each.high) for unit, each in able.items()}, more=about.more)

    def order(unit: str) -> tuple[bool, int, float, str]:
        each = model.units[unit]
        worth = -each.adjusted if about.more else each.adjusted
        return unit not in after, after.get(unit, 0), worth if unit in after else -each.denominator, unit

    return tuple(
        UnitAdjusted(
            unit,
            here.names.unit(unit, language),
            model.units[unit],
            before.get(unit, 0),
            after.get(unit, 0),
        )
        for unit in sorted(model.units, key=order)
    )


def _lines(wording: Wording, by: Sequence[str], model: Adjustment) -> list[Line]:
    return [
        Line(
            say("adjust.pooled", wording.language, n=len(each.of))
            if each.name == POOLED
            else " · ".join(
                part_name(wording, name, value) for name, value in zip(by, each.name.split("|"), strict=True)
            ),
            each.numerator,
            each.denominator,
            each.rate,
            len(each.of) if each.name == POOLED else 0,
        )
        for each in model.strata
    ]
