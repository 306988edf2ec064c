"""What a list holds, as SQL that reads little more than it shows, however many cases there are.

A list is bounded by units. For each of them the first rows are read along an index that holds them in the
list's own order (``case_waiting``, ``case_holder``, ``case_home``; ``case_settled_by``, ``case_settled_home``
for what is settled), then merged: one condition ``holder = ANY (…)`` would make PostgreSQL read and sort
all cases of all units before it gives the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.turns import Way, ways_to_wait
from tongban.apps.numbers import read_number
from tongban.apps.office import Office
from tongban.apps.rights import roles_of
from tongban.apps.sight import closed
from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.store.wire import array

LATELY = timedelta(days=30)

VIEWS = ("waiting", "held", "home", "watched", "settled")
"""waiting for my posts at my units; held by my units; received by my units; below my units; settled lately."""
ALL = "all"
"""Everything that the reader may see, open or not, by its words: see ``searching``."""

MOST_WORDS = 5
"""Words of a filter that a title must all have."""

_COLUMNS = {
    "held": ("holder",),
    "home": ("home",),
    "watched": ("holder",),
    "settled": ("holder", "home"),
}


class Filter(Struct, frozen=True):
    """What a worklist shows; all of it stands in the address, so that a view can be sent to a colleague.

    ``late``: past a date now or, of settled cases, past one at any time.
    """

    view: str = "waiting"
    late: bool = False
    practice: str = ""
    stage: str = ""
    category: str = ""
    division: str = ""
    words: str = ""
    after: str = ""


class Bounds(Struct, frozen=True):
    """One of ``ways`` holds, and ``where`` does: fixed SQL, its ``values`` beside it. A way may name one of ``units`` as ``own.unit``."""

    view: str
    units: list[str]
    where: str
    values: list[object]
    ways: tuple[Way, ...]

    @property
    def settled(self) -> bool:
        return self.view == "settled"

    @property
    def order(self) -> str:
        """Latest first for what is settled, otherwise the most urgent first and no date last."""
        return "moment DESC, id DESC" if self.settled else "moment, id"


def bounds(here: Office, acting: Acting, wanted: Filter) -> Bounds:
    """The cases that a filter shows to this reader. Of an unknown view, those that wait."""
    view = wanted.view if wanted.view in VIEWS else VIEWS[0]
    settled = view == "settled"
    units = sorted({post.unit for post in acting.actor.posts})
    clauses, values = ["county = %s"], cast("list[object]", [here.county.code])
    if settled:
        clauses.append("settled_at > %s")
        values.append(acting.now - LATELY)
    else:
        clauses.append("standing = 'open'")
    if shut := closed(here, acting):
        clauses.append("practice <> ALL(%s)")
        values.append(array(shut))
    more, more_values = narrowed(wanted, here.county, acting.now, settled=settled)
    clauses += more
    values += more_values
    if wanted.words:
        number = read_number(wanted.words)
        if isinstance(number, Refused):
            for word in wanted.words.split()[:MOST_WORDS]:
                clauses.append("title LIKE %s")
                values.append(f"%{_escaped(word)}%")
        else:
            clauses.append("number = %s")
            values.append(number)
    if view == "waiting":
        ways = ways_to_wait(here, acting.actor.posts)
        return Bounds(view, [""], " AND ".join(clauses), values, ways)
    if view == "watched":
        units = _below(here, acting, units)
    return Bounds(view, units, " AND ".join(clauses), values, ways_by_unit(view))


def ways_by_unit(view: str) -> tuple[Way, ...]:
    """How a case belongs to one of the units of a list: those who wait for a case are found by ``ways_to_wait``."""
    return tuple((f"{column} = own.unit", cast("list[object]", [])) for column in _COLUMNS[view])


def narrowed(
    wanted: Filter, county: County, now: datetime, *, settled: bool = False
) -> tuple[list[str], list[object]]:
    """What a filter demands besides the list and its words."""
    clauses, values = cast("list[str]", []), cast("list[object]", [])
    if wanted.late and settled:
        clauses.append("missed > 0")
    elif wanted.late:
        clauses.append("next_due <= %s")
        values.append(now)
    for column, value in (("practice", wanted.practice), ("stage", wanted.stage)):
        if value:
            clauses.append(f"{column} = %s")
            values.append(value)
    if wanted.category:
        clauses.append("(category = %s OR category LIKE %s)")
        values += [wanted.category, f"{_escaped(wanted.category)}.%"]
    if wanted.division:
        clauses.append("(division LIKE %s OR division = ANY(%s))")
        values += [f"{_escaped(wanted.division)}%", array(county.divisions_once(wanted.division))]
    return clauses, values


def first(found: Bounds, most: int, after: str = "", but: str = "") -> tuple[str, list[object]]:
    """SQL for ``moment`` and ``id`` of the first ``most`` cases, in order, after a cursor.

    ``moment`` is when the case was settled, or when its clock runs out next. ``but`` leaves out a number.
    """
    moment, way = ("settled_at", " DESC") if found.settled else ("next_due", "")
    parts, values = [], cast("list[object]", [array(found.units)])
    for condition, of_way in found.ways:
        for clause, bound in _after(after, settled=found.settled):
            parts.append(
                f"""(SELECT {moment} AS moment, id FROM store_case
                     WHERE {found.where} AND {condition}{clause}{" AND number <> %s" if but else ""}
                     ORDER BY {moment}{way}, id{way} LIMIT {most})"""  # noqa: S608 - constants
            )
            values += [*found.values, *of_way, *bound, *([but] if but else [])]
    each = "DISTINCT moment, id" if len(found.ways) > 1 else "moment, id"
    sql = f"""SELECT {each} FROM unnest(%s::text[]) AS own(unit)
              CROSS JOIN LATERAL ({" UNION ALL ".join(parts)}) AS one ORDER BY {found.order} LIMIT {most}"""  # noqa: S608
    return sql, values


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")


def _below(here: Office, acting: Acting, units: list[str]) -> list[str]:
    """The units that a reader oversees: all of the county for its overseers, else those below their own."""
    overseeing = {post.unit for post in acting.actor.unlimited if post.role in roles_of("oversee_below")}
    above = here.county.above
    return sorted(each for each in above if each in units or not overseeing.isdisjoint(above[each]))


def _after(cursor: str, *, settled: bool) -> list[tuple[str, list[object]]]:
    """The rows after a cursor, in parts that an index answers each by itself: those without a date come last."""
    at, _, last = cursor.partition("~")
    if not _well_formed(at, last):
        return [("", [])]
    if settled:
        return [(" AND (settled_at, id) < (%s::timestamptz, %s::uuid)", [at, last])] if at else [("", [])]
    if not at:
        return [(" AND next_due IS NULL AND id > %s::uuid", [last])]
    return [(" AND (next_due, id) > (%s::timestamptz, %s::uuid)", [at, last]), (" AND next_due IS NULL", [])]


def _well_formed(at: str, last: str) -> bool:
    """Whether a cursor is one of ours; anything else shows the first page."""
    try:
        UUID(last)
        return not at or datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False
