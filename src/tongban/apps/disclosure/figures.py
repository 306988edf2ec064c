"""Monthly figures from the practices' own indicators: numerator, denominator, exclusions, sample size.

Each figure is counted over single cases by the same expressions that the practice was checked with. A
rate comes with its Wilson interval (Wilson 1927, 95 %), and units whose intervals overlap share a rank.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import cast

from tongban.apps.office import Office, office
from tongban.apps.wording import LOCAL, say
from tongban.kernel.case import Case, ClockState
from tongban.kernel.commands import Scene
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.record import case_from
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.binding import bind_indicators
from tongban.library.indicators import Indicator

Z = 1.959964
SET = 2000


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts behind one value: ``excluded`` by the id of the exclusion."""

    numerator: int
    denominator: int
    excluded: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One unit's value. ``rank`` is "" below the smallest sample; equal ranks cannot be told apart."""

    unit: str
    rate: str
    numerator: int
    denominator: int
    low: str
    high: str
    rank: str


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value for a month, as the public page shows it."""

    id: str
    practice: str
    title: str
    says: str
    rate: str
    share: int
    """per mille, for the bar"""
    numerator: int
    denominator: int
    low: str
    high: str
    excluded: tuple[tuple[str, int], ...]
    smallest_sample: int
    more_is_better: bool
    units: tuple[UnitFigure, ...]


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % interval of a rate, 0..1; the whole range where nothing was counted."""
    if denominator == 0:
        return 0.0, 1.0
    share = numerator / denominator
    z2 = Z * Z
    middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator)
    half = Z * sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2)) / (1 + z2 / denominator)
    return max(0.0, middle - half), min(1.0, middle + half)


def month_bounds(period: str) -> tuple[datetime, datetime] | Refused:
    """The first instant of a month ("2026-10") and of the next one, China time."""
    try:
        year, month = (int(part) for part in period.split("-"))
        start = datetime(year, month, 1, tzinfo=LOCAL)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=LOCAL)
    except ValueError:
        return Refused("disclosure.period", "period", {"period": period[:20]})
    return start.astimezone(UTC), end.astimezone(UTC)


def months(now: datetime, back: int = 24) -> tuple[str, ...]:
    """The last whole months, newest first."""
    local = now.astimezone(LOCAL)
    first = local.year * 12 + local.month - 2
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, first - back, -1))


def figures(period: str, language: str) -> tuple[Figure, ...] | Refused:
    """All indicators of all adopted practices for one month."""
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    here = office()
    found: list[Figure] = []
    for practice, adoption in here.practices(bounds[1]):
        indicators = bind_indicators(here.practice(adoption), here.procedure(adoption).settings)
        if isinstance(indicators, Refused):
            continue
        counts = _count(here, practice, indicators, *bounds)
        for name, indicator in indicators.items():
            found.append(_figure(here, adoption, indicator, counts[name], language))
    return tuple(found)


@dataclass(slots=True)
class _Tally:
    numerator: int = 0
    denominator: int = 0
    excluded: dict[str, int] | None = None


def _count(
    here: Office, practice: str, indicators: Mapping[str, Indicator], start: datetime, end: datetime
) -> dict[str, dict[str, _Tally]]:
    """Tallies of each indicator by unit; "" is the whole county."""
    tallies: dict[str, dict[str, _Tally]] = {name: {"": _Tally()} for name in indicators}
    for case, worker in _cases(here, practice, start, end):
        for name, indicator in indicators.items():
            if indicator.of == case.kind and _falls(case, indicator.counted, start, end):
                _add(tallies[name], indicator, _Seen(here, case), worker)
    return tallies


def _cases(here: Office, practice: str, start: datetime, end: datetime) -> Iterator[tuple[Case, str]]:
    """Cases of a practice that something happened to since the month began, with the unit that worked on them."""
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        rows = here.rows(
            """SELECT id::text, state FROM store_case WHERE county = %s AND practice = %s AND opened_at < %s
               AND last_at >= %s AND id > %s::uuid ORDER BY id LIMIT %s""",
            [here.county.code, practice, end, start, last, SET],
        )
        for _, state in rows:
            case = case_from(json.loads(cast(str, state)))
            worker = (
                case.previous_holder if case.holder == case.home and case.previous_holder else case.holder
            )
            yield case, worker
        if len(rows) < SET:
            return
        last = cast(str, rows[-1][0])


