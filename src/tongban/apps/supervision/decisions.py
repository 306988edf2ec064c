"""What a reader may decide at this moment: of what waits for their posts, the cases that they themselves can take further."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.casework.scenes import looking
from tongban.apps.casework.views import Row
from tongban.apps.casework.worklist import most_urgent
from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.kernel.procedure.available import available, foremost
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded

LOOKED_AT = 12
"""Of the most urgent so many are looked at: a page that answers in ten seconds shows no more."""


def decisions(acting: Acting, here: Office | None = None) -> tuple[Row, ...]:
    """The most urgent first. What waits for the reader's post but not for them (they drafted it, or a condition does not hold) is
    left out. Two queries, and what conditions at hand ask for besides."""
    here = here or office()
    rows = most_urgent(acting, here, LOOKED_AT)
    numbers = {
        row.number: number for row in rows if not isinstance(number := read_number(row.number), Refused)
    }
    loaded = {each.case.number: each for each in here.journal.load(numbers=numbers.values())} if rows else {}
    return tuple(
        row
        for row in rows
        if (found := loaded.get(numbers.get(row.number, ""))) is not None and _theirs(here, found, acting)
    )


def _theirs(here: Office, loaded: Loaded, acting: Acting) -> bool:
    """Whether a step that the case waits for is this reader's to take now."""
    case, procedure = loaded.case, here.procedure(loaded.case.adoption)
    offered = available(procedure, case, acting.actor, looking(here, loaded, acting.now))
    return bool(foremost(procedure.kinds[case.kind], case.stage, offered))
