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
        taken += _heard(here, settled.parent.id, settled, event)
        for parent in here.journal.load(ids=[settled.parent.id]):
            if parent.subcases.open == 0:
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


def _heard(here: Office, parent: str, settled: Loaded, event: Event) -> int:
    """What the parent does for each subcase that settles: once for this end, also when the event comes twice, and
    again when somebody else took a step there meanwhile, for what is heard may be money that comes back."""
    for _ in range(TRIES):
        for loaded in here.journal.load(ids=[parent]):
            command = triggered(
                here.procedure(loaded.case.adoption), loaded.case, Trigger.SUBCASE_SETTLED, settled.case
            )
            if command is None:
                return 0
            key = f"{Trigger.SUBCASE_SETTLED}/{event.case}/{event.seq}"
            taken = take_loaded(here, loaded, command, Acting(_after(event, loaded), SYSTEM, key=key))
            if not isinstance(taken, Refused) or taken.code != CONFLICT:
                return 1
    raise RefusedError(Refused(CONFLICT, parent))


def _trigger(here: Office, loaded: Loaded, trigger: Trigger, settled: Loaded, event: Event) -> int:
    """The step that the trigger asks for, if there is one."""
    command = triggered(here.procedure(loaded.case.adoption), loaded.case, trigger, settled.case)
    if command is None:
        return 0
    take_loaded(here, loaded, command, Acting(_after(event, loaded), SYSTEM))
    return 1


def _after(event: Event, loaded: Loaded) -> datetime:
    """The moment of what follows from an event: the event's, or the case's own latest."""
    return max(event.at, loaded.case.last_at or event.at)
