"""All that follows from a step, in order, and what the rules forbid of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.board import uncounted
from tongban.kernel.commands import Command, Related, Scene, Subcases
from tongban.kernel.events import (
    CameBack,
    Consequence,
    Held,
    KeySealed,
    MandateEnded,
    Recused,
    Resettled,
    Settled,
    Visited,
)
from tongban.kernel.procedure import clocks
from tongban.kernel.procedure.evolve import HANDED_UP
from tongban.kernel.procedure.follow import Context, follow_all
from tongban.kernel.procedure.handing import about_subcase
from tongban.kernel.procedure.model import Kind, Relation, Settle, StageKind, Step
from tongban.kernel.procedure.register import seal_place
from tongban.kernel.procedure.subjects import seeing
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold


class Later(Struct, frozen=True):
    """A subcase whose opening is still to be decided: by itself, wherever and whenever, always with the same answer."""

    command: Command
    scene: Scene


def consequences(context: Context, command: Command, to: str) -> Iterator[Consequence | Refused | Later]:
    """All that follows, in order: the rung climbed, clocks, the step's own list, the end of what lasted, settlement."""
    kind, before, draft, calendar = context.kind, context.case, context.draft, context.scene.county.calendar
    if command.clock:
        state = draft.running(command.clock)
        if state is not None:
            yield clocks.rung(kind.clocks[command.clock], state, calendar)
    if command.heard is not None:
        yield command.heard
    yield from _recused(context, context.procedure.handing_up.get(kind.steps[command.step].form, ()))
    yield from _sealed(context, command)
    yield from clocks.transitions(kind, draft, before.stage, to, calendar, context.sight)
    opening = command.opening
    if opening is not None and opening.holder and before.seq == 0:
        yield from context.hold_unit(opening.holder, "subcase", part="assist")
    yield from _visit(context, kind.steps[command.step])
    for item in follow_all(context):
        yield _subcase(context, item) if isinstance(item, Command) else item
    if before.sent_by and _came_back(context, to):
        yield CameBack(before.sent_by)
    if command.clock:
        yield from clocks.over(kind.clocks[command.clock], draft.running(command.clock))
    yield from _settlement(context, to)


def _visit(context: Context, step: Step) -> Iterator[Consequence | Refused]:
    """A visit, where the step is one. Nobody comes because a clock ran out; whoever comes again is owed a reason."""
    rule, case, doer = step.visit, context.case, context.doer
    if rule is None or doer.via == "system" or (rule.when is not None and not rule.when.holds(context.sight)):
        return
    why = str(context.answers.get(rule.why) or "") if case.visits else ""
    if case.visits and not why:
        yield Refused("step.visit_reason", rule.why)
        return
    at = str(context.answers.get(rule.unit) or "") or doer.unit or case.holder
    told = doer.via == "requester"
    yield Visited(context.scene.county.present(at), len(case.visits) + 1, why, told)


def _came_back(context: Context, to: str) -> bool:
    """Whether the unit lost an open case: to an earlier phase, or to another unit within the same."""
    kind, before = context.kind, context.case
    stage = kind.stages[to]
    if (
        before.holder == before.home
        or stage.kind is not StageKind.OPEN
        or context.draft.joined != before.joined
    ):
        return False
    was, now = kind.stages[before.stage].phase, stage.phase
    earlier = kind.phases[: kind.phases.index(was)] if was in kind.phases else ()
    return now in earlier or (now == was and context.draft.holder not in (before.holder, before.home))


def _sealed(context: Context, command: Command) -> Iterator[Consequence]:
    """The parts of keys that say who somebody is: as they were answered now, else as the case above passed them on."""
    passed = command.opening.sealed if command.opening is not None else {}
    for register in context.procedure.registers:
        for name in sorted(register.sealed):
            place, value = seal_place(register.id, name), context.answers.get(name)
            known = passed.get(place, "")
            said = register.part(name, value) if isinstance(value, str) else None
            digest = context.scene.seal(register.id, name, said) if said is not None else known
            if digest and context.draft.sealed.get(place) != digest:
                yield KeySealed(register.id, name, digest)


def _recused(context: Context, handing_up: Sequence[str]) -> Iterator[Consequence | Refused]:
    """Whom the answers say the matter is about. The receiving unit cannot receive what is about itself, nor keep it: where one
    of ``handing_up`` says so of a case that it has already, the unit above has it from now on."""
    names = [name for name in context.procedure.recusing if name in context.answers]
    if not names:
        return
    units = dict.fromkeys(unit for name in context.procedure.recusing for unit in context.texts(name))
    county, home = context.scene.county, context.case.home
    concerned = next((each for each in units if county.within(home, {each})), "")
    up = concerned and any(name in context.answers for name in handing_up)
    above = county.unconcerned_above(home, units) if up else ""
    if concerned and not above:
        yield Refused("routing.recused_home", names[0], {"unit": concerned})
    elif above:
        yield Held(above, HANDED_UP)
        yield Recused(tuple(units), above)
    elif tuple(units) != context.case.recused:
        yield Recused(tuple(units))


def _settlement(context: Context, to: str) -> Iterator[Consequence]:
    """Coming to a settled or final stage settles the case; leaving a settled one for an open one undoes."""
    was = context.kind.stages[context.case.stage].kind if context.case.stage else StageKind.OPEN
    now = context.kind.stages[to].kind
    if now is StageKind.OPEN:
        if was is StageKind.SETTLED:
            yield Resettled()
        return
    if was is StageKind.OPEN:
        yield Settled(_outcome(context) or to)
    for mandate in context.draft.mandates:
        if mandate.ended is None:
            yield MandateEnded(mandate.id)


def _outcome(context: Context) -> str:
    for follow in context.plan:
        if isinstance(follow, Settle):
            return follow.outcome or str(context.known(follow.field) or "")
    return ""


def unlawful_holder(context: Context, to: str) -> Refused | None:
    """The hard rules of the duty lists, also for a holder that is merely left where it was.

    A case comes to a stage in which its holder works, or changes its category there, only if that unit may
    have the matter (domain rules 1.3). Whoever received the case may always keep it.
    """
    case, draft = context.case, context.draft
    category = context.text("category")
    same = (to, draft.holder, category) == (case.stage, case.holder, case.facts.get("category", ""))
    if same or draft.holder == case.home or not _holder_works_in(context.kind, to):
        return None
    return may_hold(
        context.scene.county, draft.holder, category, "assist" if case.parent else "lead", draft.recused
    )


def _holder_works_in(kind: Kind, stage: str) -> bool:
    return any(
        step.work and any(who.relation is Relation.HOLDER for who in step.by)
        for step in kind.steps_from(stage)
    )


def _subcase(context: Context, command: Command) -> Later:
    """One subcase of the same decision: its first event stands beside its parent's."""
    case, draft = context.case, context.draft
    parent = Related(
        case.id, case.number, case.practice, draft.holder, case.settled_at is not None, draft.joined
    )
    mandates = (*draft.mandates, *context.scene.mandates)
    alone = replace(
        context.scene,
        subcases=Subcases(),
        parent=parent,
        mandates=mandates,
        count=uncounted,
        rows={},
        mine=frozenset(),
        alike={},
        met=(),
        kept={},
    )  # what counts boards need not be brought to other processors: no opening step fixes one
    if context.scene.rows:
        alone = seeing(alone, about_subcase(context.procedure, context.scene, command))
    return Later(command, alone)
