"""Where cases wait and how they travel, for a reader: of the units that they oversee, and opening to the cases that they may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.analytics import flow
from tongban.analytics.flow import DAY, Asked
from tongban.analytics.log import Log
from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_bounds, month_name, months
from tongban.apps.flow.counted import counted_kinds
from tongban.apps.flow.keeping import LATELY, Counted, count_ahead, counted, last_days, written
from tongban.apps.flow.logs import log_for_a_page
from tongban.apps.flow.turns import turns_of
from tongban.apps.flow.views import (
    Flow,
    HandingLine,
    LastingLine,
    ReachLine,
    ReturnLine,
    StayLine,
    Stays,
    WaitLine,
    WayLine,
)
from tongban.apps.office import Office, office
from tongban.apps.supervision.lines import readable, rows_of, watched
from tongban.apps.supervision.listing import unit_choices
from tongban.apps.supervision.scope import Scope, procedures, scope_of
from tongban.apps.supervision.views import Choice
from tongban.apps.wording import Wording, moment, say
from tongban.kernel.procedure.model import Kind
from tongban.kernel.procedure.stage import DROPPED
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    import duckdb

USUAL = "90"
LINES = 15
WAYS_BETWEEN = 12
"""So many that their table stands open: names of two units are too long for a picture."""
STAYS = 50
ENOUGH = 5
"""Cases from which the spread of a unit's durations says something."""


class Wish(Struct, frozen=True):
    """What an address asks for: ``of`` is practice:kind, ``period`` a month or days before now, ``unit`` one that the reader oversees;
    "" for what is usual."""

    of: str = ""
    period: str = ""
    unit: str = ""


class _Ground(Struct, frozen=True):
    """All that the questions stand on."""

    here: Office
    acting: Acting
    scope: Scope
    asked: Asked
    made: duckdb.DuckDBPyConnection
    counted: Counted
    adoption: str
    wording: Wording
    kind: Kind
    page: Flow


def flow_page(acting: Acting, wish: Wish) -> Flow | Refused:
    """Everything that is counted of one kind of case. What an address asks for and nobody has is taken as what is usual.

    Refuses where there is no log yet (``flow.no_log``) and where nothing is in it (``flow.nothing``).
    """
    ground = _ground(acting, wish)
    if isinstance(ground, Refused):
        return ground
    found = ground.counted
    settled = next((each.n for each in found.lasting if not each.unit), 0)
    given = {name: getattr(ground.page, name) for name in Flow.__struct_fields__}
    return Flow(
        **{
            **given,
            "cases": found.sums.cases,
            "events": found.sums.events,
            "returned": found.sums.returned,
            "settled": settled,
            "stages": tuple((stage, ground.wording.stage(stage)) for stage in ground.kind.stages),
            "waits": _waits(ground),
            "handings": _handings(ground),
            "returns": _returns(ground),
            "reached": _reached(ground),
            "lasting": _lasting(ground, found.lasting),
            "ways": _ways(ground, settled),
        }
    )


def stays_page(acting: Acting, wish: Wish, stage: str, unit: str) -> Stays | Refused:
    """The cases behind one wait: those that are there now, the longest first, then those that were.

    Refuses a stage and a unit that nobody waited for there (``flow.no_wait``).
    """
    ground = _ground(acting, wish)
    if isinstance(ground, Refused):
        return ground
    line = next((each for each in _waits(ground) if (each.stage, each.unit) == (stage, unit)), None)
    if line is None:
        return Refused("flow.no_wait", "stage", {})
    found = flow.stays(ground.made, ground.asked, stage, unit, STAYS + 1)
    here, language = ground.here, acting.language
    rows = {row.id: row for row in readable(here, acting, rows_of(here, [each.chain for each in found]))}
    lines = [
        StayLine(
            watched(here, acting, rows[each.chain]),
            _days(each.waited),
            moment(each.since, language, acting.now),
            "" if each.ended is None else moment(each.ended, language, acting.now),
        )
        for each in found[:STAYS]
        if each.chain in rows
    ]
    unseen = sum(each.chain not in rows for each in found[:STAYS])
    return Stays(ground.page, line, tuple(lines), unseen, len(found) > STAYS)


def _ground(acting: Acting, wish: Wish) -> _Ground | Refused:
    here = office()
    found = log_for_a_page(here)
    if found is None:
        return Refused("flow.no_log")
    made = _laid(here, found.log)
    adopted = procedures(here, acting.now)
    scope = scope_of(here, acting, [procedure for _, procedure in adopted.values()])
    followed = counted_kinds(here)
    kinds = [
        (p, k) for p, k, _ in flow.kinds(made) if p in followed and p in adopted and k in adopted[p][1].kinds
    ]
    if not kinds:
        return Refused("flow.nothing")
    asked_kind = tuple(wish.of.split(":", 1))
    practice, kind = next((each for each in kinds if each == asked_kind), kinds[0])
    adoption, procedure = adopted[practice]
    wording = here.wording(adoption, acting.language)
    period, name, start, end = _period(wish.period, found.log, acting)
    unit = wish.unit if wish.unit in scope.units else ""
    units = None if scope.whole and not unit else _units(here, scope, unit)
    page = Flow(
        of=f"{practice}:{kind}",
        title=_titled(wording, kind),
        period=period,
        period_name=name,
        unit=unit,
        unit_name=here.names.unit(unit, acting.language) if unit else "",
        as_of="" if found.current else moment(written(found.log), acting.language, acting.now),
        kinds=tuple(
            Choice(f"{p}:{k}", _titled(here.wording(adopted[p][0], acting.language), k)) for p, k in kinds
        ),
        periods=_periods(acting),
        units=unit_choices(here, acting, scope, unit),
    )
    asked = Asked(practice, kind, start, end, acting.now, units)
    sums = counted(made, found.log, asked)
    return _Ground(here, acting, scope, asked, made, sums, adoption, wording, procedure.kinds[kind], page)


