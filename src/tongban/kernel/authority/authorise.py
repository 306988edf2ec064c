"""Decide by what right somebody takes a step, or refuse."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tongban.kernel.case import Case, Mandate
from tongban.kernel.commands import Actor, ActorKind, Post, Scene
from tongban.kernel.county import County
from tongban.kernel.events import Doer
from tongban.kernel.procedure.model import Relation, Step, Who
from tongban.kernel.refusal import Refused


def authorise(step: Step, case: Case, actor: Actor, scene: Scene) -> Doer | Refused:
    """The right by which ``actor`` may take ``step`` on ``case``.

    A person's own post comes before a superior's, and a mandate last, so that borrowed authority is
    recorded only where nothing else would do. Refuses ``authority.not_yours`` and, where the step
    judges work this person did, ``authority.own_work``.
    """
    doer = _right(step, case, actor, scene)
    if doer is None:
        return Refused("authority.not_yours", step.id, {"roles": tuple(sorted(_names(step.by)))})
    if actor.kind is ActorKind.PERSON:
        for judged in step.judges:
            if actor.person in case.doers.get(judged, ()):
                return Refused("authority.own_work", step.id, {"step": judged})
    return doer


def _names(by: Collection[Who]) -> set[str]:
    """Who may take the step, as a refusal tells it: ``leader@home``, ``leader@mandate``, ``system``.

    A mandate lends the step to the same roles at another unit, so it is named once for each of them.
    """
    roles = sorted({who.role for who in by if who.role})
    named = {f"{who.role}@{who.relation.value}" if who.role else who.relation.value for who in by}
    if roles and _has(by, Relation.MANDATE):
        named = named - {Relation.MANDATE.value} | {f"{role}@{Relation.MANDATE.value}" for role in roles}
    return named


def _right(step: Step, case: Case, actor: Actor, scene: Scene) -> Doer | None:
    match actor.kind:
        case ActorKind.SYSTEM:
            return Doer(via="system") if _has(step.by, Relation.SYSTEM) else None
        case ActorKind.REQUESTER:
            # Whoever opens a case is its requester; later they must have proved it.
            theirs = case.seq == 0 or actor.has_proved(case)
            owned = theirs and _has(step.by, Relation.REQUESTER)
            return Doer(via="requester") if owned or _has(step.by, Relation.ANYONE) else None
        case ActorKind.PERSON:
            return _person_right(step, case, actor, scene)


def apart(posts: tuple[Post, ...], case: Case, county: County) -> tuple[Post, ...]:
    """The posts by which somebody may have a part in the case: none for whoever works at a unit that it is about, by
    whatever other post. A deputy head of the county who also heads the bureau does not read what is said of the bureau."""
    if case.recused and any(county.within(post.unit, case.recused) for post in posts):
        return ()
    return posts


def _has(by: Iterable[Who], relation: Relation) -> bool:
    return any(who.relation is relation for who in by)


def _person_right(step: Step, case: Case, actor: Actor, scene: Scene) -> Doer | None:
    above: Doer | None = None
    posts = apart(actor.posts, case, scene.county)
    for who in step.by:
        for post in posts:
            if post.role == who.role and _stands(post, who.relation, case, scene):
                if who.relation is not Relation.SUPERIOR:
                    return Doer(actor.person, post.unit, post.role, "post")
                above = above or Doer(actor.person, post.unit, post.role, "superior")
    if above is not None:
        return above
    return _mandated(step, case, actor, scene) if _has(step.by, Relation.MANDATE) else None


def _stands(post: Post, relation: Relation, case: Case, scene: Scene) -> bool:
    match relation:
        case Relation.HOLDER:
            return post.unit == scene.county.present(case.holder)
        case Relation.HOME:
            return post.unit == scene.county.present(case.home)
        case Relation.SUPERIOR:
            holder = scene.county.present(case.holder)
            return any(unit.id == post.unit for unit in scene.county.superiors(holder))
        case Relation.PARENT:
            return scene.parent is not None and post.unit == scene.county.present(scene.parent.holder)
        case Relation.ANYWHERE:
            return True
        case Relation.MANDATE | Relation.REQUESTER | Relation.ANYONE | Relation.SYSTEM:
            return False


def _mandated(step: Step, case: Case, actor: Actor, scene: Scene) -> Doer | None:
    """A post at the mandated unit, in one of the roles that the step asks for (any, if it asks for none)."""
    roles = {who.role for who in step.by if who.role}
    for mandate in (*case.mandates, *scene.mandates):
        if step.id in mandate.powers and mandate.in_force(scene.now) and reaches(mandate, case, scene.county):
            for post in apart(actor.posts, case, scene.county):
                if post.unit == mandate.unit and (not roles or post.role in roles):
                    return Doer(actor.person, post.unit, post.role, f"mandate:{mandate.id}")
    return None


def reaches(mandate: Mandate, case: Case, county: County) -> bool:
    """Whether its giver has the authority that was lent: over the units below, and over the cases it received itself."""
    return mandate.giver == case.home or (
        bool(mandate.giver) and county.within(case.holder, (mandate.giver,))
    )
