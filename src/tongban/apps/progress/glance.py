"""What a lead wants to know of a tree in ten seconds: what is stuck, with whom, since when, and what waits for their decision."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.turns import turn_of
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.titles import TITLE
from tongban.apps.wording import Tone, due_moment, remaining, say
from tongban.kernel.case import Case
from tongban.kernel.commands import Scene
from tongban.kernel.procedure.available import available, foremost
from tongban.kernel.procedure.model import StageKind
from tongban.store.batch import Loaded

STUCK = 10
MOST_LATE = 1000
"""Late ones are counted up to here: "1,000+" says enough."""
LOOKED_AT = 30
"""Cases that wait for the reader's units and are looked at one by one; of more it is said that there are more."""
SHOWN = 6

COLUMNS = f"id::text, number, {TITLE}, kind, stage, outcome, standing, next_due, missed, holder, adoption"

_OF_ALL = "root = %s::uuid"
_OF_SOME = """id IN (WITH RECURSIVE down AS (
        SELECT id FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL SELECT c.id FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    ) SELECT id FROM down)"""


class Decision(Struct, frozen=True):
    """A case whose next step is the reader's to take."""

    number: str
    unit: str
    title: str
    step_id: str
    step: str
    tone: Tone
    clock: str
    due: str


def late_below(here: Office, case: Case, acting: Acting) -> tuple[int, list[tuple[object, ...]]]:
    """How many below have run out of time, and those that did so first. One query, by an index of the whole tree."""
    where, values = scope_below(here, case)
    sql = f"""WITH late AS (
                  SELECT id FROM store_case WHERE county = %s AND {where} AND standing = 'open' AND next_due <= %s
                  ORDER BY next_due, id LIMIT %s)
              SELECT (SELECT count(*) FROM late), {COLUMNS} FROM store_case
              WHERE county = %s AND id IN (SELECT id FROM late LIMIT %s) ORDER BY next_due, store_case.id"""  # noqa: S608
    county = here.county.code
    rows = here.rows(sql, [county, *values, acting.now, MOST_LATE, county, STUCK])
    return (cast(int, rows[0][0]) if rows else 0), [row[1:] for row in rows]


def decisions(here: Office, loaded: Loaded, acting: Acting) -> tuple[tuple[Decision, ...], int, bool]:
    """What the reader may decide now, of the case itself and of all below it, the most urgent first; how many there are, and
    whether there may be more. Two queries, one where nothing waits for the reader's units."""
    where, values = scope_below(here, loaded.case)
    mine, bound = turn_of(here, acting.actor.posts)
    sql = f"""SELECT id::text, {TITLE} FROM store_case
              WHERE county = %s AND {where} AND standing = 'open' AND {mine}
              ORDER BY next_due NULLS LAST, id LIMIT %s"""  # noqa: S608 - constants and bound values
    rows = here.rows(sql, [here.county.code, *values, *bound, LOOKED_AT + 1])
    titles = {str(id_): str(title) for id_, title in rows[:LOOKED_AT]}
    below = {each.case.id: each for each in (here.journal.load(ids=titles) if titles else ())}
    candidates = [loaded, *(below[id_] for id_ in titles if id_ in below)]
    found = [
        _decision(here, each, step, titles.get(each.case.id, ""), acting)
        for each in candidates
        if (step := _next_step(here, each, acting))
    ]
    return tuple(found[:SHOWN]), len(found), len(rows) > LOOKED_AT


def scope_below(here: Office, case: Case) -> tuple[str, list[object]]:
    county = here.county.code
    return (_OF_SOME, [county, case.id, county]) if case.root else (_OF_ALL, [case.id])


def _next_step(here: Office, loaded: Loaded, acting: Acting) -> str:
    """The step that the case waits for, where it is the reader's to take; "" otherwise."""
    case = loaded.case
    procedure = here.procedure(case.adoption)
    kind = procedure.kinds[case.kind]
    if kind.stages[case.stage].kind is not StageKind.OPEN:
        return ""
    scene = Scene(here.county, acting.now, loaded.subcases, loaded.parent, mandates=loaded.mandates)
    return foremost(kind, case.stage, available(procedure, case, acting.actor, scene))


def _decision(here: Office, loaded: Loaded, step: str, title: str, acting: Acting) -> Decision:
    case, language = loaded.case, acting.language
    due: datetime | None = case.due()
    tone, words = remaining(due, acting.now, language)
    return Decision(
        number=written(case.number),
        unit=here.names.unit(case.holder, language),
        title=title or say("glance.itself", language),
        step_id=step,
        step=here.wording(case.adoption, language).step(step),
        tone=tone,
        clock=words,
        due=due_moment(due, language, acting.now) if due is not None else "",
    )
