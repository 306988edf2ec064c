"""Monthly figures from the practices' own indicators: numerator, denominator, exclusions, sample size.

A rate comes with its Wilson interval (Wilson 1927, 95 %), an average with that of a ratio of sums, and units whose intervals overlap share a rank.
Units with few cases stand together in one row, because a rate over two cases says what two people said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.disclosure.again import Again, came_again
from tongban.apps.disclosure.counting import counted, indicators_of
from tongban.apps.disclosure.parts import by_title, in_order
from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.disclosure.ranking import ranks, sum_of, together
from tongban.apps.disclosure.released import Released, released, untold
from tongban.apps.disclosure.scale import Scale, Shape, share_of
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording, say
from tongban.kernel.clock import LOCAL
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.parts import OFFICE
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator

BACK = 24
"""Months that are offered."""


class UnitFigure(Struct, frozen=True):
    """One unit's value. ``rank`` is "" below the smallest sample; equal ranks cannot be told apart.

    ``share``, ``low_share`` and ``high_share`` are per mille of the bar's length. ``sample_size`` are cases.
    """

    unit: str
    rate: str
    numerator: int
    denominator: int
    low: str
    high: str
    rank: str
    sample_size: int
    share: int = 0
    low_share: int = 0
    high_share: int = 0
    limits: tuple[float, float] = (0.0, 1.0)
    """the interval as numbers"""
    code: str = ""
    """the unit's own; "" where several stand together"""

    @property
    def range(self) -> int:
        """Width of the interval, per mille."""
        return self.high_share - self.low_share


class Breakdown(Struct, frozen=True):
    """A figure by something else than units: ``by`` as its definition says it, ``title`` in words. Rows stand in the order of the register; they
    have no ranks, because nobody answers for a category."""

    by: str
    title: str
    rows: tuple[UnitFigure, ...]


class Figure(Struct, frozen=True):
    """An indicator's value for a month, as the public page shows it. ``kind`` is ``rate``, ``average`` or ``ratio``."""

    id: str
    kind: str
    practice: str
    title: str
    says: str
    rate: str
    share: int
    """per mille of the bar's length, as are ``low_share`` and ``high_share``"""
    numerator: int
    denominator: int
    sample_size: int
    low: str
    high: str
    excluded: tuple[tuple[str, int], ...]
    smallest_sample: int
    more_is_better: bool
    units: tuple[UnitFigure, ...]
    low_share: int = 0
    high_share: int = 1000
    limits: tuple[float, float] = (0.0, 1.0)
    """the interval as numbers"""
    of: str = ""
    """the id of its practice"""
    few: bool = False
    """too few cases to tell any number of them: ``rate`` says so, and the numbers are nought"""
    why: str = ""
    """why its edition does not tell it, for another reason than that"""
    parts: tuple[Breakdown, ...] = ()
    """what an edition breaks it down by besides units"""

    @property
    def range(self) -> int:
        """Width of the interval, per mille."""
        return self.high_share - self.low_share

    @property
    def thousandths(self) -> int:
        """The value in thousandths, rounded down."""
        return _mille(self.numerator, self.denominator)


def month_bounds(period: str) -> tuple[datetime, datetime] | Refused:
    """The first instant of a month ("2026-10") and of the next one, China time.

    Refuses what is no month between 2000 and 2199 written so.
    """
    year, month = period[:4], period[5:]
    plain = len(period) == 7 and period[4] == "-" and (year + month).isascii() and (year + month).isdigit()
    if not plain or not 2000 <= int(year) <= 2199 or not 1 <= int(month) <= 12:
        return Refused("disclosure.period", "period", {"period": period[:20]})
    start = datetime(int(year), int(month), 1, tzinfo=LOCAL)
    end = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=LOCAL)
    return start.astimezone(UTC), end.astimezone(UTC)


def months(now: datetime, back: int = BACK) -> tuple[str, ...]:
    """The last whole months, newest first."""
    local = now.astimezone(LOCAL)
    newest = local.year * 12 + local.month - 2
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(newest, newest - back, -1))


def month_name(period: str, language: str) -> str:
    """A month as it is said: 2026年10月, October 2026. ``period`` is one of ``months``."""
    first = datetime(int(period[:4]), int(period[5:]), 1, tzinfo=LOCAL)
    return f"{first:%B %Y}" if language == "en" else f"{first.year}年{first.month}月"


