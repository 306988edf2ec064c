"""Which answers decide where a case goes: they are given anew each time."""

from __future__ import annotations

from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure

_CHOSEN = (FieldKind.choice, FieldKind.choices, FieldKind.flag, FieldKind.rating)


def deciding(procedure: Procedure, form: str) -> frozenset[str]:
    """The choices of a form, asked again, by which its steps decide where a case goes: whether a walk met a problem, whether it is
    solved. What somebody found last time is no answer to that, and pressing the button without looking would be one."""
    steps = (step for kind in procedure.kinds.values() for step in kind.steps.values() if step.form == form)
    branches = (branch.when for step in steps for branch in step.to if branch.when is not None)
    named = {name for when in branches for name in when.names}
    asked = (each for each in procedure.forms[form].fields if each.again and each.required and not each.infer)
    return frozenset(each.id for each in asked if each.kind in _CHOSEN and f"facts.{each.id}" in named)
