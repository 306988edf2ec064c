"""A practice that hears others: when one of their cases settles, it opens one of its own, about that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tongban.apps.casework.scenes import opening
from tongban.apps.draws.drawing import drawing
from tongban.apps.numbers import new_number
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Command
from tongban.kernel.events import Event, Settled
from tongban.kernel.procedure.decide import decide
from tongban.kernel.procedure.model import Kind, Procedure, Step
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.triggers import Heard, heard_id, heard_of, hearing, opened_for, received_by
from tongban.store.batch import Append, Loaded
from tongban.store.journal import CONFLICT

TRIES = 3
"""How often a fresh random number is drawn when one is taken already."""


def hear(here: Office, event: Event) -> int:
    """React to one event; how many cases were opened for it. Hearing it again opens nothing: each has an id that
    follows from the case that it is about. What a practice refuses to open is left undone."""
    if not any(isinstance(each, Settled) for each in event.follows):
        return 0
    if not any(here.procedure(adoption).hears for _, adoption in here.all_practices(event.at)):
        return 0
    for loaded in here.journal.load(ids=[event.case]):
        case = loaded.case
        if case.practice in here.county.guarded:
            continue  # nothing of it goes to where others read
        heard = heard_of(case, here.procedure(case.adoption).kinds[case.kind])
        if heard is not None:
            return sum(_open(here, event.at, heard, *way) for way in _ways(here, event.at, case.practice))
    return 0


def _ways(here: Office, now: datetime, practice: str) -> Iterator[tuple[str, Procedure, Kind, Step]]:
    """The steps that open a case for one of a practice, of all that hear it now."""
    for _, adoption in here.all_practices(now):
        procedure = here.procedure(adoption)
        if practice in procedure.hears:
            for kind, step in hearing(procedure):
                yield adoption, procedure, kind, step


def _open(
    here: Office, now: datetime, heard: Heard, adoption: str, procedure: Procedure, kind: Kind, step: Step
) -> int:
    near = here.home_of(adoption, SYSTEM, heard.division)
    home = received_by(heard, near, here.homes(adoption), here.county)
    for _ in range(TRIES):
        if here.journal.load(ids=[heard_id(procedure.practice, kind.id, heard.case)]):
            return 0
        command = opened_for(heard, procedure, kind, step, adoption, home, new_number(now))
        stored = _store(here, now, procedure, step, command)
        if not isinstance(stored, Refused):
            return 1
        if stored.code != CONFLICT:
            return 0
    raise RefusedError(Refused(CONFLICT, heard.case))


def _store(here: Office, now: datetime, procedure: Procedure, step: Step, command: Command) -> Refused | None:
    scene = drawing(here, opening(here, procedure, step, command.answers, now), procedure, [step])
    decided = decide(procedure, None, command, SYSTEM, scene)
    if isinstance(decided, Refused):
        return decided
    (stored,) = here.journal.append([Append(procedure, decided)], datetime.now(UTC))
    return stored if isinstance(stored, Refused) else None


def is_heard(here: Office, case: Case, now: datetime) -> bool:
    """Whether somebody hears of the case, and it has settled."""
    whole = case.settled_at is not None and not case.parent and not case.about
    return whole and any(True for _ in _ways(here, now, case.practice))


def opened_about(here: Office, case: Case) -> tuple[Loaded, ...]:
    """The cases that practices opened because this one settled: under whichever version of theirs, in their order."""
    if case.parent or case.about:
        return ()
    wanted = {
        heard_id(term.practice, kind.id, case.id)
        for term in here.terms
        for kind, _ in hearing(here.procedure(term.adoption))
    }
    found = here.journal.load(ids=sorted(wanted)) if wanted else ()
    return tuple(sorted(found, key=lambda each: each.case.opened_at))


def told_of(here: Office, case: Case) -> Loaded | None:
    """The case that this one is about; None for one that stands for itself."""
    return next(iter(here.journal.load(ids=[case.about])), None) if case.about else None
