"""One figure as a page of its own: what it means, this month, the last two years, its units, how long things took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.figures import (
    BACK,
    Figure,
    month_bounds,
    month_name,
    released_figure,
    unreleased,
)
from tongban.apps.disclosure.parts import by_title
from tongban.apps.disclosure.released import Released, all_released, taken_down
from tongban.apps.figures.series import back_from
from tongban.apps.figures.succeeding import ended
from tongban.apps.office import Office, office
from tongban.apps.publication.lasted import Lasted, by_month, by_unit
from tongban.apps.publication.standing import Standing, standing
from tongban.apps.wording import Wording, say
from tongban.kernel.indicator import Definition
from tongban.kernel.indicator.change import Change, Value, change, value_of
from tongban.kernel.indicator.parts import OFFICE, PARTS
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Adding, Indicator, definition_of


class Point(Struct, frozen=True):
    """One month of the whole county as its edition has it. ``value`` is None where nothing was counted, too few to be told (``few``), or nothing
    is released; ``definition`` is what it was counted by."""

    period: str
    name: str
    value: Value | None = None
    numerator: int = 0
    denominator: int = 0
    few: bool = False
    released: bool = True
    definition: Definition | None = None


class Part(Struct, frozen=True):
    """A part of the definition: in words, and as the practice writes it."""

    name: str
    label: str
    words: str
    source: str


class Explained(Struct, frozen=True):
    """The definition. ``counted`` says which cases belong to a month; ``hash`` is that of the published definition, "" where it has none."""

    counted: str
    parts: tuple[Part, ...]
    smallest_sample: int
    more_is_better: bool
    version: str
    hash: str
    by: tuple[str, ...]
    periods: tuple[str, ...]
    disclosure: str
    """what it is broken down by, made for, and told of, in words"""


class IndicatorPage(Struct, frozen=True):
    """``changed`` is against the month before; None where either has no value or is defined otherwise. ``months`` and ``units`` are empty where the figure is not
    about time. ``standing`` is that of the month; ``otherwise`` are months of the trend that were counted by another definition than it."""

    practice: str
    practice_title: str
    period: str
    month: str
    figure: Figure
    changed: Change | None
    trend: tuple[Point, ...]
    explained: Explained
    months: tuple[tuple[str, Lasted | None], ...]
    units: tuple[tuple[str, Lasted], ...]
    standing: Standing
    otherwise: tuple[str, ...]
    ended: tuple[tuple[str, str], ...]
    """units told here that have ended since, each with the one that has its work now, by name"""


def indicator_page(
    practice: str, name: str, period: str, language: str, now: datetime
) -> IndicatorPage | Refused:
    """One indicator of a practice in force. Refuses what no practice has (``disclosure.no_indicator``) and what ``figures`` refuses."""
    here = office()
    adoption = here.adopted(practice, now)
    indicator = indicators_of(here, adoption).get(name) if adoption is not None else None
    if (
        adoption is None
        or indicator is None
        or "month" not in indicator.periods
        or indicator.disclosure == OFFICE
    ):
        return Refused("disclosure.no_indicator", "indicator", {"indicator": f"{practice}/{name}"[:110]})
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    if bounds[1] > now:
        code = "disclosure.month_ahead" if bounds[0] > now else "disclosure.month_running"
        return Refused(code, "period", {"period": period})
    wording = here.wording(adoption, language)
    months = all_released(here, back_from(period, BACK))
    trend = points(months, f"{practice}/{name}", back_from(period, BACK), language)
    month = months.get(period)
    figure = (
        unreleased(here, wording, practice, indicator, gone=period in taken_down(here))
        if month is None
        else released_figure(here, wording, month, practice, indicator)
    )
    timed = indicator.counted.startswith("due:") or any(each.startswith("clock.") for each in indicator.names)
    lasted = by_month(here, practice, indicator.of, _bounds(trend[0].period)[0], bounds[1]) if timed else {}
    lasted = {each: found for each, found in lasted.items() if each in months}
    units = (
        by_unit(here, practice, indicator.of, *bounds)
        if period in lasted and indicator.disclosure == PARTS
        else ()
    )
    return IndicatorPage(
        standing=standing(here, period, language),
        otherwise=tuple(each.name for each in trend if _otherwise(each, trend[-1])),
        practice=practice,
        practice_title=wording.title(),
        period=period,
        month=month_name(period, language),
        figure=figure,
        changed=changed(trend),
        trend=trend,
        explained=explained(here, practice, adoption, indicator, wording),
        months=tuple((each.period, lasted.get(each.period)) for each in trend) if lasted else (),
        units=tuple((here.names.unit(each.key, language), each) for each in units),
        ended=tuple(
            (here.names.unit(old, language), here.names.unit(now_has, language))
            for old, now_has in ended(here, {each.code for each in figure.units})
        ),
    )


def changed(trend: Sequence[Point]) -> Change | None:
    """From the last month but one to the last; None where either is not told, and where they were counted by two definitions."""
    before, after = trend[-2:]
    if before.value is None or after.value is None or _otherwise(before, after):
        return None
    return change(before.value, after.value)


def _otherwise(one: Point, other: Point) -> bool:
    return None not in (one.definition, other.definition) and one.definition != other.definition


def _bounds(period: str) -> tuple[datetime, datetime]:
    found = month_bounds(period)
    assert not isinstance(found, Refused), period
    return found


def points(
    months: Mapping[str, Released], key: str, periods: Sequence[str], language: str
) -> tuple[Point, ...]:
    """What the editions of some months say of a figure of the county."""
    return tuple(_point(months.get(period), key, period, language) for period in periods)


def _point(month: Released | None, key: str, period: str, language: str) -> Point:
    name = month_name(period, language)
    if month is None:
        return Point(period, name, released=False)
    counts = month.figures.get(key)
    if counts is None:
        return Point(period, name, few=key in month.silent)
    whole = counts.whole
    return Point(
        period,
        name,
        value_of(whole),
        whole.numerator,
        whole.denominator,
        definition=counts.definition,
    )


def explained(
    here: Office, practice: str, adoption: str, indicator: Indicator, wording: Wording
) -> Explained:
    """The definition of an indicator in words."""
    version = here.practice(adoption).version
    definition = definition_of(indicator, practice, version)
    return Explained(
        counted=_which(indicator, wording),
        parts=tuple(_parts(indicator, wording)),
        smallest_sample=indicator.smallest_sample,
        more_is_better=indicator.more_is_better,
        version=version,
        hash="" if isinstance(definition, Refused) else definition.hash,
        by=tuple(by_title(wording, each) for each in indicator.by),
        periods=tuple(say(f"parts.period.{each}", wording.language) for each in indicator.periods),
        disclosure=say(f"parts.disclosure.{indicator.disclosure}", wording.language),
    )


def _which(indicator: Indicator, wording: Wording) -> str:
    """Which cases belong to a month, as a sentence."""
    moment, _, clock = indicator.counted.partition(":")
    kind = wording.of(f"kinds.{indicator.of}", indicator.of)
    return say(
        f"publication.counted.{moment}",
        wording.language,
        kind=kind,
        clock=wording.clock(clock),
    )


def _parts(indicator: Indicator, wording: Wording) -> Iterator[Part]:
    def part(name: str, source: str, words: str = "") -> Part:
        return Part(name, say(f"publication.part.{name}", wording.language), words, source)

    yield part("denominator", indicator.denominator.source)
    above = indicator.numerator
    if isinstance(above, Adding):
        yield part("adds", above.adds.source)
        if above.over is not None:
            yield part("over", above.over.source)
    else:
        yield part("numerator", above.source)
    for each in indicator.exclusions:
        yield part("exclusion", each.when.source, _why(each.id, each.by, wording))


def _why(exclusion: str, by: str, wording: Wording) -> str:
    words = wording.of(f"exclusions.{exclusion}", exclusion)
    if not by:
        return words
    return say("publication.approved", wording.language, why=words, step=wording.step(by))
