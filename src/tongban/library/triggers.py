"""What one case's end makes the system do on another: its parent, its subcases, and the cases that follow it.

Used by whatever reacts to settled cases, so that a rehearsal and the live county do the same.
"""

from __future__ import annotations

from tongban.kernel.case import Case
from tongban.kernel.commands import Command
from tongban.kernel.procedure.model import Procedure, Trigger

OUTCOME = "outcome"
"""The field of a joined case's form that takes the outcome of the case it follows."""
WORKER = "worker"
"""The field that takes the unit which did the work."""


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