def _falls(case: Case, counted: str, start: datetime, end: datetime) -> bool:
    """Whether the moment by which a case counts lies in the month."""
    match counted.partition(":"):
        case ("opened", _, _):
            at = case.opened_at
        case ("due", _, clock):
            dues = [s.due or s.ended for s in case.clocks if s.clock == clock]
            at = next((due for due in dues if due is not None), None)  # type: ignore[assignment]
        case _:
            at = case.settled_at  # type: ignore[assignment]
    return at is not None and start <= at < end


class _Seen(Sight):
    """A case as an indicator sees it: everything a step may see, and how its clocks ended."""

    def __init__(self, here: Office, case: Case) -> None:
        scene = Scene(here.county, case.last_at or case.opened_at)
        super().__init__(here.procedure(case.adoption), case, {}, scene)
        self._laps: dict[str, list[ClockState]] = {}
        for state in case.clocks:
            self._laps.setdefault(state.clock, []).append(state)

    def __getitem__(self, name: str) -> Value | datetime:
        if not name.startswith("clock."):
            return super().__getitem__(name)
        _, clock, what = name.split(".")
        laps = self._laps.get(clock, [])
        match what:
            case "laps":
                return len(laps)
            case "kept":
                return bool(laps) and all(lap.kept is not False for lap in laps) and laps[-1].kept is True
            case _:
                return bool(laps) and laps[-1].ended is not None


def _add(tallies: dict[str, _Tally], indicator: Indicator, seen: _Seen, unit: str) -> None:
    if indicator.denominator.evaluate(seen) is not True:
        return
    reason = next((each.id for each in indicator.exclusions if each.when.evaluate(seen) is True), "")
    hit = not reason and indicator.numerator.evaluate(seen) is True
    for key in ("", unit):
        tally = tallies.setdefault(key, _Tally())
        if reason:
            tally.excluded = {**(tally.excluded or {}), reason: (tally.excluded or {}).get(reason, 0) + 1}
        else:
            tally.denominator += 1
            tally.numerator += hit


def _figure(
    here: Office, adoption: str, indicator: Indicator, tallies: Mapping[str, _Tally], language: str
) -> Figure:
    wording = here.wording(adoption, language)
    whole = tallies[""]
    low, high = wilson(whole.numerator, whole.denominator)
    return Figure(
        id=indicator.id,
        practice=wording.title(),
        title=wording.of(f"indicators.{indicator.id}.title", indicator.id),
        says=wording.of(f"indicators.{indicator.id}.says"),
        rate=_rate(whole, language),
        share=whole.numerator * 1000 // whole.denominator if whole.denominator else 0,
        numerator=whole.numerator,
        denominator=whole.denominator,
        low=_percent(low),
        high=_percent(high),
        excluded=tuple(
            (
                wording.of(f"indicators.{indicator.id}.exclusions.{name}")
                or say("figure.excluded", language, name=name),
                n,
            )
            for name, n in sorted((whole.excluded or {}).items())
        ),
        smallest_sample=indicator.smallest_sample,
        more_is_better=indicator.more_is_better,
        units=tuple(_ranked(here, indicator, tallies, language)),
    )


def _rate(tally: _Tally, language: str) -> str:
    return (
        _percent(tally.numerator / tally.denominator)
        if tally.denominator
        else say("figure.nothing", language)
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _ranked(
    here: Office, indicator: Indicator, tallies: Mapping[str, _Tally], language: str
) -> Iterable[UnitFigure]:
    """Units in order. A unit ranks behind another only where their intervals do not overlap."""
    units = [(unit, tally) for unit, tally in tallies.items() if unit and tally.denominator]
    bounds = {unit: wilson(tally.numerator, tally.denominator) for unit, tally in units}
    enough = {unit for unit, tally in units if tally.denominator >= indicator.smallest_sample}

    def worth(row: tuple[str, _Tally]) -> tuple[bool, float]:
        share = row[1].numerator / row[1].denominator
        return row[0] not in enough, -share if indicator.more_is_better else share

    for unit, tally in sorted(units, key=worth):
        low, high = bounds[unit]
        better = sum(
            1
            for other in enough
            if (bounds[other][0] > high if indicator.more_is_better else bounds[other][1] < low)
        )
        yield UnitFigure(
            unit=here.names.unit(unit, language),
            rate=_rate(tally, language),
            numerator=tally.numerator,
            denominator=tally.denominator,
            low=_percent(low),
            high=_percent(high),
            rank=str(better + 1) if unit in enough else "",
        )
