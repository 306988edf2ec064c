"""Conditions of a step that an answer in its own form can meet: said beside that field, and asked for there."""

from __future__ import annotations

from msgspec.structs import replace

from tongban.kernel.form import Form
from tongban.kernel.procedure.decide import unfulfilled
from tongban.kernel.procedure.model import Guard, Step
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused, RefusedError

CONDITION = "step.condition"


def wanted(step: Step, form: Form | None, sight: Sight) -> frozenset[str]:
    """Fields without whose answer a condition does not hold as the case stands."""
    placed = {field: guard for guard in step.needs if (field := field_of(guard, form))}
    return frozenset(field for field, guard in placed.items() if _unmet(guard, step, sight))


def _unmet(guard: Guard, step: Step, sight: Sight) -> bool:
    try:
        return unfulfilled(guard, step, sight) is not None
    except RefusedError:
        return False


def beside(refused: Refused, step: Step, form: Form | None) -> Refused:
    """The refusal with each condition placed at the field that can meet it, the last of several."""
    return Refused.of([_placed(each, step, form) for each in refused.all()])


def _placed(refused: Refused, step: Step, form: Form | None) -> Refused:
    plain = replace(refused, also=())
    if refused.code != CONDITION:
        return plain
    guard = next((each for each in step.needs if each.code == refused.facts.get("condition")), None)
    fields = _looked_at(guard, form) if guard is not None else []
    return replace(plain, where=fields[-1]) if fields else plain


def field_of(guard: Guard, form: Form | None) -> str:
    """The one field of the form that a condition looks at; "" for none or several."""
    looked_at = _looked_at(guard, form)
    return looked_at[0] if len(looked_at) == 1 else ""


def _looked_at(guard: Guard, form: Form | None) -> list[str]:
    """Those that people answer: what a door says no entry can meet."""
    fields = [each for each in form.fields if each.door is None] if form is not None else []
    return [f.id for f in fields if {f"facts.{f.id}", f"given.{f.id}"} & guard.that.names]
