"""Counting a practice's indicators over the cases of one month, each case by the practice's own expressions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TypeAlias, cast

from msgspec import Struct, field

from tongban.analytics.rows import Population, rows_of
from tongban.apps.disclosure.defined import indicators_of as indicators_of
from tongban.apps.disclosure.kept import Counts, kept
from tongban.apps.disclosure.trips import Trip, Trips
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.county import County
from tongban.kernel.expression import Expression
from tongban.kernel.indicator import Sums, Tally
from tongban.kernel.indicator.parts import part_of
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.seen import Seen, counted_at
from tongban.kernel.record import case_from
from tongban.kernel.value import Value
from tongban.library.indicators import Adding, Indicator

SET = 2000
"""Cases that are read at a time."""
KEPT = 64
"""Counted months that are kept in memory."""


class Month(Struct, frozen=True):
    """What the cases of a month add up to, and the visits that were made in it; ``as_of`` is None for this moment."""

    tallies: Tallies
    trips: Trips
    as_of: datetime | None = None
    parts: Parts = field(default_factory=dict)


Answered: TypeAlias = "dict[tuple[str, tuple[Value | datetime, ...]], Value]"
"""What expressions said, by their source and the values that they name."""
Tallies: TypeAlias = "Mapping[str, Mapping[str, Tally]]"
"""By indicator and unit; under the unit "" is the whole county."""
Parts: TypeAlias = "Mapping[str, Mapping[str, Mapping[str, Tally]]]"
"""By indicator, by what it is broken down by besides units, and part."""

_lock = Lock()
_counted: OrderedDict[tuple[object, ...], Month] = OrderedDict()


def tallies(here: Office, practice: str, adoption: str, start: datetime, end: datetime) -> Tallies:
    """Counts for the month from ``start`` to ``end``."""
    return counted(here, practice, adoption, start, end).tallies


def counted(here: Office, practice: str, adoption: str, start: datetime, end: datetime) -> Month:
    """All that is counted of the month from ``start`` to ``end``: as it is kept where the county keeps counts (``kept``), else anew after the
    ledger has grown."""
    name = (here.county.code, here.journal.using, here.stamp, adoption, start, end)
    xid, position, at = _stands(here)
    as_kept = _as_kept(here, practice, adoption, start, end, at)
    if as_kept is not None:
        return as_kept
    known = _remembered((*name, xid, position))
    if known is not None:
        return known
    trips = Trips(start, end)
    cases = trips.of(cases_between(here, practice, start, end))
    indicators = indicators_of(here, adoption)
    parts: dict[str, dict[str, dict[str, Tally]]] = {}
    by_unit = tallied(cases, here.procedure, here.county, indicators, start, end, parts)
    found = Month(by_unit, trips, parts=parts)
    return _remember((*name, xid, position), found)


def counted_as_kept(
    here: Office, practice: str, adoption: str, start: datetime, end: datetime
) -> Month | None:
    """The month as the county keeps it; None where it keeps none, or none by the definitions that hold now."""
    return _as_kept(here, practice, adoption, start, end, _stands(here)[2])


def _as_kept(
    here: Office, practice: str, adoption: str, start: datetime, end: datetime, at: datetime | None
) -> Month | None:
    if at is None:
        return None
    name = (here.county.code, here.journal.using, here.stamp, adoption, start, end, at)
    found = _remembered(name) or _of(kept(here, practice, adoption, start, end), at, start, end)
    return None if found is None else _remember(name, found)


def _of(parts: Sequence[Counts], at: datetime, start: datetime, end: datetime) -> Month | None:
    """Kept parts together; None where there are none."""
    if not parts:
        return None
    tallies, broken, trips = parts[0].tallies, parts[0].parts, Trips(start, end)
    for part in parts[1:]:
        for name, by in part.tallies.items():
            _add(tallies[name], by)
        for name, ways in part.parts.items():
            for way, by in ways.items():
                _add(broken.setdefault(name, {}).setdefault(way, {}), by)
    for part in parts:
        for unit, why, told, n in part.visits:
            trips.counts[Trip(unit, why, told)] += n
    return Month(tallies, trips, at, broken)


def _add(to: dict[str, Tally], by: Mapping[str, Tally]) -> None:
    for unit, tally in by.items():
        to.setdefault(unit, Tally()).add(tally)


def _remembered(key: tuple[object, ...]) -> Month | None:
    with _lock:
        return _counted.get(key)


def _remember(key: tuple[object, ...], month: Month) -> Month:
    with _lock:
        _counted[key] = month
        while len(_counted) > KEPT:
            _counted.popitem(last=False)
    return month


def _stands(here: Office) -> tuple[int, int, datetime | None]:
    """The newest event of the ledger (while it is the same, so are all figures), and as of when counts are kept, if they are."""
    rows = here.rows(
        """SELECT e.xid, e.position, (SELECT at FROM store_extract x WHERE x.county = e.county) FROM store_event e
           WHERE e.county = %s ORDER BY e.xid DESC, e.position DESC LIMIT 1""",
        [here.county.code],
    )
    return cast("tuple[int, int, datetime | None]", rows[0]) if rows else (0, 0, None)


def forget() -> None:
    """Drop all counts, for a process that changes its database."""
    with _lock:
        _counted.clear()


def stand(here: Office) -> tuple[tuple[object, ...], bool]:
    """While it is the same, so are all figures; and whether counts are kept, so that months cost nothing."""
    xid, position, at = _stands(here)
    return ((xid, position) if at is None else (at,)), at is not None


def tallied(
    cases: Iterable[Case],
    procedure: Callable[[str], Procedure],
    county: County,
    indicators: Mapping[str, Indicator],
    start: datetime,
    end: datetime,
    parts: dict[str, dict[str, dict[str, Tally]]] | None = None,
) -> Tallies:
    """What cases of one practice add up to. ``procedure`` gives that of an adoption; ``parts`` takes what they add up to by whatever else
    indicators are broken down by."""
    found: dict[str, dict[str, Tally]] = {name: {"": Tally()} for name in indicators}
    known: Answered = {}
    for case in cases:
        seen: Seen | None = None
        for name, indicator in indicators.items():
            if indicator.of == case.kind and falls(case, indicator.counted, start, end):
                if seen is None:  # not "or": a sight counts as empty
                    seen = Seen(procedure(case.adoption), county, case)
                one = counted_of(indicator, seen, known)
                for unit in dict.fromkeys(("", indicator.unit_of(case))):
                    found[name].setdefault(unit, Tally()).add(one)
                if parts is not None:
                    for by in indicator.parts:
                        ways = parts.setdefault(name, {}).setdefault(by, {})
                        ways.setdefault(part_of(case, by, county), Tally()).add(one)
    return found


def cases_counted(
    here: Office,
    practice: str,
    adoption: str,
    name: str,
    units: Iterable[str],
    start: datetime,
    end: datetime,
) -> Iterator[tuple[Case, Tally]]:
    """The cases of some units behind one indicator, each with what it adds: those that are neither counted nor excluded
    are left out."""
    indicator = indicators_of(here, adoption)[name]
    wanted = frozenset(units)
    for case in cases_between(here, practice, start, end):
        if (
            indicator.of == case.kind
            and indicator.unit_of(case) in wanted
            and falls(case, indicator.counted, start, end)
        ):
            one = counted_of(indicator, Seen(here.procedure(case.adoption), here.county, case))
            if one.denominator or one.excluded:
                yield case, one


def rows_behind(
    here: Office, practice: str, adoption: str, start: datetime, end: datetime
) -> tuple[Population, ...]:
    """The rows behind all indicators of a practice for the time from ``start`` to ``end``, in the order of their chains."""
    cases = cases_between(here, practice, start, end)
    return rows_of(cases, seeing(here), practice, indicators_of(here, adoption), start, end)


def seeing(here: Office) -> Callable[[Case], Seen]:
    return lambda case: Seen(here.procedure(case.adoption), here.county, case)


def cases_between(here: Office, practice: str, start: datetime, end: datetime) -> Iterator[Case]:
    """Cases of a practice that may count between two moments: open at any time between them, or something happened to them since, or one of their
    clocks ran out between them, perhaps long after they were settled. The state of a case is text, and its clocks say so in it."""
    last = "00000000-0000-0000-0000-000000000000"
    dues = [f'%"due":"{month}-%' for month in _months(start, end)]
    while True:
        rows = here.rows(
            """SELECT id::text, state FROM store_case WHERE county = %s AND practice = %s AND opened_at < %s
               AND (last_at >= %s OR state LIKE ANY (%s)) AND id > %s::uuid ORDER BY id LIMIT %s""",
            [here.county.code, practice, end, start, dues, last, SET],
        )
        for _, state in rows:
            yield case_from(cast(str, state))
        if len(rows) < SET:
            return
        last = cast(str, rows[-1][0])


def _months(start: datetime, end: datetime) -> Iterator[str]:
    """The months between two moments, as states write them: in UTC."""
    first, last = (at.astimezone(UTC) for at in (start, end))
    for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{n // 12}-{n % 12 + 1:02d}"


def falls(case: Case, counted: str, start: datetime, end: datetime) -> bool:
    """Whether the moment by which a case counts lies in the month."""
    at = counted_at(case, counted)
    return at is not None and start <= at < end


def counted_of(
    indicator: Indicator, seen: Mapping[str, Value | datetime], known: Answered | None = None
) -> Tally:
    """What one case adds to an indicator: nothing, an exclusion, or one (or its own number) to the denominator."""
    known = {} if known is None else known
    if not _said(indicator.denominator, seen, known):
        return Tally()
    reason = next((each.id for each in indicator.exclusions if _said(each.when, seen, known)), "")
    if reason:
        return Tally(excluded={reason: 1})
    above = indicator.numerator
    if not isinstance(above, Adding):
        return Tally(int(bool(_said(above, seen, known))), 1)
    adds = _number(_said(above.adds, seen, known))
    over = 1 if above.over is None else _number(_said(above.over, seen, known))
    return Tally(adds, over, sums=Sums.of(adds, over)) if over > 0 else Tally()


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _said(expression: Expression, seen: Mapping[str, Value | datetime], known: Answered) -> Value:
    """What an expression says of a case. Cases alike in all it names need asking once: most differ in a few counts and flags."""
    names = expression.names
    key = (expression.source, tuple([seen.get(name) for name in names]))
    try:
        said = known.get(key)
    except TypeError:  # a list among the values cannot be a key
        return expression.evaluate(seen)
    if said is None:
        said = known[key] = expression.evaluate(seen)
    return said
