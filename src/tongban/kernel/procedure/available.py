"""What somebody could do now, and whom a case is waiting for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, Scene
from tongban.kernel.procedure.decide import unfulfilled, used_up
from tongban.kernel.procedure.model import Kind, Procedure, StageKind, Step
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused, RefusedError


@dataclass(frozen=True, slots=True)
class Available:
    """A step that is somebody's to take; ``refusal`` says what is in the way for now (None: nothing)."""

    step_id: str
    refusal: Refused | None = None


def available(procedure: Procedure, case: Case, actor: Actor, scene: Scene) -> tuple[Available, ...]:
    """The steps from where the case stands that are this actor's to take, in the practice's order.

    Steps of others are left out. Forms are not read: a condition that looks at an answer of the step's
    own form is taken to hold, and a consequence may still be refused (``decide`` has the last word).
    """
    return tuple(_available(procedure, case, actor, scene))


def _available(procedure: Procedure, case: Case, actor: Actor, scene: Scene) -> Iterator[Available]:
    kind = procedure.kinds[case.kind]
    if kind.stages[case.stage].kind is StageKind.END:
        return
    sight = Sight(procedure, case, {}, scene)
    for step in kind.steps_from(case.stage):
        doer = authorise(step, case, actor, scene)
        if not isinstance(doer, Refused):
            yield Available(step.id, used_up(step, case) or _unfulfilled(procedure, step, sight))
        elif doer.code == "authority.own_work":
            yield Available(step.id, doer)


def _unfulfilled(procedure: Procedure, step: Step, sight: Sight) -> Refused | None:
    """The first condition that does not hold, whatever will be answered."""
    form = procedure.forms.get(step.form)
    open_names = {
        f"{area}.{each.id}" for each in (form.fields if form else ()) for area in ("facts", "given")
    }
    for guard in step.needs:
        if guard.that.names & open_names:
            continue
        try:
            refused = unfulfilled(guard, step, sight)
        except RefusedError as error:
            return error.refusal
        if refused is not None:
            return refused
    return None


def waits_on(kind: Kind, stage: str) -> str:
    """Whose time is running at a stage: ``holder``, ``home`` or ``requester``.

    The owner of the clock that is made for the fewest stages, because it says most about this one;
    ``holder`` where no clock runs.
    """
    clocks = [clock for clock in kind.clocks.values() if stage in clock.runs_in]
    return min(clocks, key=lambda clock: len(clock.runs_in)).owner if clocks else "holder"
