"""The list behind every number of the overview, with what the reader may do about each case."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.scenes import looking
from tongban.apps.office import Office, office
from tongban.apps.supervision.lines import COLUMNS, Seen, readable, seen, watched
from tongban.apps.supervision.scope import Scope, measures, procedures, scope_of
from tongban.apps.supervision.views import Choice, Measure, WatchedPage
from tongban.apps.supervision.watching import SETTLED, Watch, bounds, cursor_bounds
from tongban.kernel.county import Level
from tongban.kernel.procedure.available import available
from tongban.kernel.procedure.model import Place, Procedure, Step
from tongban.store.batch import Loaded

PAGE = 25
COUNTED = 1000


def listing(acting: Acting, wanted: Watch) -> WatchedPage:
    """One page of cases, the most urgent first (settled ones: the latest first)."""
    here = office()
    adopted = procedures(here, acting.now)
    scope = scope_of(here, acting, [procedure for _, procedure in adopted.values()])
    where, values = bounds(here, scope, wanted, acting.now)
    settled = wanted.state == SETTLED
    more, more_values = cursor_bounds(wanted.after, settled=settled)
    order = "settled_at DESC, id DESC" if settled else "next_due ASC NULLS LAST, id ASC"
    # The first are found in an index that holds all that is asked; only then are their rows read.
    first = f"SELECT id AS key FROM store_case WHERE {where}{more} ORDER BY {order} LIMIT {PAGE + 1}"  # noqa: S608
    rows = here.rows(
        f"SELECT {COLUMNS} FROM ({first}) AS first JOIN store_case ON county = %s AND id = key ORDER BY {order}",  # noqa: S608
        [*values, *more_values, here.county.code],
    )
    ((total,),) = here.rows(
        f"SELECT count(*) FROM (SELECT 1 FROM store_case WHERE {where} LIMIT {COUNTED}) AS bounded",  # noqa: S608
        values,
    )
    page = [seen(row) for row in rows[:PAGE]]
    shown = readable(here, acting, page)
    loaded = (
        {each.case.id: each for each in here.journal.load(ids=[row.id for row in shown])} if shown else {}
    )
    return WatchedPage(
        rows=tuple(
            watched(
                here,
                acting,
                row,
                counts=loaded[row.id].case.counts if row.id in loaded else {},
                measures=measures_now(here, acting, loaded[row.id]) if row.id in loaded else (),
            )
            for row in shown
        ),
        total=cast(int, total),
        older=_cursor(page[-1], settled=settled) if len(rows) > PAGE else "",
        scope=here.names.unit(wanted.unit, acting.language) if wanted.unit in scope.units else "",
        practices=practice_choices(here, acting, [adoption for adoption, _ in adopted.values()]),
        units=unit_choices(here, acting, scope, wanted.unit),
        kinds=kind_choices(here, acting, adopted[wanted.practice]) if wanted.practice in adopted else (),
    )


def fitting(wanted: Watch, acting: Acting) -> Watch:
    """The filter without a kind that its practice does not have: who chooses another practice looks for no kind of the one before."""
    here = office()
    adopted = procedures(here, acting.now).get(wanted.practice)
    known = adopted is None or not wanted.kind or wanted.kind in adopted[1].kinds
    return wanted if known else replace(wanted, kind="")


def measures_now(
    here: Office, acting: Acting, loaded: Loaded, *, placing: bool = False
) -> tuple[Measure, ...]:
    """What the reader may do about a case now: steps of oversight that nothing stands in the way of.

    ``placing``: also those that place it under another case, which moves it no more than a reminder does.
    """
    wording = here.wording(loaded.case.adoption, acting.language)
    able = {step.id: step for step in measures(wording.procedure, loaded.case.kind, acting.actor)}
    if placing:
        steps = wording.procedure.kinds[loaded.case.kind].steps_from(loaded.case.stage)
        able |= {step.id: step for step in steps if _places(step)}
    scene = looking(here, loaded, acting.now)
    return tuple(
        Measure(
            each.step_id,
            wording.step(each.step_id),
            bool(able[each.step_id].form),
            _places(able[each.step_id]),
        )
        for each in (available(wording.procedure, loaded.case, acting.actor, scene) if able else ())
        if each.step_id in able and each.refusal is None
    )


def _places(step: Step) -> str:
    return next((each.field for each in step.may_follow if isinstance(each, Place)), "")


def practice_choices(here: Office, acting: Acting, adoptions: list[str]) -> tuple[Choice, ...]:
    wordings = [here.wording(adoption, acting.language) for adoption in adoptions]
    return tuple(Choice(each.practice.id, each.title()) for each in wordings)


def kind_choices(here: Office, acting: Acting, adopted: tuple[str, Procedure]) -> tuple[Choice, ...]:
    adoption, procedure = adopted
    wording = here.wording(adoption, acting.language)
    return tuple(Choice(kind, wording.of(f"kinds.{kind}", kind)) for kind in procedure.kinds)


def unit_choices(here: Office, acting: Acting, scope: Scope, chosen: str) -> tuple[Choice, ...]:
    """The topmost units of the scope and those right below them, and the chosen one wherever it stands."""
    units = here.county.units
    levels = list(Level)
    near = [
        each
        for each in units
        if each in scope.units and (each in scope.tops or units[each].parent in scope.tops or each == chosen)
    ]
    near.sort(key=lambda each: (levels.index(units[each].level), units[each].division, each))
    return tuple(Choice(each, here.names.unit(each, acting.language)) for each in near)


def _cursor(row: Seen, *, settled: bool) -> str:
    at: datetime | None = row.settled_at if settled else row.next_due
    return f"{at.isoformat() if at is not None else ''}~{row.id}"
