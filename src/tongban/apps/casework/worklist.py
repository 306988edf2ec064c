"""Worklists: what waits for a reader's units, the clock first. Reads columns of the projection, nothing else.

Pages follow a cursor (the due moment and id of the last row), so that the thousandth page costs what the
first one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from tongban.apps.acting import Acting
from tongban.apps.casework.sight import OVERSEERS
from tongban.apps.casework.views import Row, Tally, Worklist
from tongban.apps.numbers import read_number, written
from tongban.apps.office import Office, office
from tongban.apps.wording import LOCAL, SOON, due_moment, ended, moment, remaining, say
from tongban.kernel.clock import Unit
from tongban.kernel.refusal import Refused

PAGE = 25
COUNTED = 1000
"""Counts stop here: "1,000+" says enough, and an exact count of a million rows is never free."""

LATELY = timedelta(days=30)

VIEWS = ("waiting", "held", "home", "watched", "settled")
"""waiting for my units; held by my units; received by my units; below my units; settled lately."""

_COLUMNS = """id::text, number, title, next_due, due_at, stage, holder, division, category, opened_at, adoption,
              standing, missed, settled_at"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a worklist shows; all of it stands in the address, so that a view can be sent to a colleague."""

    view: str = "waiting"
    late: bool = False
    practice: str = ""
    stage: str = ""
    category: str = ""
    division: str = ""
    words: str = ""
    after: str = ""


def worklist(acting: Acting, wanted: Filter) -> Worklist:
    """One page of a list, with how many are late or due within a day."""
    here = office()
    where, values = _where(here, acting, wanted)
    counted = _tallies(here, [(wanted.view, where, values)], acting.now)[wanted.view]
    settled = wanted.view == "settled"
    order = "settled_at DESC, id DESC" if settled else "next_due ASC NULLS LAST, id ASC"
    page_where, page_values = _after(wanted.after, settled=settled)
    sql = f"SELECT {_COLUMNS} FROM store_case WHERE {where}{page_where} ORDER BY {order} LIMIT {PAGE + 1}"  # noqa: S608
    rows = here.rows(sql, [*values, *page_values])
    shown = rows[:PAGE]
    return Worklist(
        rows=tuple(_row(here, acting, row) for row in shown),
        late=counted.late,
        soon=counted.soon,
        total=counted.total,
        older=_cursor(shown[-1], settled=settled) if len(rows) > PAGE else "",
    )


def _where(here: Office, acting: Acting, wanted: Filter) -> tuple[str, list[object]]:
    """Conditions as fixed SQL with values beside it; a reader's units bound every view."""
    units = sorted({post.unit for post in acting.actor.posts})
    clauses, values = ["county = %s"], cast("list[object]", [here.county.code])
    match wanted.view:
        case "held":
            clauses += ["holder = ANY(%s)", "standing = 'open'"]
            values.append(units)
        case "home":
            clauses += ["home = ANY(%s)", "standing = 'open'"]
            values.append(units)
        case "watched":
            clauses += ["holder = ANY(%s)", "standing = 'open'"]
            values.append(_below(here, acting, units))
        case "settled":
            clauses += ["settled_at > %s", "(holder = ANY(%s) OR home = ANY(%s))"]
            values += [acting.now - LATELY, units, units]
        case _:
            clauses += ["waiting = ANY(%s)", "standing = 'open'"]
            values.append(units)
    if wanted.late:
        clauses.append("next_due <= %s")
        values.append(acting.now)
    for column, value in (("practice", wanted.practice), ("stage", wanted.stage)):
        if value:
            clauses.append(f"{column} = %s")
            values.append(value)
    if wanted.category:
        clauses.append("(category = %s OR category LIKE %s)")
        values += [wanted.category, f"{_escaped(wanted.category)}.%"]
    if wanted.division:
        clauses.append("division LIKE %s")
        values.append(f"{_escaped(wanted.division)}%")
    if wanted.words:
        number = read_number(wanted.words)
        if isinstance(number, Refused):
            clauses.append("title LIKE %s")
            values.append(f"%{_escaped(wanted.words.strip())}%")
        else:
            clauses.append("number = %s")
            values.append(number)
    return " AND ".join(clauses), values


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")


def _below(here: Office, acting: Acting, units: list[str]) -> list[str]:
    """The units that a reader oversees: all of the county for its overseers, else those below their own."""
    overseeing = {post.unit for post in acting.actor.posts if post.role in OVERSEERS}
    found = set()
    for unit in here.county.units.values():
        above = {each.id for each in here.county.superiors(unit.id)}
        if unit.id in units or above & overseeing:
            found.add(unit.id)
    return sorted(found)


