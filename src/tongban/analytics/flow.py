"""Where cases wait, and how they travel: counted over the event log.

Waits are working time: days off and weekends are left out, a working day counts whole (24 hours), as limits in working days do. Every
number is exact and counted anew; quantiles are values that occurred (the nearest rank), never an interpolation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from tongban.analytics.log import connect
from tongban.kernel.clock import Calendar

if TYPE_CHECKING:
    import duckdb

DAY = 86_400_000_000
"""Microseconds."""
LOCAL = 8 * 3_600_000_000
"""How far China's clocks are ahead of UTC."""
FIRST, LAST = datetime(2010, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
"""Between these days working time is counted; beyond them a wait ends at the border."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REQUESTER, PARENT = "@requester", "@parent"
"""Who is waited for, where that is no unit of the log: the requester, the unit that holds the case above."""
MEMORY = "512MB"
T = TypeVar("T", bound=Struct)


class Turn(Struct, frozen=True):
    """Whose turn it is in a stage: ``owner`` as clocks say it (``holder``, ``home``, ``parent``, ``requester``). ``place`` is the
    stage's in the order in which cases are counted (-1: dropped), ``open`` whether anything is still to be done there."""

    adoption: str
    kind: str
    stage: str
    owner: str
    open: bool
    place: int


class Asked(Struct, frozen=True):
    """What is counted: cases of a kind, what happened from ``start`` up to ``end``. ``units`` None: of all units."""

    practice: str
    kind: str
    start: datetime
    end: datetime
    now: datetime
    units: tuple[str, ...] | None = None

    def values(self) -> dict[str, object]:
        units = None if self.units is None else list(self.units)
        return {
            "practice": self.practice, "kind": self.kind, "start": micros(self.start), "until": micros(self.end),
            "now": micros(self.now), "units": units,
        }  # fmt: skip


class Wait(Struct, frozen=True):
    """A stage and whoever is waited for there. ``n`` stays ended in the period; half of them took at most ``median``, nine of
    ten at most ``most``, all together ``total``; ``open`` go on now, the longest for ``longest``. Microseconds of working time."""

    stage: str
    unit: str
    n: int
    median: int
    most: int
    total: int
    open: int
    longest: int


class Handing(Struct, frozen=True):
    """How often cases went from one unit to another; ``again``: that they had gone before, ``back``: to where they had just come
    from, neither being the receiving unit. ``median``: how long they had been there."""

    source: str
    target: str
    n: int
    again: int
    back: int
    median: int


class Return(Struct, frozen=True):
    """How often a step brought cases back to a stage that they had left, and how many cases that were."""

    stage: str
    step: str
    n: int
    cases: int


class Reach(Struct, frozen=True):
    """Of the cases opened in the period, how many came to a place, and after how long half of those had."""

    place: int
    cases: int
    median: int


class Lasting(Struct, frozen=True):
    """From opening to settling, of the cases that a unit worked on and that settled in the period ("": of all units)."""

    unit: str
    n: int
    low: int
    quarter: int
    median: int
    three_quarters: int
    high: int


class Way(Struct, frozen=True):
    """The steps of cases from the first to the last, and how many took exactly these."""

    steps: tuple[str, ...]
    cases: int


class Sums(Struct, frozen=True):
    """``cases`` that something happened to in the period, ``returned`` of them came back to a stage at least once."""

    cases: int
    events: int
    returned: int


class Stay(Struct, frozen=True):
    """One case that waits, or waited, in a stage. ``ended`` is None for one that is still there."""

    chain: str
    waited: int
    since: datetime
    ended: datetime | None


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def laid(relation: str, calendar: Calendar, turns: Iterable[Turn]) -> duckdb.DuckDBPyConnection:
    """A DuckDB in which a log can be asked. ``relation`` is SQL of ours that names its rows."""
    made = connect(MEMORY)
    _turns(made, tuple(turns))
    _days(made, calendar)
    made.execute(f"CREATE VIEW log AS SELECT * FROM {relation}")  # noqa: S608 - a path of ours
    made.execute(_WORKED)
    return made


def _turns(made: duckdb.DuckDBPyConnection, turns: tuple[Turn, ...]) -> None:
    import numpy as np

    made.execute(
        "CREATE TABLE turns (adoption VARCHAR, kind VARCHAR, stage VARCHAR, owner VARCHAR, open BOOLEAN, place INT)"
    )
    if turns:
        columns = {
            name: np.array([getattr(each, name) for each in turns]).astype(kind)
            for name, kind in zip(Turn.__struct_fields__, ("O", "O", "O", "O", "bool", "int32"), strict=True)
        }
        made.register("given_turns", columns)
        made.execute("INSERT INTO turns SELECT * FROM given_turns")
        made.unregister("given_turns")


def _days(made: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    """Each local day with the working time before it, and whether it is worked."""
    import numpy as np

    first, last = (at.date().toordinal() for at in (FIRST, LAST))
    days = np.arange(first, last)
    through = np.fromiter((calendar.working_through(day) for day in range(first - 1, last)), dtype="int64")
    made.register(
        "counted",
        {"day": days - EPOCH.toordinal(), "before": through[:-1] * DAY, "works": through[1:] - through[:-1]},
    )
    made.execute(
        "CREATE TABLE days AS SELECT day, before, works, day * 86400000000 - 28800000000 AS start FROM counted"
    )
    made.unregister("counted")


_WORKED = f"""
    CREATE MACRO day_of(moment) AS greatest(least((moment + {LOCAL}) // {DAY}, {(LAST - EPOCH).days - 1}), {(FIRST - EPOCH).days});
    CREATE MACRO whose(owner, home, unit) AS
        CASE owner WHEN 'home' THEN home WHEN 'requester' THEN '{REQUESTER}' WHEN 'parent' THEN '{PARENT}' ELSE unit END;
    CREATE MACRO whose_work(owner, home, unit, worker) AS
        CASE owner WHEN 'home' THEN home WHEN 'requester' THEN worker WHEN 'parent' THEN worker ELSE unit END;
    CREATE MACRO seen(units, unit) AS units IS NULL OR list_contains(units, unit);
"""
_TIME = """({to}.before + {to}.works * ({at} - {to}.start)) - ({since}.before + {since}.works * ({begun} - {since}.start))"""


def _time(at: str, begun: str) -> str:
    """The working time between two columns, in a query that joins ``_ENDS`` of them."""
    return _TIME.format(to="days_to", since="days_since", at=at, begun=begun)


def _ends(at: str, begun: str) -> str:
    return f"JOIN days days_to ON days_to.day = day_of({at}) JOIN days days_since ON days_since.day = day_of({begun})"


_OF = "practice = $practice AND kind = $kind"
_WITHIN = f"{_OF} AND moment >= $start AND moment < $until"
_HALF = "coalesce(quantile_disc(waited, 0.5), 0)"

_STAYS = f"""
    WITH ended AS (
        SELECT log.chain, log.source AS stage, whose(t.owner, log.home, log.held) AS unit, whose_work(t.owner, log.home, log.held, log.worker) AS work, log.since AS begun, log.moment AS ended,
               {_time("log.moment", "log.since")} AS waited
        FROM log JOIN turns t ON t.adoption = log.adoption AND t.kind = log.kind AND t.stage = log.source
        {_ends("log.moment", "log.since")}
        WHERE log.practice = $practice AND log.kind = $kind AND log.moment >= $start AND log.moment < $until
              AND log.source <> '' AND log.stage <> log.source AND t.open
    ), there AS (
        SELECT log.chain, log.stage, whose(t.owner, log.home, log.holder) AS unit, whose_work(t.owner, log.home, log.holder, log.worker) AS work,
               CASE WHEN log.stage = log.source THEN log.since ELSE log.moment END AS begun, NULL::BIGINT AS ended
        FROM log JOIN turns t ON t.adoption = log.adoption AND t.kind = log.kind AND t.stage = log.stage
        WHERE log.practice = $practice AND log.kind = $kind AND log.last AND t.open
    ), stays AS (
        SELECT * FROM ended UNION ALL BY NAME
        SELECT there.*, {_time("$now", "there.begun")} AS waited FROM there {_ends("$now::BIGINT", "there.begun")}
    )
"""  # noqa: S608 - constants

WAITS = f"""{_STAYS}
    SELECT stage, unit, count(ended)::INT AS n,
           coalesce(quantile_disc(waited, 0.5) FILTER (WHERE ended IS NOT NULL), 0)::BIGINT AS median,
           coalesce(quantile_disc(waited, 0.9) FILTER (WHERE ended IS NOT NULL), 0)::BIGINT AS most,
           coalesce(sum(waited) FILTER (WHERE ended IS NOT NULL), 0)::BIGINT AS total,
           (count(*) - count(ended))::INT AS open,
           coalesce(max(waited) FILTER (WHERE ended IS NULL), 0)::BIGINT AS longest
    FROM stays WHERE seen($units, work) GROUP BY stage, unit ORDER BY stage, unit"""  # noqa: S608 - constants
STAYS = f"""{_STAYS}
    SELECT chain::VARCHAR, waited::BIGINT, begun, ended FROM stays WHERE stage = $stage AND unit = $unit AND seen($units, work)
    ORDER BY ended IS NOT NULL, waited DESC, chain LIMIT $limit"""  # noqa: S608 - constants
HANDINGS = f"""
    SELECT held AS source, holder AS target, count(*)::INT AS n, count(*) FILTER (WHERE again)::INT AS again,
           count(*) FILTER (WHERE back AND home NOT IN (held, holder))::INT AS back,
           {_HALF}::BIGINT AS median
    FROM (SELECT log.*, {_time("moment", "held_since")} AS waited FROM log {_ends("moment", "held_since")} WHERE {_WITHIN} AND handed)
    WHERE seen($units, held) OR seen($units, holder) GROUP BY ALL ORDER BY n DESC, source, target"""  # noqa: S608 - constants
RETURNS = f"""
    SELECT stage, step, count(*)::INT AS n, count(DISTINCT chain)::INT AS cases FROM log
    WHERE {_WITHIN} AND visit > 1 AND (seen($units, worker) OR seen($units, held))
    GROUP BY ALL ORDER BY n DESC, stage, step"""  # noqa: S608 - constants
REACHED = f"""
    WITH mine AS (SELECT chain FROM log WHERE {_OF} AND last AND opened >= $start AND opened < $until
                  AND (seen($units, worker) OR seen($units, holder))),
         came AS (SELECT log.chain, t.place, min(log.moment) AS moment, any_value(log.opened) AS opened FROM log
                  JOIN mine ON mine.chain = log.chain
                  JOIN turns t ON t.adoption = log.adoption AND t.kind = log.kind AND t.stage = log.stage GROUP BY ALL)
    SELECT place, count(*)::INT AS cases, {_HALF}::BIGINT AS median
    FROM (SELECT place, {_time("moment", "opened")} AS waited FROM came {_ends("moment", "opened")}) GROUP BY place ORDER BY place"""  # noqa: S608 - constants
LASTING = f"""
    WITH settled AS (SELECT worker AS unit, {_time("moment", "opened")} AS waited FROM log {_ends("moment", "opened")}
                     WHERE {_WITHIN} AND outcome <> '' AND seen($units, worker)
                     QUALIFY row_number() OVER (PARTITION BY chain ORDER BY seq DESC) = 1)
    SELECT coalesce(unit, '') AS unit, count(*)::INT AS n, quantile_disc(waited, 0.1)::BIGINT, quantile_disc(waited, 0.25)::BIGINT,
           quantile_disc(waited, 0.5)::BIGINT, quantile_disc(waited, 0.75)::BIGINT, quantile_disc(waited, 0.9)::BIGINT
    FROM settled GROUP BY GROUPING SETS ((unit), ()) HAVING count(*) > 0 ORDER BY unit"""  # noqa: S608 - constants
WAYS = f"""
    WITH mine AS (SELECT DISTINCT chain FROM log WHERE {_WITHIN} AND outcome <> '' AND seen($units, worker)),
         ways AS (SELECT list(step ORDER BY seq) AS steps FROM log JOIN mine USING (chain) WHERE NOT own GROUP BY chain)
    SELECT steps, count(*)::INT AS cases FROM ways GROUP BY steps ORDER BY cases DESC, steps LIMIT $limit"""  # noqa: S608 - constants
SUMS = f"""
    SELECT count(DISTINCT chain)::INT, count(*)::INT, count(DISTINCT chain) FILTER (WHERE visit > 1)::INT FROM log
    WHERE {_WITHIN} AND (seen($units, worker) OR seen($units, held))"""  # noqa: S608 - constants
KINDS = "SELECT practice, kind, count(*)::INT AS cases FROM log WHERE last GROUP BY ALL ORDER BY cases DESC, practice, kind"


def _asked(
    made: duckdb.DuckDBPyConnection, sql: str, asked: Asked, kind: type[T], **more: object
) -> tuple[T, ...]:
    named = {**asked.values(), **more}
    wanted = {name: value for name, value in named.items() if f"${name}" in sql}
    return tuple(kind(*row) for row in made.execute(sql, wanted).fetchall())


def waits(made: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[Wait, ...]:
    return _asked(made, WAITS, asked, Wait)


def stays(
    made: duckdb.DuckDBPyConnection, asked: Asked, stage: str, unit: str, limit: int
) -> tuple[Stay, ...]:
    """The cases behind a wait: those that are there now, the longest first, then those that were."""
    found = made.execute(STAYS, {**asked.values(), "stage": stage, "unit": unit, "limit": limit}).fetchall()
    return tuple(
        Stay(chain, waited, _at(begun), None if ended is None else _at(ended))
        for chain, waited, begun, ended in found
    )


def handings(made: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[Handing, ...]:
    return _asked(made, HANDINGS, asked, Handing)


def returns(made: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[Return, ...]:
    return _asked(made, RETURNS, asked, Return)


def reached(made: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[Reach, ...]:
    return _asked(made, REACHED, asked, Reach)


def lasting(made: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[Lasting, ...]:
    return _asked(made, LASTING, asked, Lasting)


def ways(made: duckdb.DuckDBPyConnection, asked: Asked, limit: int) -> tuple[Way, ...]:
    return tuple(Way(tuple(each.steps), each.cases) for each in _asked(made, WAYS, asked, Way, limit=limit))


def sums(made: duckdb.DuckDBPyConnection, asked: Asked) -> Sums:
    return _asked(made, SUMS, asked, Sums)[0]


def kinds(made: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str, int]]:
    """Practice, kind and cases of everything in the log, the most first."""
    return made.execute(KINDS).fetchall()


def _at(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)
