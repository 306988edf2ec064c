"""What the end of one case makes the system do on others: its parent, its subcases, and the cases that follow it."""

from __future__ import annotations

from datetime import datetime

from tongban.apps.acting import Acting
from tongban.apps.casework.take import take_loaded
from tongban.apps.office import Office
from tongban.kernel.commands import SYSTEM
from tongban.kernel.events import Event, Settled
from tongban.kernel.procedure.model import Trigger
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.triggers import triggered
from tongban.store.batch import Loaded
from tongban.store.journal import CONFLICT

TRIES = 5
"""How often a step is tried on a case on which others act at the same moment."""


def follow(here: Office, event: Event) -> int:
    """React to one event; how many steps were taken. Taking them again does nothing: they no longer start there."""
    if not any(isinstance(each, Settled) for each in event.follows):
        return 0
    found = here.journal.load(ids=[event.case])
    if not found:
        return 0
    settled = found[0]
    taken = 0
    if settled.parent is not None:
        key = f"{Trigger.SUBCASE_SETTLED}/{event.case}/{event.seq}"
        for parent in here.journal.load(ids=[settled.parent.id]):
            taken += _trigger(here, parent, Trigger.SUBCASE_SETTLED, settled, event, key)
        for parent in here.journal.load(ids=[settled.parent.id]):
            taken += _trigger(here, parent, Trigger.SUBCASES_SETTLED, settled, event)
    rows = here.rows(
        """SELECT id::text FROM store_case
           WHERE county = %s AND (joined = %s::uuid OR parent = %s::uuid) AND settled_at IS NULL""",
        [here.county.code, event.case, event.case],
    )
    for other in here.journal.load(ids=[str(row[0]) for row in rows]):
        why = Trigger.JOINED_SETTLED if other.case.joined == event.case else Trigger.PARENT_SETTLED
        taken += _trigger(here, other, why, settled, event)
    return taken


def _trigger(
    here: Office, loaded: Loaded, trigger: Trigger, settled: Loaded, event: Event, key: str = ""
) -> int:
    """The step that the trigger asks for, if there is one; 1 when it was tried. What the practice refuses is left undone.

    Tried again when somebody else took a step there meanwhile, for nobody reads the event a second time, and what is heard
    may be money that comes back. ``key`` is for a step that may be taken where it left from: then it is taken once for
    this end, also when the event comes twice. Raises ``RefusedError`` where somebody else is always quicker.
    """
    case = loaded.case.id
    for _ in range(TRIES):
        if trigger is Trigger.SUBCASES_SETTLED and loaded.subcases.open:
            return 0
        command = triggered(here.procedure(loaded.case.adoption), loaded.case, trigger, settled.case)
        if command is None:
            return 0
        taken = take_loaded(here, loaded, command, Acting(_after(event, loaded), SYSTEM, key=key))
        if not isinstance(taken, Refused) or taken.code != CONFLICT:
            return 1
        (loaded,) = here.journal.load(ids=[case])
    raise RefusedError(Refused(CONFLICT, case))


def _after(event: Event, loaded: Loaded) -> datetime:
    """The moment of what follows from an event: the event's, or the case's own latest."""
    return max(event.at, loaded.case.last_at or event.at)