def tallies(acting: Acting) -> tuple[Tally, ...]:
    """How many cases each list holds, in one query."""
    here = office()
    lists = [(view, *_where(here, acting, Filter(view=view))) for view in VIEWS]
    counted = _tallies(here, lists, acting.now)
    return tuple(counted[view] for view in VIEWS)


def _tallies(
    here: Office, lists: Sequence[tuple[str, str, list[object]]], now: datetime
) -> Mapping[str, Tally]:
    """Counts of lists, each bounded: of the most urgent thousand, how many are late, soon due, there at all."""
    parts, bound = [], cast("list[object]", [])
    for view, where, values in lists:
        order = "settled_at" if view == "settled" else "next_due"
        parts.append(
            f"""SELECT %s::text, count(*) FILTER (WHERE standing = 'open' AND next_due <= %s),
                       count(*) FILTER (WHERE standing = 'open' AND next_due > %s AND next_due <= %s), count(*)
                FROM (SELECT next_due, standing FROM store_case WHERE {where}
                      ORDER BY {order} LIMIT {COUNTED}) AS bounded"""  # noqa: S608
        )
        bound += [view, now, now, now + SOON, *values]
    rows = cast("list[tuple[str, int, int, int]]", here.rows(" UNION ALL ".join(parts), bound))
    return {view: Tally(view, late, soon, total) for view, late, soon, total in rows}


def next_up(acting: Acting, beside: str) -> Row | None:
    """The most urgent case that waits for this reader, other than the one with the number ``beside``."""
    here = office()
    number = read_number(beside)
    where, values = _where(here, acting, Filter())
    sql = f"""SELECT {_COLUMNS} FROM store_case WHERE {where} AND number <> %s
              ORDER BY next_due ASC NULLS LAST, id ASC LIMIT 1"""  # noqa: S608
    rows = here.rows(sql, [*values, "" if isinstance(number, Refused) else number])
    return _row(here, acting, rows[0]) if rows else None


def _after(cursor: str, *, settled: bool) -> tuple[str, list[object]]:
    at, _, last = cursor.partition("~")
    if not _well_formed(at, last):
        return "", []
    if settled:
        return " AND (settled_at, id) < (%s::timestamptz, %s::uuid)", [at, last]
    if not at:
        return " AND next_due IS NULL AND id > %s::uuid", [last]
    return " AND (next_due IS NULL OR (next_due, id) > (%s::timestamptz, %s::uuid))", [at, last]


def _well_formed(at: str, last: str) -> bool:
    """Whether a cursor is one of ours; anything else shows the first page."""
    try:
        UUID(last)
        return not at or datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False


def _cursor(row: tuple[object, ...], *, settled: bool) -> str:
    at = cast("datetime | None", row[13] if settled else row[3])
    return f"{at.isoformat() if at is not None else ''}~{row[0]}"


def _due(at: datetime | None, language: str) -> str:
    """The moment at which the clock of the row runs out: a day when it is the end of one."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL)
    whole_days = (local.hour, local.minute) == (0, 0)
    return due_moment(at, Unit.WORKING_DAYS if whole_days else Unit.HOURS, language)


def _row(here: Office, acting: Acting, row: tuple[object, ...]) -> Row:
    (
        _,
        number,
        title,
        next_due,
        due_at,
        stage,
        holder,
        division,
        category,
        opened_at,
        adoption,
        standing,
        missed,
        _,
    ) = cast(
        tuple[
            str,
            str,
            str,
            datetime | None,
            datetime | None,
            str,
            str,
            str,
            str,
            datetime,
            str,
            str,
            int,
            object,
        ],
        row,
    )
    language = acting.language
    wording = here.wording(adoption, language)
    if standing == "open":
        tone, clock = remaining(here.county.calendar, Unit.WORKING_DAYS, next_due, acting.now, language)
    else:
        tone, clock = ended(language, late=missed > 0)
    return Row(
        number=written(number),
        title=title or say("case.untitled", language),
        tone=tone,
        clock=clock,
        due=_due((next_due if standing == "open" else None) or due_at, language),
        stage=wording.stage(stage),
        holder=here.names.unit(holder, language),
        place=here.names.division(division, language),
        category=here.names.category(category, language) if category else "",
        opened=moment(opened_at, language, acting.now),
    )
