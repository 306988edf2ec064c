"""Worklists: what waits for a reader's units, the clock first. Reads columns of the projection, nothing else.

Pages follow a cursor (the due moment and id of the last row), so that the thousandth page costs what the
first one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.casework.numbers import read_number, written
from tongban.apps.casework.sight import OVERSEERS
from tongban.apps.casework.views import Row, Worklist
from tongban.apps.office import Office, office
from tongban.apps.wording import SOON, due_moment, ended, moment, remaining, say
from tongban.kernel.clock import Unit
from tongban.kernel.refusal import Refused

PAGE = 25
COUNTED = 1000
"""Counts stop here: "1,000+" says enough, and an exact count of a million rows is never free."""

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
    late, soon, total = _counts(here, where, values, acting.now)
    settled = wanted.view == "settled"
    order = "settled_at DESC, id DESC" if settled else "next_due ASC NULLS LAST, id ASC"
    page_where, page_values = _after(wanted.after, settled=settled)
    sql = f"SELECT {_COLUMNS} FROM store_case WHERE {where}{page_where} ORDER BY {order} LIMIT {PAGE + 1}"  # noqa: S608
    rows = here.rows(sql, [*values, *page_values])
    shown = rows[:PAGE]
    return Worklist(
        rows=tuple(_row(here, acting, row) for row in shown),
        late=late,
        soon=soon,
        total=total,
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
            clauses += ["settled_at IS NOT NULL", "(holder = ANY(%s) OR home = ANY(%s))"]
            values += [units, units]
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


def _counts(here: Office, where: str, values: list[object], now: datetime) -> tuple[int, int, int]:
    sql = f"""SELECT count(*) FILTER (WHERE next_due <= %s), count(*) FILTER (WHERE next_due > %s AND next_due <= %s), count(*)
              FROM (SELECT next_due FROM store_case WHERE {where} ORDER BY next_due LIMIT {COUNTED}) AS bounded"""  # noqa: S608
    ((late, soon, total),) = here.rows(sql, [now, now, now + SOON, *values])
    return cast(int, late), cast(int, soon), cast(int, total)


def _after(cursor: str, *, settled: bool) -> tuple[str, list[object]]:
    at, _, last = cursor.partition("~")
    if not last:
        return "", []
    if settled:
        return " AND (settled_at, id) < (%s::timestamptz, %s::uuid)", [at, last]
    if not at:
        return " AND next_due IS NULL AND id > %s::uuid", [last]
    return " AND (next_due IS NULL OR (next_due, id) > (%s::timestamptz, %s::uuid))", [at, last]


def _cursor(row: tuple[object, ...], *, settled: bool) -> str:
    at = cast("datetime | None", row[13] if settled else row[3])
    return f"{at.isoformat() if at is not None else ''}~{row[0]}"


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
        due=due_moment(due_at, Unit.WORKING_DAYS, language) if due_at is not None else "",
        stage=wording.stage(stage),
        holder=here.names.unit(holder, language),
        place=here.names.division(division, language),
        category=here.names.category(category, language) if category else "",
        opened=moment(opened_at, language, acting.now),
    )