def count_usual(here: Office, log: Log) -> int:
    """Count ahead what pages of a large log usually ask for; returns how much that was."""
    return count_ahead(_laid(here, log), log, counted_kinds(here))


_lock = Lock()
_kept: dict[tuple[str, str, int], duckdb.DuckDBPyConnection] = {}


def _laid(here: Office, log: Log) -> duckdb.DuckDBPyConnection:
    """A connection of one's own to what is kept while the registers (and so the calendar) and the adoptions stay as they are; the
    log itself is read at every question."""
    key = (here.county.code, str(log.path), here.stamp)
    with _lock:
        if key not in _kept:
            _kept.clear()
            _kept[key] = flow.laid(f"read_parquet('{log.path}')", here.county.calendar, turns_of(here))
        return _kept[key].cursor()


def _titled(wording: Wording, kind: str) -> str:
    name = wording.of(f"kinds.{kind}", kind)
    return name if name == wording.title() else f"{wording.title()} · {name}"


def _units(here: Office, scope: Scope, unit: str) -> tuple[str, ...]:
    """The units asked for, and those that these took over from."""
    county = here.county
    wanted = scope.below(unit, county) if unit else scope.units
    before = (old for old in county.succeeded if county.present(old) in wanted)
    return (*sorted(wanted), *before)


def _period(text: str, log: Log, acting: Acting) -> tuple[str, str, datetime, datetime]:
    """How an address writes it, its words, and its bounds."""
    if text in months(acting.now):
        bounds = month_bounds(text)
        assert not isinstance(bounds, Refused)
        return text, month_name(text, acting.language), *bounds
    days = text if text in LATELY else USUAL
    return days, say("flow.days", acting.language, n=int(days)), *last_days(log, LATELY[days], acting.now)


def _periods(acting: Acting) -> tuple[Choice, ...]:
    lately = (Choice(days, say("flow.days", acting.language, n=int(days))) for days in LATELY)
    return (*lately, *(Choice(each, month_name(each, acting.language)) for each in months(acting.now)))


def _days(micros: int) -> float:
    return round(micros / DAY, 2)


def _who(ground: _Ground, unit: str) -> str:
    language = ground.acting.language
    match unit:
        case "":
            return say("flow.nobody", language)
        case flow.REQUESTER:
            return say("flow.requester", language)
        case flow.PARENT:
            return say("flow.parent", language)
        case _:
            return ground.here.names.unit(unit, language)


def _waits(ground: _Ground) -> tuple[WaitLine, ...]:
    """Those that most time goes into first."""
    found = ground.counted.waits
    lines = (
        WaitLine(
            each.stage,
            ground.wording.stage(each.stage),
            each.unit,
            _who(ground, each.unit),
            each.n,
            _days(each.median),
            _days(each.most),
            _days(each.total),
            each.open,
            _days(each.longest),
        )
        for each in found
    )
    return tuple(sorted(lines, key=lambda each: (-each.total, -each.open, each.stage, each.unit)))


def _handings(ground: _Ground) -> tuple[HandingLine, ...]:
    """Whoever receives cases is called so, not by name: most ways lead there and back."""
    homes = ground.here.homes(ground.adoption)
    home = say("flow.home", ground.acting.language)

    def named(unit: str) -> str:
        return home if unit in homes else _who(ground, unit)

    return tuple(
        HandingLine(
            named(each.source),
            named(each.target),
            each.n,
            each.again,
            each.back,
            _days(each.median),
        )
        for each in ground.counted.handings[:WAYS_BETWEEN]
    )


def _returns(ground: _Ground) -> tuple[ReturnLine, ...]:
    """By what cases came back to a stage; going round within a stage of oneself is no return."""
    wording = ground.wording
    return tuple(
        ReturnLine(wording.stage(each.stage), wording.step(each.step), each.n, each.cases)
        for each in ground.counted.returns[:LINES]
    )


def _reached(ground: _Ground) -> tuple[ReachLine, ...]:
    places = ground.kind.places
    found = {each.place: each for each in ground.counted.reached}
    whole = max((each.cases for each in found.values()), default=0)
    return tuple(
        ReachLine(
            ground.wording.phase(place),
            found[n].cases,
            found[n].cases * 1000 // whole,
            _days(found[n].median),
            place == DROPPED,
        )
        for n, place in enumerate(places)
        if n in found
    )


def _lasting(ground: _Ground, found: Iterable[flow.Lasting]) -> tuple[LastingLine, ...]:
    """All together first, then the units with enough cases, the slowest first."""
    lines = [
        (each.unit, each.median, LastingLine(_all_or(ground, each.unit), each.n, tuple(map(_days, values))))
        for each in found
        if each.n >= ENOUGH or not each.unit
        for values in [(each.low, each.quarter, each.median, each.three_quarters, each.high)]
    ]
    lines.sort(key=lambda each: (bool(each[0]), -each[1], each[0]))
    return tuple(line for *_, line in lines)


def _all_or(ground: _Ground, unit: str) -> str:
    return _who(ground, unit) if unit else say("flow.all_units", ground.acting.language)


def _ways(ground: _Ground, settled: int) -> tuple[WayLine, ...]:
    return tuple(
        WayLine(tuple(map(ground.wording.step, each.steps)), each.cases, each.cases * 1000 // max(settled, 1))
        for each in ground.counted.ways
    )
