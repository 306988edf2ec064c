"""What one case's end makes the system do on another: its parent, its subcases, the cases that follow it, and those that
practices open which hear of it; and what a row that one wrote makes it do on others about the same thing.

Used by whatever reacts to settled cases, so that a rehearsal and the live county do the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Opening
from tongban.kernel.county import County
from tongban.kernel.form import FieldKind
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.answering import reaches_requester
from tongban.kernel.procedure.model import Kind, Procedure, Step, Trigger
from tongban.kernel.procedure.subjects import Place, keys_of
from tongban.kernel.value import Facts

OUTCOME = "outcome"
"""The field of a joined case's form that takes the outcome of the case it follows."""
WORKER = "worker"
"""The field that takes the unit which did the work."""
HEARD: Mapping[str, FieldKind] = {
    "of_number": FieldKind.case,
    "of_practice": FieldKind.code,
    "of_kind": FieldKind.code,
    "of_channel": FieldKind.code,
    "of_outcome": FieldKind.code,
    "of_requester": FieldKind.flag,
    WORKER: FieldKind.unit,
    "category": FieldKind.category,
    "division": FieldKind.division,
}
"""What a practice may ask of a case that settled elsewhere, by field: nothing else is carried, and nothing of a person."""


def triggered(procedure: Procedure, case: Case, trigger: Trigger, settled: Case) -> Command | None:
    """The step that ``trigger`` makes the system take on ``case`` where it stands; None when there is none.

    ``settled`` is the case that has just been settled. The step's form is answered from it: ``outcome`` with
    its outcome, ``worker`` with the unit that did the work, every other field with its fact of the same name.
    """
    for step in procedure.kinds[case.kind].steps_from(case.stage):
        if step.on is trigger and step.of in ("", settled.kind):
            form = procedure.forms.get(step.form)
            known = {**settled.facts, OUTCOME: settled.outcome, WORKER: settled.worker}
            asked = [field.id for field in form.fields] if form is not None else []
            return Command(step.id, {name: known[name] for name in asked if name in known})
    return None


def told_of_row(procedure: Procedure, case: Case, place: Place, writer: Case) -> Command | None:
    """The step that the system takes on ``case`` where it stands, because ``writer`` wrote the row ``place`` that it is about; None when there
    is none. Of what it wrote itself nobody is told, nor of what its own subcase wrote: of that it hears by the subcase's end."""
    register, key = place
    if case.id in (writer.id, writer.parent):
        return None
    for step in procedure.kinds[case.kind].steps_from(case.stage):
        if step.on is Trigger.ROW_WRITTEN and step.of == register:
            own = keys_of(procedure, case, {}, None, date.min).get(register, "")
            return Command(step.id, {}) if own and capitals(own) == capitals(key) else None
    return None


class Heard(Struct, frozen=True):
    """What is told of a case that settled elsewhere; ``doers`` are the persons who had a part in it."""

    case: str
    practice: str
    facts: Facts
    division: str
    channel: str
    doers: tuple[str, ...]


def heard_of(settled: Case, kind: Kind) -> Heard | None:
    """What others hear of a case of ``kind`` that has just been settled; None for a subcase, and for one that was itself
    opened because something settled elsewhere: practices that hear each other would never come to an end."""
    if settled.parent or settled.about:
        return None
    facts: Facts = {
        "of_number": settled.number,
        "of_practice": settled.practice,
        "of_kind": settled.kind,
        "of_channel": settled.channel,
        "of_outcome": settled.outcome,
        "of_requester": reaches_requester(kind),
        WORKER: settled.worker,
        "category": settled.facts.get("category"),
        "division": settled.division,
    }
    doers = tuple(sorted({person for done in settled.doers.values() for person in done}))
    told: Facts = {name: value for name, value in facts.items() if value not in (None, "")}
    return Heard(settled.id, settled.practice, told, settled.division, settled.channel, doers)


def hearing(procedure: Procedure) -> tuple[tuple[Kind, Step], ...]:
    """The steps by which a practice opens a case for one that settled elsewhere."""
    return tuple(
        (kind, step)
        for kind in procedure.kinds.values()
        for step in kind.openings()
        if step.on is Trigger.SETTLED_ELSEWHERE
    )


def heard_id(practice: str, kind: str, about: str) -> str:
    """The id of the case that a practice opens for one that settled elsewhere: there is one and no second, however often
    that settles and however often it is heard."""
    return str(uuid5(NAMESPACE_OID, f"heard/{practice}/{kind}/{about}"))


def received_by(heard: Heard, near: str, homes: Iterable[str], county: County) -> str:
    """The receiving unit: the nearest one, but who did the work does not receive what is said of it where another can."""
    worker = (str(heard.facts.get(WORKER, "")),)
    others = (unit for unit in homes if not county.within(unit, worker))
    return next(others, near) if county.within(near, worker) else near


def opened_for(
    heard: Heard, procedure: Procedure, kind: Kind, step: Step, adoption: str, home: str, number: str
) -> Command:
    """The step by which the case is opened; its form is answered from what is heard."""
    form = procedure.forms.get(step.form)
    asked = [field.id for field in form.fields] if form is not None else []
    opening = Opening(
        id=heard_id(procedure.practice, kind.id, heard.case),
        number=number,
        adoption=adoption,
        kind=kind.id,
        home=home,
        division=heard.division,
        channel=heard.channel,
        about=heard.case,
        doers=heard.doers,
    )
    return Command(step.id, {name: heard.facts[name] for name in asked if name in heard.facts}, opening)
