"""What somebody could do now, and whom a case is waiting for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from tongban.kernel.authority import authorise
from tongban.kernel.case import Case, ClockState
from tongban.kernel.commands import Actor, Scene
from tongban.kernel.ledger.instant import LATEST
from tongban.kernel.procedure.decide import keeps_ended, unfulfilled, used_up
from tongban.kernel.procedure.model import ClockRule, Kind, Procedure, Relation, StageKind, Step, Trigger
from tongban.kernel.procedure.register import names_of
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused, RefusedError


class Available(Struct, frozen=True):
    """A step that is somebody's to take; ``refusal`` says what is in the way for now (None: nothing)."""

    step_id: str
    refusal: Refused | None = None


def available(procedure: Procedure, case: Case, actor: Actor, scene: Scene) -> tuple[Available, ...]:
    """The steps from where the case stands that are this actor's to take, in the practice's order.

    Steps of others are left out. Forms are not read: a condition that looks at an answer of the step's
    own form, or at a row that such an answer chooses, is taken to hold, and a consequence may still be refused (``decide`` has the last word).
    """
    return tuple(_available(procedure, case, actor, scene))


def _available(procedure: Procedure, case: Case, actor: Actor, scene: Scene) -> Iterator[Available]:
    kind = procedure.kinds[case.kind]
    ended = kind.stages[case.stage].kind is StageKind.END
    sight = Sight(procedure, case, {}, scene)
    for step in kind.steps_from(case.stage):
        if ended and not keeps_ended(step):
            continue
        doer = authorise(step, case, actor, scene)
        if not isinstance(doer, Refused):
            yield Available(step.id, used_up(step, case) or _unfulfilled(procedure, step, sight))
        elif doer.code == "authority.own_work":
            yield Available(step.id, doer)


def _unfulfilled(procedure: Procedure, step: Step, sight: Sight) -> Refused | None:
    """The first condition that does not hold, whatever will be answered."""
    form = procedure.forms.get(step.form)
    asked = {each.id for each in form.fields} if form else set()
    open_names = {f"{area}.{name}" for name in asked for area in ("facts", "given")}
    for guard in step.needs:
        if guard.that.names & open_names or _of_another_row(procedure, guard.that.names, asked):
            continue
        try:
            refused = unfulfilled(guard, step, sight)
        except RefusedError as error:
            return error.refusal
        if refused is not None:
            return refused
    return None


def _of_another_row(procedure: Procedure, names: Collection[str], asked: Collection[str]) -> bool:
    """Whether a condition looks at a row of a register that the answers to the step's own form will choose."""
    if not asked or not procedure.registers:
        return False
    said = names_of(procedure.registers) if any(name.startswith("subject.") for name in names) else {}
    keys = {each.id: each.key for each in procedure.registers}
    for name in names:
        area, _, rest = name.partition(".")
        key = said[rest][0].key if area == "subject" and rest in said else ()
        if area in ("registered", "mine"):
            key = keys.get(rest, ())
        if any(part in asked for part in key):
            return True
    return False


OFFICE = (Relation.HOLDER, Relation.HOME, Relation.PARENT, Relation.ANYWHERE)
"""Relations in which a post works on a case itself, and does not only stand above it."""


def waited_for(kind: Kind, stage: str, role: str) -> bool:
    """Whether a stage waits for a role of the unit whose turn it is."""
    return any(
        who.role == role and who.relation in OFFICE for step in pressing(kind, stage) for who in step.by
    )


def waited_for_anywhere(kind: Kind, stage: str, role: str) -> bool:
    """Whether a stage waits for a role at whatever unit: of several who may act, each is told that they may."""
    return any(
        who.role == role and who.relation is Relation.ANYWHERE
        for step in pressing(kind, stage)
        for who in step.by
    )


def pressing(kind: Kind, stage: str) -> tuple[Step, ...]:
    """What a stage waits for, unless it lasts on purpose: what may be done meanwhile is nobody's turn."""
    return () if rests(kind, stage) else kind.next_from(stage)


def rests(kind: Kind, stage: str) -> bool:
    """Whether an open stage names no step and every clock there lasts on purpose (a notice, a term), one of them leading on by
    itself: nobody's turn. Where time leads nowhere, somebody has to when it is over."""
    clocks = [clock for clock in kind.clocks.values() if stage in clock.runs_in]
    waits = kind.stages[stage].next or kind.stages[stage].kind is not StageKind.OPEN
    led = (branch.to for clock in clocks for rung in clock.ladder for branch in kind.steps[rung.step].to)
    return not waits and all(clock.lasts for clock in clocks) and any(to not in ("", stage) for to in led)


def foremost(kind: Kind, stage: str, offered: Iterable[Available]) -> str:
    """Of the steps somebody could take, the one the stage waits for first; "" when it waits for others. Of what lasts on purpose
    it is the requester's word alone that comes first: an objection or a refusal of the office never presses there."""
    free = {each.step_id for each in offered if each.refusal is None}
    first = kind.next_from(stage)
    if rests(kind, stage):
        first = tuple(step for step in first if any(who.relation is Relation.REQUESTER for who in step.by))
    return next((step.id for step in first if step.id in free), "")


def follows_another(kind: Kind, stage: str) -> bool:
    """Whether a case at the stage waits for nothing but the end of the case it was joined to."""
    steps = kind.next_from(stage)
    return bool(steps) and all(step.on is Trigger.JOINED_SETTLED for step in steps)


def waits_on(kind: Kind, stage: str, case: Case | None = None) -> str:
    """Whose time is running at a stage: ``holder``, ``home``, ``parent``, ``requester`` or, of a case that follows
    another one, ``joined``.

    The owner of the clock that belongs most closely to the stage: of those made for the fewest stages, the one due first in
    this ``case``, where a clock that has ended counts no more; ``holder`` where no clock runs.
    """
    if follows_another(kind, stage):
        return "joined"
    if case is None:
        clocks = [clock for clock in kind.clocks.values() if stage in clock.runs_in]
        return min(clocks, key=lambda clock: len(clock.runs_in)).owner if clocks else "holder"
    ranked = [
        (len(rule.runs_in), each.due or LATEST, rule.owner)
        for each in case.running()
        if (rule := kind.clocks.get(each.clock)) is not None and not _climbed(rule, each)
    ]
    return min(ranked)[2] if ranked else "holder"


def turn(kind: Kind, stage: str, case: Case | None = None) -> str:
    """The same as it is told: ``nobody`` where something of the requester's lasts by itself, and no word of theirs is waited for."""
    whose = waits_on(kind, stage, case)
    return "nobody" if whose == "requester" and rests(kind, stage) else whose


def _climbed(rule: ClockRule, state: ClockState) -> bool:
    """Whether what lasted is over though its clock still runs, as in cases whose day passed before such clocks ended by themselves."""
    return rule.lasts and bool(state.rung) and state.due is not None and state.wake is None
