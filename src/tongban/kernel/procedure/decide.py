"""The one function through which everything passes: may this happen, and what follows from it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date, local_text
from tongban.kernel.commands import SYSTEM, Actor, ActorKind, Command, Opening, Scene
from tongban.kernel.events import (
    Consequence,
    Doer,
    Event,
    Opened,
)
from tongban.kernel.form import Answers, Form, Held, read
from tongban.kernel.procedure import evolve
from tongban.kernel.procedure.consequences import Later, consequences, unlawful_holder
from tongban.kernel.procedure.follow import Context
from tongban.kernel.procedure.lookalike import codes_written
from tongban.kernel.procedure.meeting import MOST
from tongban.kernel.procedure.model import (
    EndPrecedent,
    Guard,
    Kind,
    Notify,
    Procedure,
    Publish,
    Relation,
    StageKind,
    Step,
    TakeDown,
)
from tongban.kernel.procedure.registered import doubted, unregistered
from tongban.kernel.procedure.rows import at_row, takes_rows
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.procedure.subjects import About, public_part, seeing
from tongban.kernel.procedure.telling import unheard
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts


class Decided(Struct, frozen=True):
    """What happened: the event of the case first, then those of subcases that it opened.

    ``cases`` are the cases after their events, in the same order. ``warnings`` are doubts that did not
    stop anything (a credit code whose check digit fails, for instance).
    """

    events: tuple[Event, ...]
    cases: tuple[Case, ...]
    warnings: tuple[Refused, ...] = ()


Apart: TypeAlias = tuple[Decided, tuple[Later, ...]]
"""What is decided already, and what of the same decision is not."""


def decide_apart(
    procedure: Procedure, case: Case | None, command: Command, actor: Actor, scene: Scene
) -> Apart | Refused:
    """``decide`` for the case alone: the subcases that it opens are left for others to decide, at once or elsewhere.

    Only with all of them is it a decision: whoever is refused one of them is refused the whole.
    """
    later: list[Later] = []
    try:
        decided = _decide(procedure, case, command, actor, scene, later)
    except RefusedError as error:
        return error.refusal
    return decided if isinstance(decided, Refused) else (decided, tuple(later))


def decide_later(procedure: Procedure, later: Later) -> Decided | Refused:
    """What was left of a decision: one subcase, with all that it opens itself."""
    return decide(procedure, None, later.command, SYSTEM, later.scene)


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
    procedure: Procedure,
    case: Case | None,
    command: Command,
    actor: Actor,
    scene: Scene,
    later: list[Later] | None = None,
) -> Decided | Refused:
    """``later``: where subcases are put that are not to be decided now; None to decide them."""
    found = _decided(procedure, case, command, actor, scene, later)
    asked = command.opening.place if command.opening is not None else ""
    return at_row(found, asked) if asked and isinstance(found, Refused) else found


def _decided(
    procedure: Procedure,
    case: Case | None,
    command: Command,
    actor: Actor,
    scene: Scene,
    later: list[Later] | None,
) -> Decided | Refused:
    before = _before(procedure, case, command, scene)
    if isinstance(before, Refused):
        return before
    scene = as_seen_by(procedure, actor, scene)
    kind = procedure.kinds[before.kind]
    step = kind.steps.get(command.step)
    if step is None:
        return Refused("step.unknown", command.step, {"step": command.step})
    refused = _misplaced(kind, step, before, command, scene)
    if refused is None and command.heard is not None:
        refused = unheard(step, before, command.heard)
    if refused is not None:
        return refused
    doer = authorise(step, before, actor, scene)
    if isinstance(doer, Refused):
        return doer
    answers = _answers(procedure, step, before, command, doer, scene)
    if isinstance(answers, Refused):
        return answers
    if case is None:
        before = _handed_up(procedure.handing_up.get(step.form, ()), before, answers.values, scene)
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
    if command.rows and not takes_rows(plan):
        return Refused("table.not_asked", "rows", {"step": step.id})
    context = Context(procedure, kind, plan, before, answers.values, scene, sight, draft, doer, command.rows)
    children: list[Decided] = []
    follows: list[Consequence] = []
    for item in consequences(context, command, to):
        match item:
            case Refused():
                return item
            case Later() if later is not None:
                later.append(item)
            case Later():
                child = _decide(procedure, None, item.command, SYSTEM, item.scene)
                if isinstance(child, Refused):
                    return child
                children.append(child)
            case _:
                draft.apply(item)
                follows.append(item)

    refused = unlawful_holder(context, to)
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
        opened=_opened(before, command.opening) if case is None else None,
    )
    return Decided(
        (event, *(e for child in children for e in child.events)),
        (draft.freeze(event), *(c for child in children for c in child.cases)),
        (
            *answers.warnings,
            *doubted(procedure.forms.get(step.form), answers.values, scene, sight),
            *_more(scene),
            *_alike({**codes_written(procedure, step, before), **answers.values}, scene),
        ),
    )


def as_seen_by(procedure: Procedure, actor: Actor, scene: Scene) -> Scene:
    """To a requester there are no cases of others but those that are shared: not even that a number is taken is told.
    Nor is there any register that is not public: what is known of a thing is not for whoever types its key."""
    if actor.kind is not ActorKind.REQUESTER:
        return scene
    related = {number: each for number, each in scene.related.items() if each.shared}
    about = public_part(procedure.registers, About(scene.subject, scene.registered, scene.mine))
    public = {each.id for each in procedure.registers if each.public}
    rows = {place: row for place, row in scene.rows.items() if place[0] in public}
    return replace(seeing(scene, about), related=related, rows=rows, alike={})


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
        about=opening.about,
    )
    return evolve.unborn(opening.id, opened, scene.now)


def _handed_up(fields: Sequence[str], case: Case, answers: Facts, scene: Scene) -> Case:
    """The case before its opening, received above where it is about the receiving unit itself and its form says so.

    Where nobody stands above who is not concerned it stays, to be refused.
    """
    named = [answers.get(name) for name in fields]
    units = {each for value in named for each in (value if isinstance(value, tuple) else (value,))}
    about = {each for each in units if isinstance(each, str)}
    if not scene.county.within(case.home, about):
        return case
    home = scene.county.unconcerned_above(case.home, about) or case.home
    return replace(case, home=home, holder=home)


def _opened(case: Case, opening: Opening | None) -> Opened:
    return Opened(
        case.number, case.county, case.practice, case.adoption, case.kind, case.home, case.division,
        case.channel, case.parent, case.root, case.about, opening.doers if opening is not None else (),
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
    procedure: Procedure, step: Step, case: Case, command: Command, doer: Doer, scene: Scene
) -> Answers | Refused:
    if not step.form:
        if command.answers:
            name = next(iter(command.answers))
            return Refused("form.asks_nothing", name, {"name": name})
        return Answers({}, ())
    form = procedure.forms[step.form]
    # What the system carries from one case to another was judged when it was given; what another county says was not.
    trusted = doer.via == Relation.SYSTEM and command.heard is None
    closed = frozenset[str]() if trusted else form.of_nobody()
    closed |= form.of_office() if doer.via == Relation.REQUESTER else frozenset()
    closed |= form.of_door()
    if meddled := closed & set(command.answers):
        return Refused.of([Refused("form.not_yours", name) for name in sorted(meddled)])
    known = Sight(procedure, case, {}, scene)

    def judge(values: Facts) -> list[Refused]:
        return [] if trusted else unregistered(form, values, case, scene, procedure.settings)

    told = {**form.told_by(command.door.channel, command.door.source), **form.told_by_post(doer.unit)}
    given = {**command.answers, **told}
    found = read(form, given, known=known, today=local_date(scene.now), judge=judge)
    if (
        isinstance(found, Answers)
        and not found.values
        and form.fields
        and doer.via != Relation.SYSTEM
        and must_say(step)
    ):
        return Refused("form.nothing_said", form.fields[0].id)
    return found


def told_by_taker(
    procedure: Procedure, case: Case | None, command: Command, actor: Actor, scene: Scene
) -> Facts:
    """What the post answers by which somebody would take the step: known before it is decided, so that a row of a register can be
    found by it. Nothing where the form asks no such thing, or nobody may take it. Of ``scene`` only who may act is looked at."""
    before = _before(procedure, case, command, scene)
    kind = procedure.kinds.get(before.kind) if isinstance(before, Case) else None
    step = kind.steps.get(command.step) if kind is not None else None
    form = procedure.forms.get(step.form) if step is not None else None
    if form is None or step is None or not isinstance(before, Case) or not form.told_by_post("?"):
        return {}
    doer = authorise(step, before, actor, scene)
    return {} if isinstance(doer, Refused) else form.told_by_post(doer.unit)


def must_say(step: Step) -> bool:
    """Whether a person who takes the step must fill in at least one field: with a blank form it leaves the case
    where it is and does nothing that its ladder would not do by itself."""
    by_itself = any(who.relation is Relation.SYSTEM for who in step.by)
    stays = not any(branch.to for branch in step.to)
    return by_itself and stays


def _kept(form: Form | None, answers: Facts) -> tuple[Facts, Facts, Facts]:
    """Answers by where they are kept: ledger, content, identity."""
    if form is None or not answers:
        return {}, {}, {}
    places = form.by_place(answers)
    return places[Held.ledger], places[Held.content], places[Held.identity]


def too_early(case: Case, scene: Scene) -> bool:
    """Nothing may happen before what happened last."""
    return case.last_at is not None and scene.now < case.last_at


def _more(scene: Scene) -> tuple[Refused, ...]:
    """What whoever looks is told: this was not all."""
    return (Refused("step.more_meets", "", {"most": MOST}),) if scene.met_more else ()


def _alike(answers: Facts, scene: Scene) -> tuple[Refused, ...]:
    """What whoever writes a code, or a row by it, is told: a register holds one that looks like it."""
    return tuple(
        Refused("register.looks_alike", name, {"given": answers[name], "known": known})
        for name, known in scene.alike.items()
        if name in answers
    )
