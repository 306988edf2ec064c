"""What a reader can do on a case: each step with its form, and the one that is theirs to take first."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.asking import NOTHING_SAID, fields
from tongban.apps.casework.conditions import beside, wanted
from tongban.apps.casework.foresee import foreseen
from tongban.apps.casework.scenes import looking, pointing_out
from tongban.apps.casework.tables import row_words, table_of
from tongban.apps.casework.views import FieldView, StepView
from tongban.apps.casework.whole import visible
from tongban.apps.office import Office, met
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind, Command, Scene
from tongban.kernel.form import AskedOf, FieldKind, Form
from tongban.kernel.procedure.answering import answers, judged_answers, reply_fields
from tongban.kernel.procedure.available import Available, available, foremost
from tongban.kernel.procedure.decide import as_seen_by, must_say
from tongban.kernel.procedure.lookalike import codes_written
from tongban.kernel.procedure.model import Kind, OpenSubcases, Step
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.texts import Words
from tongban.store.batch import Loaded

Attempt = tuple[str, Mapping[str, object], Refused | None]
"""A step, what was typed, and why it was refused (None: not sent yet, only filled in)."""

CONDITION = "step.condition"
_SEEN_ON_THE_PAGE = (CONDITION, "step.too_often")
"""Refusals whose remedy is to look at what else can be done."""


def offered(number: str, acting: Acting) -> tuple[tuple[StepView, ...], Wording] | Refused:
    """The same steps as on the case's page, for whoever asks for nothing else, with the words of its practice. Refuses what the page
    refuses."""
    there = met(number)
    if isinstance(there, Refused):
        return there
    here, loaded = there
    seen = visible(number, acting, here, loaded)
    if isinstance(seen, Refused):
        return seen
    wording = here.wording(loaded.case.adoption, acting.language)
    return steps(here, loaded, acting, wording, wording.procedure.kinds[loaded.case.kind], None), wording


def steps(
    here: Office,
    loaded: Loaded,
    acting: Acting,
    wording: Wording,
    kind: Kind,
    entered: Attempt | None,
    written: Facts = NOTHING_SAID,
) -> tuple[StepView, ...]:
    """The steps that are this reader's, in the practice's order; the main one is what the stage waits for."""
    scene = as_seen_by(wording.procedure, acting.actor, looking(here, loaded, acting.now))
    found: list[StepView] = []
    offered = available(wording.procedure, loaded.case, acting.actor, scene)
    first = foremost(kind, loaded.case.stage, offered)
    waited = {step.id for step in kind.next_from(loaded.case.stage)}
    resident = acting.actor.kind is ActorKind.REQUESTER
    for each in offered:
        step = kind.steps[each.step_id]
        if resident and _names_a_case(wording.procedure.forms.get(step.form)):
            continue
        tried = entered if entered is not None and entered[0] == step.id else None
        view = _view(here, loaded.case, each, step, tried, scene, acting, wording, kind, written)
        if not first and step.id in waited and each.refusal is not None:
            view = replace(view, awaited=loaded.case.settled_at is None and each.refusal.code == CONDITION)
        if step.id == first:
            written_by = codes_written(wording.procedure, step, loaded.case) if not resident else {}
            alike = pointing_out(here, scene, wording.procedure, written_by)
            view = _foreseeing(here, view, loaded.case, alike, acting, wording)
        found.append(view)
    return tuple(found)


def _names_a_case(form: Form | None) -> bool:
    """Whether a form asks a requester for the number of another case, which they are not given: it is filled in for them."""
    asked = form.fields if form is not None else ()
    return any(each.kind is FieldKind.case and each.asked_of is AskedOf.everybody for each in asked)


def _view(
    here: Office,
    case: Case,
    offered: Available,
    step: Step,
    tried: Attempt | None,
    scene: Scene,
    acting: Acting,
    wording: Wording,
    kind: Kind,
    written: Facts,
) -> StepView:
    form = wording.procedure.forms.get(step.form)
    sight = Sight(wording.procedure, case, {}, scene)
    words = wording.refusal(offered.refusal) if offered.refusal is not None else None
    refused = beside(tried[2], step, form) if tried is not None and tried[2] is not None else None
    asked = fields(
        step.form,
        wording,
        here,
        known={name: fact for name, fact in case.facts.items() if name not in _done_with(case, step, kind)},
        today=local_date(acting.now),
        sight=sight,
        entered=tried[1] if tried is not None else None,
        refused=refused,
        resident=acting.actor.kind is ActorKind.REQUESTER,
        written=written,
    )
    needed = wanted(step, form, sight)
    return StepView(
        id=step.id,
        title=wording.step(step.id),
        help=wording.of(f"steps.{step.id}.help"),
        fields=_one_of(step, tuple(replace(f, required=True) if f.id in needed else f for f in asked)),
        blocked=words.says if words is not None else "",
        fix=words.fix if words is not None else "",
        hint=words.fix if words is not None and words.code not in _SEEN_ON_THE_PAGE else "",
        tried=tried is not None,
        says=_at_no_field(refused, form, wording),
        answers=answers(step) and _in_words(form) and words is None,
        checks=any(
            _in_words(wording.procedure.forms.get(kind.steps[name].form))
            for name in judged_answers(kind, case.stage, step)
        )
        and words is None,
        table=table_of(step, wording),
    )


def _done_with(case: Case, step: Step, kind: Kind) -> frozenset[str]:
    """The answers for which this step opens subcases and for which some were opened before: the next ones are named anew, or
    the same would be opened a second time by whoever only adds one."""
    taken = (kind.steps[name] for name in case.counts if name in kind.steps)
    return _opened_for(step) & frozenset().union(*(_opened_for(each) for each in taken))


def _opened_for(step: Step) -> frozenset[str]:
    opening = (each for each in step.may_follow if isinstance(each, OpenSubcases))
    return frozenset(name for each in opening for name in (each.field, each.codes) if name)


def _in_words(form: Form | None) -> bool:
    """Whether a reply by this form says anything in words that could be looked at: ticks and numbers alone are none."""
    return form is not None and bool(reply_fields(form))


def _one_of(step: Step, asked: tuple[FieldView, ...]) -> tuple[FieldView, ...]:
    """Fields of which at least one must be filled in say so; a single one is needed."""
    if not must_say(step) or any(field.required for field in asked):
        return asked
    alone = len(asked) == 1
    return tuple(replace(field, required=alone, one_of=0 if alone else len(asked)) for field in asked)


def _foreseeing(
    here: Office, view: StepView, case: Case, scene: Scene, acting: Acting, wording: Wording
) -> StepView:
    """The main step, with what it would bring as its form stands."""
    answered = {field.id: field.values or field.value for field in view.fields if field.values or field.value}
    seen = foreseen(here, case, Command(view.id, answered), scene, acting, wording)
    return replace(view, main=True, foreseen=None if isinstance(seen, Refused) else seen)


def _at_no_field(refused: Refused | None, form: Form | None, wording: Wording) -> tuple[Words, ...]:
    """What a refusal says that concerns no field of the form."""
    names = {field.id for field in form.fields} if form is not None else set()
    every = refused.all() if refused is not None else ()
    return tuple(row_words(each, wording) for each in every if each.where not in names)
