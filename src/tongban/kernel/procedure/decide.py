"""The one function through which everything passes: may this happen, and what follows from it?"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date, local_text
from tongban.kernel.commands import SYSTEM, Actor, ActorKind, Command, Related, Scene, Subcases
from tongban.kernel.events import (
    CameBack,
    Consequence,
    Event,
    MandateEnded,
    Opened,
    Recused,
    Resettled,
    Settled,
)
from tongban.kernel.form import Answers, Form, Held, read
from tongban.kernel.procedure import clocks, evolve
from tongban.kernel.procedure.follow import Context, follow_all
from tongban.kernel.procedure.model import (
    EndPrecedent,
    Guard,
    Kind,
    Notify,
    Procedure,
    Publish,
    Relation,
    Settle,
    StageKind,
    Step,
    TakeDown,
)
from tongban.kernel.procedure.registered import unregistered
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.routing import may_hold
from tongban.kernel.value import Facts


class Decided(Struct, frozen=True):
    """What happened: the event of the case first, then those of subcases that it opened.

    ``cases`` are the cases after their events, in the same order. ``warnings`` are doubts that did not
    stop anything (a credit code whose check digit fails, for instance).
    """

    events: tuple[Event, ...]
    cases: tuple[Case, ...]
    warnings: tuple[Refused, ...] = ()


def decide(
    procedure: Procedure, case: Case | None, command: Command, actor: Actor, scene: Scene
) -> Decided | Refused:
    """Decide one command. Pure: the same inputs give the same answer for ever.

    Refuses, in this order: a step that does not exist, does not start here or was taken too often;
    somebody without the right; answers that do not fit the form or name what is not registered (all
    faults at once); a condition
    that does not hold; a consequence the rules forbid. Nothing is decided by halves.
    """
    try:
        return _decide(procedure, case, command, actor, scene)
    except RefusedError as error:  # an expression met a value of a register that is beyond its limits
        return error.refusal


def _decide(
    procedure: Procedure, case: Case | None, command: Command, actor: Actor, scene: Scene
) -> Decided | Refused:
    before = _before(procedure, case, command, scene)
    if isinstance(before, Refused):
        return before
    scene = _as_seen_by(actor, scene)
    kind = procedure.kinds[before.kind]
    step = kind.steps.get(command.step)
    if step is None:
        return Refused("step.unknown", command.step, {"step": command.step})
    refused = _misplaced(kind, step, before, command, scene)
    if refused is not None:
        return refused
    doer = authorise(step, before, actor, scene)
    if isinstance(doer, Refused):
        return doer
    answers = _answers(procedure, step, before, command, actor, scene)
    if isinstance(answers, Refused):
        return answers
    holder = command.opening.holder if command.opening is not None else ""
    sight = Sight(procedure, before, answers.values, scene, holder)
    for guard in step.needs:
        refused = unfulfilled(guard, step, sight)
        if refused is not None:
            return refused
    branch = next((b for b in step.to if b.when is None or b.when.holds(sight)), None)
    if branch is None:
        return Refused("step.no_branch", step.id, {"step": step.id})
    to = branch.to or before.stage

    draft = evolve.Draft(before, scene.now)
    plan = (*step.follows, *branch.follows)
    context = Context(procedure, kind, plan, before, answers.values, scene, sight, draft, doer)
    children: list[Decided] = []
    follows: list[Consequence] = []
    for item in _consequences(context, command, to):
        match item:
            case Refused():
                return item
            case Decided():
                children.append(item)
            case _:
                draft.apply(item)
                follows.append(item)

    refused = _unlawful_holder(context, to)
    if refused is not None:
        return refused
    facts, content, identity = _kept(procedure.forms.get(step.form), answers.values)
    event = Event(
        case=before.id,
        seq=before.seq + 1,
        at=scene.now,
        step=step.id,
        source=before.stage,
        to=to,
        by=doer,
        facts=facts,
        content=content,
        identity=identity,
        follows=tuple(follows),
        opened=_opened(before) if case is None else None,
    )
    return Decided(
        (event, *(e for child in children for e in child.events)),
        (draft.freeze(event), *(c for child in children for c in child.cases)),
        answers.warnings,
    )


def _as_seen_by(actor: Actor, scene: Scene) -> Scene:
    """To a requester there are no cases of others but those that are shared: not even that a number is taken is told."""
    if actor.kind is not ActorKind.REQUESTER:
        return scene
    return replace(scene, related={number: each for number, each in scene.related.items() if each.shared})


def _before(procedure: Procedure, case: Case | None, command: Command, scene: Scene) -> Case | Refused:
    """The case before the step: as it stands, or unborn."""
    if case is not None:
        return case
    opening = command.opening
    if opening is None or opening.kind not in procedure.kinds:
        return Refused("step.no_case", command.step)
    if opening.home not in scene.county.units:
        return Refused("routing.unknown_unit", "", {"unit": opening.home})
    opened = Opened(
        number=opening.number,
        county=scene.county.code,
        practice=procedure.practice,
        adoption=opening.adoption,
        kind=opening.kind,
        home=opening.home,
        division=opening.division,
        channel=opening.channel,
        parent=opening.parent,
        root=opening.root,
    )
    return evolve.unborn(opening.id, opened, scene.now)


def _opened(case: Case) -> Opened:
    return Opened(
        case.number, case.county, case.practice, case.adoption, case.kind, case.home, case.division,
        case.channel, case.parent, case.root,
    )  # fmt: skip


def _misplaced(kind: Kind, step: Step, case: Case, command: Command, scene: Scene) -> Refused | None:
    """Why this step cannot be taken at this point, whoever asks."""
    if too_early(case, scene):
        last = local_text(case.last_at) if case.last_at is not None else ""
        return Refused("step.before_the_last", step.id, {"last": last})
    ended = bool(case.stage) and kind.stages[case.stage].kind is StageKind.END
    if ended and not (case.stage in step.source and keeps_ended(step)):
        return Refused("step.case_ended", step.id, {"stage": case.stage})
    if case.stage not in step.source and not (step.opens and case.seq == 0):
        return Refused("step.not_from_here", step.id, {"stage": case.stage})
    often = used_up(step, case)
    if often is not None:
        return often
    if command.clock:
        state = next((s for s in case.running() if s.clock == command.clock), None)
        rule = kind.clocks.get(command.clock)
        due = (
            state is not None
            and rule is not None
            and state.wake is not None
            and state.wake <= scene.now
            and (rung := rule.rung(state.rung)) is not None
            and rung.step == step.id
        )
        if not due:
            return Refused("step.clock_not_due", step.id, {"clock": command.clock})
    return None


def keeps_ended(step: Step) -> bool:
    """Whether a step may be taken after the end: it leaves the case there and only looks after what is public."""
    return not any(branch.to for branch in step.to) and all(
        isinstance(each, Publish | TakeDown | EndPrecedent | Notify) for each in step.may_follow
    )


def used_up(step: Step, case: Case) -> Refused | None:
    """Whether the case has seen the step as often as it may."""
    if step.at_most and case.counts.get(step.id, 0) >= step.at_most:
        return Refused("step.too_often", step.id, {"at_most": step.at_most})
    return None


def unfulfilled(guard: Guard, step: Step, sight: Sight) -> Refused | None:
    """A condition of a step that does not hold."""
    if guard.that.holds(sight):
        return None
    return Refused("step.condition", step.id, {"condition": guard.code})


def _answers(
    procedure: Procedure, step: Step, case: Case, command: Command, actor: Actor, scene: Scene
) -> Answers | Refused:
    if not step.form:
        if command.answers:
            name = next(iter(command.answers))
            return Refused("form.asks_nothing", name, {"name": name})
        return Answers({}, ())
    form = procedure.forms[step.form]
    if actor.kind is ActorKind.REQUESTER and (meddled := form.of_office() & set(command.answers)):
        return Refused.of([Refused("form.not_yours", name) for name in sorted(meddled)])
    known = Sight(procedure, case, {}, scene)

    def judge(values: Facts) -> list[Refused]:
        """What the system carries from one case to another was judged when it was given."""
        return [] if actor.kind is ActorKind.SYSTEM else unregistered(form, values, case, scene)

    found = read(form, command.answers, known=known, today=local_date(scene.now), judge=judge)
    if (
        isinstance(found, Answers)
        and not found.values
        and form.fields
        and actor.kind is not ActorKind.SYSTEM
        and must_say(step)
    ):
        return Refused("form.nothing_said", form.fields[0].id)
    return found


def must_say(step: Step) -> bool:
    """Whether a person who takes the step must fill in at least one field: with a blank form it leaves the case
    where it is and does nothing that its ladder would not do by itself."""
    by_itself = any(who.relation is Relation.SYSTEM for who in step.by)
    stays = not any(branch.to for branch in step.to)
    return by_itself and stays


def _consequences(context: Context, command: Command, to: str) -> Iterator[Consequence | Refused | Decided]:
    """All that follows, in order: the rung climbed, clocks, the step's own list, settlement."""
    kind, before, draft, calendar = context.kind, context.case, context.draft, context.scene.county.calendar
    if command.clock:
        state = draft.running(command.clock)
        if state is not None:
            yield clocks.rung(kind.clocks[command.clock], state, calendar)
    yield from _recused(context)
    yield from clocks.transitions(kind, draft, before.stage, to, calendar, context.sight)
    opening = command.opening
    if opening is not None and opening.holder and before.seq == 0:
        yield from context.hold_unit(opening.holder, "subcase", part="assist")
    for item in follow_all(context):
        yield _subcase(context, item) if isinstance(item, Command) else item
    if before.sent_by and _came_back(context, to):
        yield CameBack(before.sent_by)
    yield from _settlement(context, to)


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