class Month(Struct, frozen=True):
    """The figures of a month as they stood at ``as_of``; not ``complete`` while the month is not over. ``released`` is the edition that
    they stand in, None where they were counted for who works here."""

    complete: bool
    as_of: datetime
    figures: tuple[Figure, ...]
    again: tuple[Again, ...] = ()
    """by practice, for those in which anybody came in person"""
    released: Released | None = None


def figures(period: str, language: str, now: datetime, *, public: bool = True) -> Month | Refused:
    """All indicators of all adopted practices that are made for months, for one month: for the public as its edition has them, for who works here as they are
    counted and defined now.

    Refuses what is no month, and a month that has not begun (``disclosure.month_ahead``). Months before an adoption
    have figures too: imported history is counted like any other. The public is told of no month that is not over (``disclosure.month_running``)
    or that nobody released (``disclosure.not_released``) or that was taken down (``disclosure.taken_down``): today's figures less yesterday's are one case.
    """
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    start, end = bounds
    if start > now:
        return Refused("disclosure.month_ahead", "period", {"period": period})
    if public and end > now:
        return Refused("disclosure.month_running", "period", {"period": period})
    here = office()
    edition = released(here, period) if public else None
    if public and edition is None:
        return untold(here, period, (period,))
    found: list[Figure] = []
    again: list[Again] = []
    as_of = now
    for practice, adoption in here.practices(now):
        month = counted(here, practice, adoption, *bounds)
        as_of = min(as_of, month.as_of or now)
        wording = here.wording(adoption, language)
        for indicator in indicators_of(here, adoption).values():
            if "month" not in indicator.periods or (public and indicator.disclosure == OFFICE):
                continue
            if edition is None:
                counts = month.tallies[indicator.id]
                found.append(_figure(here, wording, Shape.of(indicator), counts, practice))
            else:
                found.append(released_figure(here, wording, edition, practice, indicator))
        trips = month.trips if edition is None else month.trips.at(lambda unit: wide_unit(here, unit))
        if trips.counts:
            again.append(came_again(trips, wording, public=public))
    as_of = as_of if edition is None else edition.at
    return Month(end <= now, as_of, tuple(found), tuple(again), edition)


def released_figure(
    here: Office, wording: Wording, edition: Released, practice: str, indicator: Indicator
) -> Figure:
    """A figure as an edition has it; without a number where it keeps it back (``few``), leaves it out, or counted nothing."""
    key = f"{practice}/{indicator.id}"
    counts = edition.figures.get(key)
    if counts is not None:
        names = {unit: said.get(wording.language, unit) for unit, said in edition.names.items()}
        tallies = {"": counts.whole, **counts.units}
        shape = Shape.then(indicator.id, counts)
        figure = _figure(here, wording, shape, tallies, practice, Kept(names, counts.rest))
        return replace(figure, parts=tuple(_broken(wording, edition, key, names)))
    why = edition.silent.get(key, "")
    return _untold(
        _figure(here, wording, Shape.of(indicator), {"": Tally()}, practice), why, wording.language
    )


def _broken(wording: Wording, edition: Released, key: str, names: Mapping[str, str]) -> Iterator[Breakdown]:
    """What an edition breaks a figure down by; what has few cases stands together in the last row."""
    for each, counts in edition.figures.items():
        of, _, by = each.rpartition("/")
        if of != key:
            continue
        parts = {
            code.removeprefix(f"{by}:"): tally for code, tally in counts.units.items() if tally.denominator
        }
        scale = Scale.of(Shape.then(key, counts), {"": counts.whole, **parts})
        rows = [
            _row(names.get(f"{by}:{part}", part), parts[part], "", scale, wording.language, part)
            for part in sorted(parts, key=in_order)
        ]
        if counts.rest is not None and counts.rest.denominator and rows:
            rows.append(
                _row(say("parts.together", wording.language), counts.rest, "", scale, wording.language)
            )
        if rows:
            yield Breakdown(by, by_title(wording, by), tuple(rows))


