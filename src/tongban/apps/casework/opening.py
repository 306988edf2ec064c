"""How cases are opened: the ways that are open to somebody, and what each of them asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.apps.acting import Acting
from tongban.apps.adoption.duties import standing_back
from tongban.apps.casework.asking import fields
from tongban.apps.casework.choices import meant
from tongban.apps.casework.scenes import opening as opening_scene
from tongban.apps.casework.views import FieldView, Opening
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.procedure.answering import knows_of, reaches_requester
from tongban.kernel.procedure.decide import as_seen_by
from tongban.kernel.procedure.model import Kind, Procedure, Relation, Step
from tongban.kernel.procedure.subjects import SUBJECT
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.texts import Words
from tongban.store.registers import adopted


def openings(acting: Acting) -> tuple[Opening, ...]:
    """The ways to open a case that this actor has: the main kinds of practices first, of these the ones whose open matters
    others may join, for that is what most people come with.

    What anybody may open, staff may open for them where their unit receives such cases. Of practices with one duty people outside are
    offered the one that goes first.
    """
    here = office()
    behind = standing_back(here, acting.now) if acting.actor.kind is not ActorKind.PERSON else frozenset()
    found: list[tuple[bool, bool, Opening]] = []
    for practice, adoption in here.all_practices(acting.now):
        if practice in behind:
            continue
        wording = here.wording(adoption, acting.language)
        homes = adopted(here.county.code, adoption).homes
        for kind in wording.procedure.kinds.values():
            for step in kind.openings():
                if _may_open(step, practice, acting.actor, homes, here.county.guarded):
                    way = _opening(practice, adoption, kind, step, wording)
                    found.append((not _is_main(here, adoption, kind), kind.shared is None, way))
    return tuple(opening for *_, opening in sorted(found, key=lambda each: each[:2]))


def _is_main(here: Office, adoption: str, kind: Kind) -> bool:
    return here.practice(adoption).opens == kind.id


def _may_open(
    step: Step, practice: str, actor: Actor, homes: tuple[str, ...], guarded: frozenset[str]
) -> bool:
    """Whether a step that opens a case is this actor's to take, at one of the receiving units."""
    if actor.kind is not ActorKind.PERSON:
        return any(who.relation is Relation.ANYONE for who in step.by)
    return any(
        who.role == post.role
        and post.covers(practice, guarded)
        and (who.relation is Relation.ANYWHERE or post.unit in homes)
        for who in step.by
        if who.relation in (Relation.HOME, Relation.HOLDER, Relation.ANYWHERE)
        for post in actor.posts
    )


def _opening(practice: str, adoption: str, kind: Kind, step: Step, wording: Wording) -> Opening:
    return Opening(
        practice=practice,
        kind=kind.id,
        step=step.id,
        title=wording.step(step.id),
        practice_title=wording.title(),
        help=wording.of(f"steps.{step.id}.help"),
        adoption=adoption,
        inner=not (reaches_requester(kind) and knows_of(kind, (step.id,))),
    )


def asks(
    opening: Opening,
    acting: Acting,
    *,
    entered: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> tuple[FieldView, ...]:
    """The fields of an opening step that this actor is asked.

    ``entered`` and ``refused`` are an attempt that was not accepted.
    """
    here = office()
    wording = here.wording(opening.adoption, acting.language)
    procedure = wording.procedure
    step = procedure.kinds[opening.kind].steps[opening.step]
    resident = acting.actor.kind is ActorKind.REQUESTER
    said = _about(here, procedure, step, entered, acting) if entered else {}
    return fields(
        step.form,
        wording,
        here,
        known=_inferred(procedure, step, said) if refused is None else {},
        today=local_date(acting.now),
        entered=entered,
        refused=refused,
        resident=resident,
        subject=said,
    )


def _about(
    here: Office, procedure: Procedure, step: Step, entered: Mapping[str, object], acting: Acting
) -> Facts:
    """All that registers say to this actor of what was entered, where the form takes anything over from them or lets choose
    among what they list; by column."""
    form = procedure.forms.get(step.form)
    if form is None or not any(each.startswith(SUBJECT) for f in form.fields for each in (f.infer, f.among)):
        return {}
    given = meant(form, entered, here, by_hand=acting.by_hand)
    return as_seen_by(
        procedure, acting.actor, opening_scene(here, procedure, step, given, acting.now)
    ).subject


def _inferred(procedure: Procedure, step: Step, said: Facts) -> Facts:
    """What is taken over from registers, by field."""
    form = procedure.forms.get(step.form)
    inferred = [each for each in form.fields if each.infer.startswith(SUBJECT)] if form is not None else []
    found = {each.id: said.get(each.infer.removeprefix(SUBJECT)) for each in inferred}
    return {name: value for name, value in found.items() if value is not None}


def beyond(
    refused: Refused | None, fields: Iterable[FieldView], opening: Opening, acting: Acting
) -> list[Words]:
    """What a refused opening says beyond its fields, with the titles that the practice gives."""
    if refused is None:
        return []
    beside = {field.id for field in fields}
    wording = office().wording(opening.adoption, acting.language)
    return [wording.refusal(each) for each in refused.all() if each.where not in beside]
