"""What a message of another county makes the system do: the step it is for, and what that step is answered.

Used by whatever takes messages, so that a rehearsal and the live county do the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.commands import Command, Opening
from tongban.kernel.events import Heard
from tongban.kernel.procedure.model import Procedure, Step, Trigger
from tongban.kernel.refusal import Refused

EXCHANGE = "exchange"
"""The channel of cases that another county's message opened."""
SENDERS = ("peer", "told_by")
"""The fields that take the county which told the case something: the one with which it goes on, and whoever told it last."""
NUMBER = "told_number"
"""The field that takes what the case is called there."""


def told_step(procedure: Procedure, kind: str, stage: str, message: str) -> Step | None:
    """The step that a message of another county makes the system take where a case of that kind stands ("" to open one)."""
    steps = procedure.kinds[kind].steps_from(stage) if stage else procedure.kinds[kind].openings()
    return next((step for step in steps if step.on is Trigger.TOLD and step.of == message), None)


def opened_by(procedure: Procedure, message: str) -> tuple[str, Step] | None:
    """The kind of case that a message opens, and the step that opens it; None for one that opens none."""
    found = ((kind, told_step(procedure, kind, "", message)) for kind in procedure.kinds)
    return next(((kind, step) for kind, step in found if step is not None), None)


def told(
    procedure: Procedure, step: Step, heard: Heard, answers: Mapping[str, object], opening: Opening | None
) -> Command:
    """The step with what the message says; who sent it is no word of the message's own."""
    form = procedure.forms.get(step.form)
    asked = {field.id for field in form.fields} if form is not None else set[str]()
    own = {**dict.fromkeys(SENDERS, heard.peer), NUMBER: heard.number}
    said = {**answers, **{name: value for name, value in own.items() if name in asked and value}}
    return Command(step.id, said, opening, heard=heard)


def not_taken(refused: Refused) -> Refused:
    """What is answered to another county where this one's rules say no: code and place, never the message's own words."""
    if refused.code.startswith(f"{EXCHANGE}."):
        return refused
    found = tuple(f"{each.code} ({each.where})" if each.where else each.code for each in refused.all())
    return Refused("exchange.not_taken", "", {"found": found})