def unreleased(
    here: Office, wording: Wording, practice: str, indicator: Indicator, *, gone: bool = False
) -> Figure:
    """A figure of a month that nobody released, or that was taken down."""
    empty = _figure(here, wording, Shape.of(indicator), {"": Tally()}, practice)
    said = "publication.taken_down" if gone else "publication.not_released"
    return replace(empty, rate=say(said, wording.language))


class Kept(Struct, frozen=True):
    """Of an edition: the names of its units, and what those that it does not tell one by one add up to."""

    names: Mapping[str, str]
    rest: Tally | None


def _figure(
    here: Office,
    wording: Wording,
    shape: Shape,
    counts: Mapping[str, Tally],
    of: str,
    kept: Kept | None = None,
) -> Figure:
    whole, scale = counts[""], Scale.of(shape, counts)
    low, high = whole.interval
    return Figure(
        id=shape.id,
        kind=shape.kind,
        practice=wording.title(),
        title=wording.of(f"indicators.{shape.id}.title", shape.id),
        says=wording.of(f"indicators.{shape.id}.says"),
        rate=scale.value(whole, wording.language),
        share=scale.place(share_of(whole)),
        numerator=whole.numerator,
        denominator=whole.denominator,
        sample_size=whole.sample,
        low=scale.written(low),
        high=scale.written(high),
        excluded=tuple(
            (wording.of(f"exclusions.{name}", name), n) for name, n in sorted(whole.excluded.items())
        ),
        smallest_sample=shape.smallest_sample,
        more_is_better=shape.more_is_better,
        units=()
        if shape.county_alone
        else tuple(_ranked(here, shape, counts, scale, wording.language, kept)),
        low_share=scale.place(low),
        high_share=scale.place(high),
        limits=(low, high),
        of=of,
    )


def _untold(figure: Figure, why: str, language: str) -> Figure:
    """The same without a number. ``why`` is the code of an edition, "" where it counted nothing."""
    match why:
        case "":
            return figure
        case "edition.too_few":
            return replace(figure, rate=say("suppression.few", language, n=FEWEST), few=True)
        case _:
            words = say(f"edition.why.{why.rpartition('.')[2]}", language)
            return replace(figure, rate=say("publication.left_out", language), why=words)


def _mille(numerator: int, denominator: int) -> int:
    return numerator * 1000 // denominator if denominator else 0


def _ranked(
    here: Office,
    shape: Shape,
    counts: Mapping[str, Tally],
    scale: Scale,
    language: str,
    kept: Kept | None,
) -> Iterator[UnitFigure]:
    """Units in order, the ranked first; the small ones together in the last row."""
    if kept is None:
        single, small_ones = together(counts)
        rest, n = sum_of(small_ones.values()), len(small_ones)
    else:
        single = {unit: tally for unit, tally in counts.items() if unit and tally.denominator}
        rest, n = kept.rest or Tally(), 0
    ranked = ranks(shape, single)

    def worth(unit: str) -> tuple[bool, int, float, str]:
        """Those of a rank by their value; those without one by their size, because their order must say nothing."""
        tally = single[unit]
        share = share_of(tally)
        better = -share if shape.more_is_better else share
        return unit not in ranked, ranked.get(unit, 0), better if unit in ranked else -tally.sample, unit

    for unit in sorted(single, key=worth):
        name = here.names.unit(unit, language) if kept is None else kept.names.get(unit, unit)
        yield _row(name, single[unit], str(ranked.get(unit, "")), scale, language, unit)
    # Without a unit that is shown alone this row would say what the county's value says already.
    if rest.denominator and single:
        name = say("figure.small_units", language, n=n) if n else say("edition.other_units", language)
        yield _row(name, rest, "", scale, language)


def _row(unit: str, tally: Tally, rank: str, scale: Scale, language: str, code: str = "") -> UnitFigure:
    low, high = tally.interval
    return UnitFigure(
        unit=unit,
        rate=scale.value(tally, language),
        numerator=tally.numerator,
        denominator=tally.denominator,
        low=scale.written(low),
        high=scale.written(high),
        rank=rank,
        sample_size=tally.sample,
        share=scale.place(share_of(tally)),
        low_share=scale.place(low),
        high_share=scale.place(high),
        limits=(low, high),
        code=code,
    )
