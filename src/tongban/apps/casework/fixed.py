"""The boards that a case fixed, for whoever may see the case; below it, the line of the unit that the board is shown to."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.disclosure.boards import FixedBoard, kept_tables
from tongban.apps.office import office
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import Fix, OpenSubcases, Procedure
from tongban.kernel.refusal import Refused


def fixed(number: str, acting: Acting) -> tuple[FixedBoard, ...] | Refused:
    """The first count first. Of a case that the count itself opened: what was counted of the unit that holds it. Refuses a case that the
    reader may not see."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    if case.fixed or not how_many(case, here.procedure(case.adoption)):
        return kept_tables(case, acting.language)
    above = next(iter(here.journal.load(ids=[case.parent])), None)
    return kept_tables(above.case, acting.language, case.holder) if above is not None else ()


def how_many(case: Case, procedure: Procedure) -> int:
    """How many boards there are to look at from a case: those it fixed, or one where the count itself opened it."""
    if case.fixed or not case.parent:
        return len(case.fixed)
    steps = (step for kind in procedure.kinds.values() for step in kind.steps.values())
    return int(any(_counts_for(step.may_follow, case.kind) for step in steps))


def _counts_for(follows: tuple[object, ...], kind: str) -> bool:
    opens = any(isinstance(each, OpenSubcases) and each.kind == kind for each in follows)
    return opens and any(isinstance(each, Fix) for each in follows)
