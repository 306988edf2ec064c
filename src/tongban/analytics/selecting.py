"""The log as it is given away: whole cases of a time, nobody's name, and nothing that only few have.

Cases, and the rows of registers that they wrote, go under marks that are made with a salt of this export alone; the salt is forgotten,
so that no two exports can be laid beside each other by their marks. Kinds of fewer cases than ``fewest`` are left out. What fewer cases
have (a unit, a category, a township; within a kind a step, a stage, a role, an outcome, a channel, what became of a clock) stands together,
and more join it, the smallest first, until they are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.analytics.flow import DAY, FIRST, LAST, LOCAL, micros
from tongban.analytics.log import Log, connect

if TYPE_CHECKING:
    import duckdb

OTHER = "other"
"""What small ones are called together."""
MINUTE = 60_000_000
ROWS = 5000
MARK = 16
"""Hexadecimal digits of a mark."""

COLUMNS: Mapping[str, str] = {
    "case": "text", "event": "integer", "time": "timestamp", "practice": "text", "kind": "text", "parent": "text",
    "channel": "text", "activity": "text", "from_stage": "text", "to_stage": "text", "unit": "text", "role": "text",
    "holder": "text", "holder_after": "text", "handed": "boolean", "visit": "integer", "category": "text", "township": "text",
    "outcome": "text", "late": "boolean", "clock": "text", "subject": "text", "lifecycle": "text",
}  # fmt: skip
"""What is given of each event, in this order, with its type. A data dictionary says each in words."""


class Wanted(Struct, frozen=True):
    """Which cases: of some practices, opened from ``since`` up to ``until``. ``by_day``: times to the day, not to the minute."""

    practices: tuple[str, ...]
    since: datetime = FIRST
    until: datetime = LAST
    by_day: bool = True


class Given(Struct, frozen=True):
    """What was selected. ``left_out`` are cases of kinds with too few, None where these are so few that it is not told; ``together`` names
    what stands under ``OTHER``, by ``SORTS``."""

    cases: int
    events: int
    left_out: int | None
    together: Mapping[str, tuple[str, ...]]
    units: tuple[str, ...]
    categories: tuple[str, ...]
    townships: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]


class Event(Struct, frozen=True, array_like=True):
    """One event as it is given, by ``COLUMNS``, and at the end how its case ended: for those that say it of the case."""

    case: str
    event: int
    time: datetime
    practice: str
    kind: str
    parent: str
    channel: str
    activity: str
    from_stage: str
    to_stage: str
    unit: str
    role: str
    holder: str
    holder_after: str
    handed: bool | None
    visit: int
    category: str
    township: str
    outcome: str
    late: bool | None
    clock: str
    subject: str
    lifecycle: str
    case_category: str
    case_township: str
    case_outcome: str


def selected(log: Log, wanted: Wanted, fewest: int, spill: Path) -> tuple[duckdb.DuckDBPyConnection, Given]:
    """A DuckDB in which ``given`` are the events and ``cases`` the cases, and what is in them. It sorts in ``spill`` what memory
    does not hold."""
    made = connect()
    made.execute("SET temp_directory = ?", [str(spill)])
    made.execute(f"CREATE VIEW log AS SELECT * FROM read_parquet('{log.path}')")  # noqa: S608 - a path of ours
    values = {
        "practices": list(wanted.practices),
        "since": micros(wanted.since),
        "until": micros(wanted.until),
    }
    made.execute(
        """CREATE TEMP TABLE mine AS SELECT chain, practice, kind, category, township FROM log
           WHERE last AND list_contains($practices, practice) AND opened >= $since AND opened < $until""",
        values,
    )
    few = """SELECT practice, kind, count(*) FROM mine GROUP BY practice, kind HAVING count(*) < ?"""
    small = made.execute(few, [fewest]).fetchall()
    for practice, kind, _ in small:
        made.execute("DELETE FROM mine WHERE practice = ? AND kind = ?", [practice, kind])
    _marked(made)
    together = {what: _small(made, what, fewest) for what in SORTS}
    out = sum(n for *_, n in small)
    _given(made, wanted.by_day, together)
    [[cases, events]] = made.execute('SELECT count(DISTINCT "case"), count(*) FROM given').fetchall()
    said = {what: _codes(made, what) for what in ("unit", "category", "township")}
    kinds = made.execute("SELECT DISTINCT practice, kind FROM mine ORDER BY ALL").fetchall()
    found = Given(
        cases,
        events,
        out if out == 0 or out >= fewest else None,
        together,
        said["unit"],
        said["category"],
        said["township"],
        tuple(kinds),
    )
    return made, found


def _marked(made: duckdb.DuckDBPyConnection) -> None:
    """A mark for each case. How it ended is said by the last event that settled it."""
    salt = token_bytes(32).hex()
    made.execute(
        f"""CREATE TEMP TABLE cases AS
            SELECT mine.chain, substr(sha256(? || mine.chain::VARCHAR), 1, {MARK}) AS mark, mine.category, mine.township,
                   coalesce(max_by(log.outcome, log.seq) FILTER (WHERE log.outcome <> ''), '') AS outcome
            FROM mine JOIN log ON log.chain = mine.chain GROUP BY ALL""",  # noqa: S608 - a number of ours
        [salt],
    )
    made.execute("CREATE TEMP TABLE salted AS SELECT ? AS salt", [salt])


SORTS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "held", "holder"), "category": ("category",), "township": ("township",), "channel": ("channel",),
    "activity": ("step",), "stage": ("source", "stage"), "role": ("role",), "outcome": ("outcome",), "clock": ("clocks",),
}  # fmt: skip
"""Sorts of codes, and the columns of the log that have them."""
_WIDE = ("unit", "category", "township")
"""Sorts that are the county's; all others are a kind's own, and only together with it do they mean anything."""


def _scope(what: str) -> str:
    return "''" if what in _WIDE else "log.practice || '/' || log.kind || '/'"


def _small(made: duckdb.DuckDBPyConnection, what: str, fewest: int) -> tuple[str, ...]:
    """The codes that are only given together, each after its scope: none alone, and as many as it takes to hide the fewest."""
    made.execute(f"""CREATE OR REPLACE TEMP VIEW used AS
        SELECT {_scope(what)} AS scope, unnest([{", ".join(f"log.{each}" for each in SORTS[what])}]) AS code, chain
        FROM log JOIN cases USING (chain)""")  # noqa: S608 - names of ours
    sql = "SELECT scope, code, count(DISTINCT chain) AS n FROM used WHERE code <> '' GROUP BY scope, code ORDER BY scope, n, code"
    found: list[str] = []
    for scope, some in groupby(made.execute(sql).fetchall(), key=lambda row: row[0]):
        few: list[str] = []
        for _, code, n in some:
            if n >= fewest and (not few or (len(few) > 1 and _cases(made, scope, few) >= fewest)):
                break
            few.append(code)
        found += (scope + code for code in few)
    return tuple(found)


def _cases(made: duckdb.DuckDBPyConnection, scope: str, codes: list[str]) -> int:
    """How many cases have any of these codes: one that has two of them counts once."""
    sql = "SELECT count(DISTINCT chain) FROM used WHERE scope = ? AND list_contains(?, code)"
    [[n]] = made.execute(sql, [scope, codes]).fetchall()
    return int(n)


def _codes(made: duckdb.DuckDBPyConnection, what: str) -> tuple[str, ...]:
    columns = {"unit": "unnest([unit, holder, holder_after])"}.get(what, what)
    rows = made.execute(f"SELECT DISTINCT {columns} AS code FROM given ORDER BY code").fetchall()  # noqa: S608 - names of ours
    return tuple(code for (code,) in rows if code not in ("", OTHER))


def _given(made: duckdb.DuckDBPyConnection, by_day: bool, together: Mapping[str, tuple[str, ...]]) -> None:
    """The view of what leaves: by names of its own, under marks, in the order of the marks."""
    for what, codes in together.items():
        made.execute(f"CREATE TEMP TABLE few_{what} AS SELECT unnest(?::VARCHAR[]) AS code", [list(codes)])
    one = DAY if by_day else MINUTE
    time = f"make_timestamp(((log.moment + {LOCAL}) // {one}) * {one} - {LOCAL})"
    subject = f"""CASE WHEN log.wrote = '' OR {_few("activity", "log.step")} THEN '' ELSE split_part(log.wrote, '/', 1) || '/' ||
                  substr(sha256((SELECT salt FROM salted) || log.wrote), 1, {MARK}) END"""  # noqa: S608 - a number of ours
    made.execute(f"""CREATE TEMP VIEW given AS
        SELECT cases.mark AS "case", log.seq AS event, {time} AS time, log.practice, log.kind, coalesce(parents.mark, '') AS parent,
               {_shown("channel", "log.channel")} AS channel, {_shown("activity", "log.step")} AS activity,
               {_shown("stage", "log.source")} AS from_stage, {_shown("stage", "log.stage")} AS to_stage, {_shown("unit", "log.unit")} AS unit,
               {_shown("role", "log.role")} AS role, {_shown("unit", "log.held")} AS holder, {_shown("unit", "log.holder")} AS holder_after,
               log.handed, log.visit, {_shown("category", "log.category")} AS category, {_shown("township", "log.township")} AS township,
               {_shown("outcome", "log.outcome")} AS outcome, log.late, {_shown("clock", "log.clocks")} AS clock, {subject} AS subject,
               'complete' AS lifecycle,
               {_shown("category", "cases.category")} AS case_category, {_shown("township", "cases.township")} AS case_township,
               {_shown("outcome", "cases.outcome")} AS case_outcome
        FROM log JOIN cases ON cases.chain = log.chain
             LEFT JOIN cases parents ON parents.chain = TRY_CAST(nullif(log.parent, '') AS UUID)""")  # noqa: S608 - names of ours


def _few(what: str, column: str) -> str:
    return f"{_scope(what)} || {column} IN (SELECT code FROM few_{what})"  # noqa: S608 - names of ours


def _shown(what: str, column: str) -> str:
    return f"CASE WHEN {_few(what, column)} THEN '{OTHER}' ELSE {column} END"


def events(made: duckdb.DuckDBPyConnection) -> Iterator[Event]:
    """All events, case by case, in order; few of them in memory at a time."""
    columns = ", ".join(f'"{name}"' for name in Event.__struct_fields__)
    rows = made.execute(f'SELECT {columns} FROM given ORDER BY "case", event')  # noqa: S608 - names of ours
    while some := rows.fetchmany(ROWS):
        for row in some:
            yield Event(*row)
