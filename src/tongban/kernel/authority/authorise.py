"""Decide by what right somebody takes a step, or refuse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from tongban.kernel.case import Case, Mandate
from tongban.kernel.commands import Actor, ActorKind, Post, Scene
from tongban.kernel.county import County
from tongban.kernel.events import Doer
from tongban.kernel.procedure.model import GiveMandate, Relation, Step, Who
from tongban.kernel.refusal import Refused


def authorise(step: Step, case: Case, actor: Actor, scene: Scene) -> Doer | Refused:
    """The right by which ``actor`` may take ``step`` on ``case``.

    A person's own post comes before a superior's, then a mandate, and last a post that a colleague gave them for a time, so
    that borrowed authority is recorded only where nothing else would do. Refuses ``authority.not_yours``; where the step
    judges work that this person did, or the one in whose place they stand, ``authority.own_work``; and where it would hand on
    authority that is itself given for a time, ``authority.given_on``.
    """
    rights = tuple(_rights(step, case, actor, scene))
    if not rights:
        return Refused("authority.not_yours", step.id, {"roles": tuple(sorted(_names(step.by)))})
    if actor.kind is not ActorKind.PERSON:
        return rights[0]
    free = [each for each in rights if not each.behalf or not _hands_on(step)]
    if not free:
        return Refused("authority.given_on", step.id)
    faults = [_judged(step, case, each) for each in free]
    return next((each for each, fault in zip(free, faults, strict=True) if fault is None), None) or (
        faults[0] or Refused("authority.not_yours", step.id)
    )


def _judged(step: Step, case: Case, doer: Doer) -> Refused | None:
    """Why they may not judge: work of their own, or of the one in whose place they stand."""
    for judged in step.judges:
        if not set(doer.people()).isdisjoint(case.doers.get(judged, ())):
            return Refused("authority.own_work", step.id, {"step": judged})
    return None


def _hands_on(step: Step) -> bool:
    """Whether it gives authority to others: nobody does so with what was given to them for a time."""
    return any(isinstance(each, GiveMandate) for each in step.may_follow)


def _names(by: Collection[Who]) -> set[str]:
    """Who may take the step, as a refusal tells it: ``leader@home``, ``leader@mandate``, ``system``.

    A mandate lends the step to the same roles at another unit, so it is named once for each of them.
    """
    roles = sorted({who.role for who in by if who.role})
    named = {f"{who.role}@{who.relation.value}" if who.role else who.relation.value for who in by}
    if roles and _has(by, Relation.MANDATE):
        named = named - {Relation.MANDATE.value} | {f"{role}@{Relation.MANDATE.value}" for role in roles}
    return named


def _rights(step: Step, case: Case, actor: Actor, scene: Scene) -> Iterator[Doer]:
    match actor.kind:
        case ActorKind.SYSTEM:
            if _has(step.by, Relation.SYSTEM):
                yield Doer(via="system")
        case ActorKind.REQUESTER:
            # Whoever opens a case is its requester; later they must have proved it.
            theirs = case.seq == 0 or actor.has_proved(case)
            owned = theirs and _has(step.by, Relation.REQUESTER)
            if owned or _has(step.by, Relation.ANYONE):
                yield Doer(via="requester")
        case ActorKind.PERSON:
            posts = apart(actor.posts, case, scene.county)
            for giver in dict.fromkeys(("", *(post.giver for post in posts))):
                theirs_now = tuple(post for post in posts if post.giver == giver)
                doer = _person_right(step, case, actor.person, theirs_now, scene)
                if doer is not None and not (giver and giver == actor.person):
                    yield doer


def apart(posts: tuple[Post, ...], case: Case, county: County) -> tuple[Post, ...]:
    """The posts by which somebody may have a part in the case: none for whoever works at a unit that it is about, by
    whatever other post. A deputy head of the county who also heads the bureau does not read what is said of the bureau.

    Nor may they by a post that was given to them by somebody of whom that is true, or for other practices alone: whoever
    stands in another one's place may do no more than that one. In a guarded practice none counts that does not name it.
    """
    if case.recused and any(county.within(post.unit, case.recused) for post in posts):
        return ()
    return tuple(
        post
        for post in posts
        if post.covers(case.practice, county.guarded)
        and not (case.recused and any(county.within(unit, case.recused) for unit in post.giver_units))
    )


def _has(by: Iterable[Who], relation: Relation) -> bool:
    return any(who.relation is relation for who in by)


def _person_right(step: Step, case: Case, person: str, posts: Sequence[Post], scene: Scene) -> Doer | None:
    """By posts of one's own, or by those that one colleague gave."""
    above: Doer | None = None
    for who in step.by:
        for post in posts:
            if post.role == who.role and _stands(post, who.relation, case, scene):
                if who.relation is not Relation.SUPERIOR:
                    return Doer(person, post.unit, post.role, "post", post.giver)
                above = above or Doer(person, post.unit, post.role, "superior", post.giver)
    if above is not None:
        return above
    return _mandated(step, case, person, posts, scene) if _has(step.by, Relation.MANDATE) else None


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


def _mandated(step: Step, case: Case, person: str, posts: Sequence[Post], scene: Scene) -> Doer | None:
    """A post at the mandated unit, in one of the roles that the step asks for (any, if it asks for none)."""
    roles = {who.role for who in step.by if who.role}
    for mandate in (*case.mandates, *scene.mandates):
        if step.id in mandate.powers and mandate.in_force(scene.now) and reaches(mandate, case, scene.county):
            for post in posts:
                if post.unit == mandate.unit and (not roles or post.role in roles):
                    return Doer(person, post.unit, post.role, f"mandate:{mandate.id}", post.giver)
    return None


def reaches(mandate: Mandate, case: Case, county: County) -> bool:
    """Whether its giver has the authority that was lent: over the units below, and over the cases it received itself."""
    return mandate.giver == case.home or (
        bool(mandate.giver) and county.within(case.holder, (mandate.giver,))
    )
