"""Before and after, side by side: the medians of both, the difference in per cent, and one journey of each drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.journeys.comparisons import Comparison, OfKind, comparison, comparisons
from tongban.apps.journeys.gathering import MOST_JOURNEYS, groups, measured
from tongban.apps.journeys.path import Journey
from tongban.apps.journeys.telling import Teller, Way, span
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused

MINUTES_A_DAY = 1440
_OF: tuple[tuple[str, Callable[[Journey], int]], ...] = (
    ("time", lambda each: each.minutes),
    ("trips", lambda each: each.trips),
    ("papers", lambda each: each.papers),
    ("steps", lambda each: each.steps),
)
"""What is compared, in the order of the page."""


class Name(Struct, frozen=True):
    """A comparison by its key, and what stands on both sides."""

    key: str
    before: str
    after: str


class Measure(Struct, frozen=True):
    """One thing compared: the medians as they are shown ("" where a side has too few), and the difference ("" where it cannot be said)."""

    title: str
    before: str
    after: str
    change: str
    less: bool


class Side(Struct, frozen=True):
    """``journeys`` of it are measured; ``way`` is the one drawn, None where none may be."""

    title: str
    journeys: int
    told: int
    way: Way | None


class Compared(Struct, frozen=True):
    name: Name
    before: Side
    after: Side
    measures: tuple[Measure, ...]
    smallest: int
    most: int


def compared_names(language: str, now: datetime) -> tuple[Name, ...]:
    """All comparisons of the practices in force."""
    here = office()
    return tuple(_name(here, each, language) for each in comparisons(here, now))


def _name(here: Office, found: Comparison, language: str) -> Name:
    return Name(found.key, _titles(here, found.before, language), _titles(here, (found.after,), language))


def _titles(here: Office, side: Sequence[OfKind], language: str) -> str:
    titles = (here.wording(each.adoption, language).of(f"kinds.{each.kind}", each.kind) for each in side)
    return ("、" if language != "en" else ", ").join(dict.fromkeys(titles))


def compare_for_staff(key: str, acting: Acting) -> Compared | Refused:
    """For who works here: of the latest journeys all count whose cases the reader may all see, however few; of each side the one nearest to
    the median is drawn."""
    here = office()
    found = comparison(here, key, acting.now)
    if isinstance(found, Refused):
        return found

    def of_reader(journeys: Sequence[Sequence[Case]]) -> Sequence[Sequence[Case]]:
        allowed = visible(here, acting, [case.id for cases in journeys for case in cases])
        return [cases for cases in journeys if allowed.issuperset(case.id for case in cases)]

    def drawn(journeys: Sequence[Journey], cases: Sequence[Sequence[Case]]) -> Way | None:
        nearest = _nearest(journeys)
        if nearest is None:
            return None
        numbers = tuple(case.number for case in cases[nearest])
        return Teller(here, acting.language, acting.now).way(journeys[nearest], numbers)

    return _compared(here, found, acting.language, acting.now, 1, of_reader, drawn)


def compare_for_all(key: str, language: str, now: datetime) -> Compared | Refused:
    """For everybody: a side with fewer journeys than the smallest sample tells nothing, and what is drawn says days from the first alone."""
    here = office()
    found = comparison(here, key, now)
    if isinstance(found, Refused):
        return found

    def drawn(journeys: Sequence[Journey], cases: Sequence[Sequence[Case]]) -> Way | None:
        del cases
        nearest = _nearest(journeys)
        if nearest is None or len(journeys) < found.smallest:
            return None
        return Teller(here, language, now, public=True).way(journeys[nearest])

    return _compared(here, found, language, now, found.smallest, lambda journeys: journeys, drawn)


def _compared(
    here: Office,
    found: Comparison,
    language: str,
    now: datetime,
    smallest: int,
    counting: Callable[[Sequence[Sequence[Case]]], Sequence[Sequence[Case]]],
    drawn: Callable[[Sequence[Journey], Sequence[Sequence[Case]]], Way | None],
) -> Compared:
    sides: list[Side] = []
    told_of: list[list[Journey]] = []
    name = _name(here, found, language)
    for title, kinds in ((name.before, found.before), (name.after, (found.after,))):
        cases = counting(groups(here, found, kinds)[:MOST_JOURNEYS])
        journeys = measured(here, cases, found.papers, now) if cases else []
        enough = journeys if len(journeys) >= smallest else []
        told_of.append(enough)
        told = sum(each.told for each in enough)
        sides.append(Side(title, len(journeys), told, drawn(journeys, cases) if enough else None))
    before, after = told_of
    measures = tuple(
        _measure(what, [of(each) for each in before], [of(each) for each in after], language, smallest)
        for what, of in _OF
    )
    return Compared(name, sides[0], sides[1], measures, found.smallest, MOST_JOURNEYS)


def _nearest(journeys: Sequence[Journey]) -> int | None:
    """The place of the journey nearest to the median trips, then to the median time; None among none."""
    if not journeys:
        return None
    trips = median(each.trips for each in journeys)
    minutes = median(each.minutes for each in journeys)
    return min(
        range(len(journeys)),
        key=lambda n: (abs(journeys[n].trips - trips), abs(journeys[n].minutes - minutes), n),
    )


def _measure(what: str, before: list[int], after: list[int], language: str, smallest: int) -> Measure:
    was, now = (median(each) if each else None for each in (before, after))
    in_days = what == "time" and smallest > 1
    change = round((now - was) * 100 / was) if was and now is not None else None
    return Measure(
        title=say(f"journey.{what}", language),
        before=_written(what, was, language, in_days=in_days),
        after=_written(what, now, language, in_days=in_days),
        change="" if change is None else f"{change:+d} %".replace("-", "−") if change else "0 %",
        less=change is not None and change < 0,
    )


def _written(what: str, value: float | None, language: str, *, in_days: bool) -> str:
    if value is None:
        return ""
    if in_days and value >= MINUTES_A_DAY:
        return say("journey.days", language, n=round(value / MINUTES_A_DAY))
    return span(round(value), language) if what == "time" else f"{value:g}"
