"""The log of a month as everybody may have it: only ways that several cases took, step by step, and days since each began.

Of each case that settled in the month the steps that moved it to another stage stand in order. A case is in only where ``fewest`` or more of
its kind took exactly the same steps in the same roles, so that nobody who knows a part of one case learns the rest of it. Units, categories, townships,
channels, outcomes and dates are left out, and days are counted from the day on which the case was opened. The file is the same whenever it is
made of the same cases: their numbers follow from their order, which says nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.analytics.flow import DAY, LOCAL, micros
from tongban.analytics.log import Log, connect

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "case",
    "event",
    "time",
    "practice",
    "kind",
    "activity",
    "from_stage",
    "to_stage",
    "role",
    "visit",
    "lifecycle",
)
BEGINS = "TIMESTAMP '1999-12-31 16:00:00'"
"""The day 0 of every case: 2000-01-01 in China. A log must have moments; these say nothing but how many days have passed."""


class Shared(Struct, frozen=True):
    """``cases`` are in the file, ``ways`` the different orders of steps in it; ``left_out`` settled in the month and are not."""

    cases: int
    ways: int
    events: int
    left_out: int


def shared(
    log: Log, practice: str, kinds: Collection[str], start: datetime, end: datetime, fewest: int, spill: Path
) -> tuple[duckdb.DuckDBPyConnection, Shared]:
    """A DuckDB in which ``given`` are the events of the month's cases of some kinds of a practice that may be given to everybody."""
    made = connect()
    made.execute("SET temp_directory = ?", [str(spill)])
    made.execute(f"CREATE VIEW log AS SELECT * FROM read_parquet('{log.path}')")  # noqa: S608 - a path of ours
    made.execute(
        f"""CREATE TEMP TABLE moved AS
            WITH settled AS (SELECT chain, max(moment) AS at_last FROM log WHERE practice = $practice AND outcome <> '' GROUP BY chain)
            SELECT chain, kind, seq, step, source, stage, role, visit,
                   (moment + {LOCAL}) // {DAY} - (opened + {LOCAL}) // {DAY} AS day
            FROM log JOIN settled USING (chain)
            WHERE at_last >= $start AND at_last < $until AND moment <= at_last AND stage <> source AND NOT own
                  AND list_contains($kinds, kind)""",  # noqa: S608
        {"practice": practice, "start": micros(start), "until": micros(end), "kinds": sorted(kinds)},
    )
    made.execute(
        """CREATE TEMP TABLE ways AS
           SELECT chain, kind, list(step || '>' || stage || '>' || role ORDER BY seq) AS way, list(day ORDER BY seq) AS days FROM moved GROUP BY chain, kind"""
    )
    made.execute(
        """CREATE TEMP TABLE mine AS
           SELECT chain, way, row_number() OVER (ORDER BY kind, way, days) AS n FROM ways
           QUALIFY count(*) OVER (PARTITION BY kind, way) >= ?""",
        [fewest],
    )
    nothing = ", ".join(f"'' AS {name}" for name in _LEFT_OUT)
    made.execute(f"""CREATE TEMP VIEW given AS
        SELECT lpad(n::VARCHAR, 7, '0') AS "case", row_number() OVER (PARTITION BY n ORDER BY seq) AS event,
               {BEGINS} + to_days(day::INT) AS time, '{practice}' AS practice, kind, step AS activity, source AS from_stage, stage AS to_stage,
               role, visit, NULL::BOOLEAN AS handed, NULL::BOOLEAN AS late, 'complete' AS lifecycle, {nothing}
        FROM moved JOIN mine USING (chain)""")  # noqa: S608 - names of ours
    [[cases, ways, events]] = made.execute(
        "SELECT count(DISTINCT n), count(DISTINCT way), (SELECT count(*) FROM given) FROM mine"
    ).fetchall()
    [[all_]] = made.execute("SELECT count(*) FROM ways").fetchall()
    return made, Shared(cases, ways, events, all_ - cases)


_LEFT_OUT = (
    "parent", "channel", "unit", "holder", "holder_after", "category", "township", "outcome", "clock", "subject",
    "case_category", "case_township", "case_outcome",
)  # fmt: skip
