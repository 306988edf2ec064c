"""Whether anybody could go on with a case where it stands. A unit in which nobody holds the post leaves it unseen until a deadline runs out:
so it is said before the case goes there, on its page, and to whoever oversees the unit. Nothing is refused by it, as the law may name just that unit."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tongban.apps.office import Office
from tongban.apps.rights.staffed import staff_of
from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind, Related, Scene
from tongban.kernel.events import Held
from tongban.kernel.procedure.available import pressing
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.model import Relation, Step
from tongban.kernel.refusal import Refused
from tongban.store.projection import PARENT, waiting

LOOKED_AT, TOLD = 50, 3
"""Of the cases that a step makes or moves, how many are looked at, and how many findings are told."""
_OUTSIDE = (Relation.REQUESTER, Relation.ANYONE)


def untaken(here: Office, case: Case, scene: Scene) -> Refused | None:
    """``case.nobody_at`` with the unit whose turn it is, where nobody whose account signs in could take one of the steps that the case waits
    for: no post there is held, or only by somebody who may not judge their own work. None where somebody could, also from above or
    from outside, where it is nobody's turn, and in a county where nobody holds any post yet."""
    unit = waiting(here.procedure(case.adoption).kinds[case.kind], case)
    if unit == PARENT:
        unit = scene.parent.holder if scene.parent is not None else ""
    return nobody_at(here, unit, case, scene)


def nobody_at(here: Office, unit: str, case: Case, scene: Scene) -> Refused | None:
    """The same where it is known already whose turn it is."""
    steps = pressing(here.procedure(case.adoption).kinds[case.kind], case.stage)
    by = [who for step in steps for who in step.by]
    staff = staff_of(here, scene.now)
    if not unit or not staff.posts or not any(who.role for who in by):
        return None
    anywhere = any(who.relation is Relation.ANYWHERE for who in by)
    near = {person for each in _near(here, case, scene) for person in staff.there.get(each, ())}
    people = staff.posts if anywhere else near
    if any(who.relation in _OUTSIDE for who in by) or any(
        _may(step, case, Actor(ActorKind.PERSON, person, staff.posts[person]), scene)
        for step in steps
        for person in people
    ):
        return None
    roles = sorted({f"{who.role}@{who.relation.value}" for who in by if who.role})
    return Refused("case.nobody_at", "", {"unit": here.county.present(unit), "roles": tuple(roles)})


def _may(step: Step, case: Case, actor: Actor, scene: Scene) -> bool:
    return not isinstance(authorise(step, case, actor, scene), Refused)


def _near(here: Office, case: Case, scene: Scene) -> Iterator[str]:
    """The units by whose posts anybody has a part in the case."""
    county = here.county
    parent = scene.parent.holder if scene.parent is not None else ""
    yield from (county.present(each) for each in (case.holder, case.home, parent) if each)
    yield from (each.id for each in county.superiors(county.present(case.holder)))
    yield from (each.unit for each in (*case.mandates, *scene.mandates))


def untaken_after(here: Office, decided: Decided, scene: Scene) -> tuple[Refused, ...]:
    """The same for the case that a decision moved and for the subcases that it opened, each finding once."""
    event, (first, *below) = decided.events[0], decided.cases[:LOOKED_AT]
    moved = event.to != event.source or any(isinstance(each, Held) for each in event.follows)
    inside = replace(scene, parent=Related.of(first), mandates=(*first.mandates, *scene.mandates))
    found = [untaken(here, first, scene) if moved else None, *(untaken(here, each, inside) for each in below)]
    told = {str(each.facts): each for each in found if each is not None}
    return tuple(told.values())[:TOLD]
