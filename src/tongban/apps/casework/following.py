"""What the end of one case makes the system do on others: its parent, its subcases, and the cases that follow it; and what a row that one
wrote makes it do on others about the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from tongban.apps.acting import Acting
from tongban.apps.casework.take import take_loaded
from tongban.apps.office import Office
from tongban.kernel.commands import SYSTEM, Command
from tongban.kernel.events import Event, Settled, Written
from tongban.kernel.procedure.model import Trigger
from tongban.kernel.procedure.register import Register, parts_of
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.triggers import told_of_row, triggered
from tongban.store.batch import Loaded
from tongban.store.journal import CONFLICT

Stand: TypeAlias = tuple[str, str, str, str]
"""Adoption, kind and stage of a case, and what that stage is: open, settled or end."""
TRIES = 5
"""How often a step is tried on a case on which others act at the same moment."""


def follow(here: Office, event: Event) -> int:
    """React to one event; how many steps were taken. Taking them again does nothing: they no longer start there."""
    ends = any(isinstance(each, Settled) for each in event.follows)
    rows = [each for each in event.follows if isinstance(each, Written) and each.register in _awaited(here)]
    found = here.journal.load(ids=[event.case]) if ends or rows else []
    if not found:
        return 0
    told = sum(_row_written(here, each, found[0], event) for each in rows)
    return told + (_settled(here, found[0], event) if ends else 0)


def _settled(here: Office, settled: Loaded, event: Event) -> int:
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


def _awaited(here: Office) -> Mapping[str, Mapping[Stand, Register]]:
    """By register where a case stands that hears of its rows, each with the register as it is declared there."""
    return here.once("row_written", lambda: _waiting(here))


def _waiting(here: Office) -> Mapping[str, Mapping[Stand, Register]]:
    found: dict[str, dict[Stand, Register]] = {}
    for adoption in here.adoptions():
        procedure = here.procedure(adoption)
        declared = {each.id: each for each in procedure.registers}
        for kind in procedure.kinds.values():
            for step in kind.steps.values():
                if step.on is Trigger.ROW_WRITTEN:
                    stands = ((each, kind.stages[each].kind.value) for each in step.source)
                    places = {(adoption, kind.id, *stand): declared[step.of] for stand in stands}
                    found.setdefault(step.of, {}).update(places)
    return found


_ABOUT = "SELECT id::text FROM store_case WHERE county = %s AND adoption = %s AND kind = %s AND stage = %s AND standing = %s"
_SAYS = " AND upper(state::json -> 'facts' ->> %s) = upper(%s)"


def _row_written(here: Office, row: Written, writer: Loaded, event: Event) -> int:
    """Tell the cases that are about a row that was written; what their practice refuses is left undone."""
    taken = 0
    key = f"{Trigger.ROW_WRITTEN}/{event.case}/{event.seq}/{row.register}"
    for place, register in _awaited(here)[row.register].items():
        parts = zip(register.key, parts_of(row.key) if len(register.key) > 1 else (row.key,), strict=True)
        plain = [(name, part) for name, part in parts if name not in register.sealed]
        values = [here.county.code, *place, *(each for pair in plain for each in pair)]
        rows = here.rows(_ABOUT + _SAYS * len(plain), values)
        for other in here.journal.load(ids=[str(each[0]) for each in rows]):

            def command(loaded: Loaded) -> Command | None:
                procedure = here.procedure(loaded.case.adoption)
                return told_of_row(procedure, loaded.case, (row.register, row.key), writer.case)

            taken += _take(here, other, command, event, f"{key}/{other.case.id}")
    return taken


def _trigger(
    here: Office, loaded: Loaded, trigger: Trigger, settled: Loaded, event: Event, key: str = ""
) -> int:
    """The step that the trigger asks for, if there is one; 1 when it was tried. What the practice refuses is left undone.

    Tried again when somebody else took a step there meanwhile, for nobody reads the event a second time, and what is heard
    may be money that comes back. ``key`` is for a step that may be taken where it left from: then it is taken once for
    this end, also when the event comes twice. Raises ``RefusedError`` where somebody else is always quicker.
    """

    def command(there: Loaded) -> Command | None:
        if trigger is Trigger.SUBCASES_SETTLED and there.subcases.open:
            return None
        return triggered(here.procedure(there.case.adoption), there.case, trigger, settled.case)

    return _take(here, loaded, command, event, key)


def _take(
    here: Office, loaded: Loaded, asked: Callable[[Loaded], Command | None], event: Event, key: str
) -> int:
    """The step that is asked for where the case stands, tried until nobody is quicker."""
    case = loaded.case.id
    for _ in range(TRIES):
        command = asked(loaded)
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
