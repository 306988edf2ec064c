"""What a step would cost those who must carry out what it opens: how many, how long, and what else they have that week.

Shown before the step is taken (整治形式主义为基层减负若干规定, 2024: fewer documents and fewer forms, asked for less often).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.titles import TITLE
from tongban.apps.wording import Wording, dated, say
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.commands import Actor, ActorKind, Command, Post, Scene
from tongban.kernel.county import County
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Relation, Step
from tongban.kernel.refusal import Refused

FEW = 2
"""So few new cases are a burden that everybody sees."""
WIDE = 3000
"""Units of an order whose cost a page works out by itself; a wider one is worked out for whoever takes the step."""
NAMED = 3
"""Orders of that week that are named."""
MINUTES = "minutes"
"""The unit of a field that says how long one of them takes."""


def burden(decided: Decided, scene: Scene, wording: Wording, acting: Acting) -> tuple[str, ...]:
    """In words; () where hardly anything would be opened. Where somebody must let it through first, that and what would follow then."""
    if len(decided.cases) > 1:
        return _opened(decided, wording, acting)
    case = decided.cases[0]
    through = _let_through(wording.procedure, case, scene)
    told = _opened(through, wording, acting) if through is not None else ()
    first = say("foresee.first", wording.language, stage=wording.stage(case.stage))
    return (first, *told) if told else ()


def costs(case: Case, scene: Scene, wording: Wording, acting: Acting) -> tuple[str, ...]:
    """What the step that the case waits for would cost, for whoever looks at it and may not take that step themselves."""
    decided = _let_through(wording.procedure, case, scene)
    if decided is None:
        return ()
    told = burden(decided, scene, wording, acting)
    return (say("foresee.at_once", wording.language), *told) if told and len(decided.cases) > 1 else told


def _let_through(procedure: Procedure, case: Case, scene: Scene) -> Decided | None:
    """What somebody who may take it would decide by the step that the case waits for, if that opens cases for the units below."""
    waited = procedure.kinds[case.kind].next_from(case.stage)
    if not waited or not _opens_below(waited[0], case, scene.county):
        return None
    units = {Relation.HOLDER: case.holder, Relation.HOME: case.home}
    posts = tuple(Post(units.get(who.relation, case.holder), who.role) for who in waited[0].by if who.role)
    somebody = Actor(ActorKind.PERSON, posts=posts)
    decided = decide(procedure, case, Command(waited[0].id), somebody, scene)
    return None if isinstance(decided, Refused) else decided


def _opens_below(step: Step, case: Case, county: County) -> bool:
    kinds = {kind for each in step.may_follow if isinstance(each, OpenSubcases) for kind in each.below}
    return 0 < sum(county.beneath.get((case.home, kind), 0) for kind in kinds) <= WIDE


def _opened(decided: Decided, wording: Wording, acting: Acting) -> tuple[str, ...]:
    opened = decided.cases[1:]
    if len(opened) < FEW:
        return ()
    language = wording.language
    told = [say("foresee.in_all", language, n=len(opened))]
    each = _minutes(decided.cases[0], wording)
    if each:
        total = each * len(opened)
        told.append(
            say("foresee.minutes", language, each=each, total=f"{total:,}", hours=f"{-(-total // 60):,}")
        )
    last = max((due for case in opened if (due := _finished_by(case)) is not None), default=None)
    if last is not None:
        told += _that_week(office(), opened, last, acting)
    return tuple(told)


def _minutes(case: Case, wording: Wording) -> int:
    """What the case says that one of them takes; 0 where it says nothing."""
    named = (f.id for form in wording.procedure.forms.values() for f in form.fields if f.unit == MINUTES)
    return next((value for name in named if isinstance(value := case.facts.get(name), int)), 0)


def _finished_by(case: Case) -> datetime | None:
    """By when all of it must be done: the last of its running clocks, not that of signing for it."""
    return max((clock.due for clock in case.running() if clock.due is not None), default=None)


_WEEK = """
    WITH due AS (
        SELECT coalesce(part.root, part.id) AS top FROM store_case AS part
        JOIN store_case AS above ON above.county = part.county AND above.id = part.parent AND above.holder <> part.holder
        CROSS JOIN LATERAL (
            SELECT max((clock ->> 'due')::timestamptz) AS last FROM json_array_elements(part.state::json -> 'clocks') AS clock
            WHERE clock ->> 'ended' IS NULL
        ) AS finish
        WHERE part.county = %s AND part.holder = ANY (%s::text[]) AND part.standing = 'open' AND part.practice <> ALL (%s::text[])
        AND finish.last > %s AND finish.last <= %s
    ), by_order AS (SELECT top, count(*) AS n FROM due GROUP BY top)
"""


def _that_week(here: Office, opened: Sequence[Case], last: datetime, acting: Acting) -> list[str]:
    """What the same units were given from above, of whatever practice, that must be finished in the week in which it is due:
    how many, and the orders that most of it comes from, as far as the reader may see them."""
    day = (last - timedelta(microseconds=1)).astimezone(LOCAL)
    monday = (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    sql = f"""{_WEEK} SELECT by_order.top::text, by_order.n, store_case.number, {TITLE} FROM by_order
              JOIN store_case ON store_case.county = %s AND store_case.id = by_order.top ORDER BY by_order.n DESC, store_case.number"""  # noqa: S608
    county, units = here.county.code, sorted({case.holder for case in opened})
    bound = [county, units, sorted(here.county.guarded), monday, monday + timedelta(days=7), county]
    rows = cast("list[tuple[str, int, str, str]]", here.rows(sql, bound))
    if not rows:
        return []
    language = acting.language
    since = dated(monday.date().isoformat(), language)
    told = [say("foresee.that_week", language, n=sum(row[1] for row in rows), **{"from": since})]
    seen = visible(here, acting, [row[0] for row in rows[:NAMED]])
    for top, n, number, title in rows[:NAMED]:
        if top in seen:
            told.append(say("foresee.that_order", language, n=n, number=written(number), title=title))
    return told
