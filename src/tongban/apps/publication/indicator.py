"""One figure as a page of its own: what it means, this month, the last two years, its units, how long things took."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.figures import BACK, Figure, figures, month_bounds, month_name
from tongban.apps.figures.series import Key, back_from, series
from tongban.apps.office import Office, office
from tongban.apps.publication.lasted import Lasted, by_month, by_unit
from tongban.apps.publication.standing import Compared, Standing, compared, released_editions, standing, told
from tongban.apps.wording import Wording, say
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.change import Change, Value, change, value_of
from tongban.kernel.indicator.suppression import small
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Adding, Indicator, definition_of


class Point(Struct, frozen=True):
    """One month of the whole county. ``value`` is None where nothing was counted, or too few to be told."""

    period: str
    name: str
    value: Value | None
    numerator: int
    denominator: int
    few: bool


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


class IndicatorPage(Struct, frozen=True):
    """``changed`` is against the month before; None where either has no value. ``months`` and ``units`` are empty where the figure is not
    about time. ``standing`` is that of the month, ``released`` what its edition says where that is
    something else; the last ``provisional`` months of the trend are not released."""

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
    released: Compared
    provisional: int


def indicator_page(
    practice: str, name: str, period: str, language: str, now: datetime
) -> IndicatorPage | Refused:
    """One indicator of a practice in force. Refuses what no practice has (``disclosure.no_indicator``) and what ``figures`` refuses."""
    here = office()
    adoption = here.adopted(practice, now)
    indicator = indicators_of(here, adoption).get(name) if adoption is not None else None
    if adoption is None or indicator is None:
        return Refused("disclosure.no_indicator", "indicator", {"indicator": f"{practice}/{name}"[:110]})
    month = figures(period, language, now)
    if isinstance(month, Refused):
        return month
    figure = next(each for each in month.figures if each.of == practice and each.id == name)
    wording = here.wording(adoption, language)
    trend = tuple(_trend(here, practice, adoption, indicator, period, now, language))
    timed = indicator.counted.startswith("due:") or any(each.startswith("clock.") for each in indicator.names)
    start, end = _bounds(trend[0].period)[0], _bounds(period)[1]
    lasted = by_month(here, practice, indicator.of, start, end) if timed else {}
    units = by_unit(here, practice, indicator.of, *_bounds(period)) if lasted and not indicator.sign else ()
    stands = standing(here, period, language)
    counted_then = told(here, period, stands).get(f"{practice}/{name}")
    return IndicatorPage(
        standing=stands,
        released=compared(counted_then, figure.numerator, figure.denominator, figure.kind, language),
        provisional=_provisional(trend, released_editions(here)),
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
    )


def changed(trend: tuple[Point, ...]) -> Change | None:
    """From the last month but one to the last; None where either is not told."""
    before, after = (point.value for point in trend[-2:])
    return change(before, after) if before is not None and after is not None else None


def _provisional(trend: tuple[Point, ...], released: Collection[str]) -> int:
    """How many months lie behind the last released one; one where none ever was, because then it goes without saying."""
    behind = next((n for n, point in enumerate(reversed(trend)) if point.period in released), None)
    return 1 if behind is None else behind


def _bounds(period: str) -> tuple[datetime, datetime]:
    found = month_bounds(period)
    assert not isinstance(found, Refused), period
    return found


def _trend(
    here: Office,
    practice: str,
    adoption: str,
    indicator: Indicator,
    period: str,
    now: datetime,
    language: str,
) -> Iterator[Point]:
    for spell in series(here, Key(practice, adoption, indicator), back_from(period, BACK), now):
        yield point(spell.whole, spell.period, language)


def point(tally: Tally, period: str, language: str) -> Point:
    """What may be told of a county's month."""
    few = small(tally.sample)
    value = value_of(tally)
    if few or value is None:
        return Point(period, month_name(period, language), None, 0, 0, few)
    return Point(period, month_name(period, language), value, tally.numerator, tally.denominator, few=False)


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