def _recused(context: Context) -> Iterator[Consequence | Refused]:
    """Whom the answers say the matter is about. The receiving unit cannot receive what is about itself."""
    names = [name for name in context.procedure.recusing if name in context.answers]
    if not names:
        return
    units = dict.fromkeys(unit for name in context.procedure.recusing for unit in context.texts(name))
    if context.scene.county.within(context.case.home, units):
        yield Refused("routing.recused_home", names[0], {"unit": context.case.home})
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


def _unlawful_holder(context: Context, to: str) -> Refused | None:
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


def _subcase(context: Context, command: Command) -> Decided | Refused:
    """Open one subcase in the same decision: its first event stands beside its parent's."""
    case, draft = context.case, context.draft
    parent = Related(
        case.id, case.number, case.practice, draft.holder, case.settled_at is not None, draft.joined
    )
    mandates = (*draft.mandates, *context.scene.mandates)
    scene = replace(context.scene, subcases=Subcases(), parent=parent, mandates=mandates)
    return _decide(context.procedure, None, command, SYSTEM, scene)


def _kept(form: Form | None, answers: Facts) -> tuple[Facts, Facts, Facts]:
    """Answers by where they are kept: ledger, content, identity."""
    if form is None or not answers:
        return {}, {}, {}
    places = form.by_place(answers)
    return places[Held.ledger], places[Held.content], places[Held.identity]


def too_early(case: Case, scene: Scene) -> bool:
    """Nothing may happen before what happened last."""
    return case.last_at is not None and scene.now < case.last_at
