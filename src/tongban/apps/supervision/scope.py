"""What a reader oversees: the units below their posts, and the steps that only remind of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office
from tongban.kernel.commands import Actor
from tongban.kernel.county import County
from tongban.kernel.procedure.model import Hold, Notify, Procedure, Relation, Step

OVERSIGHT = (Relation.SUPERIOR, Relation.ANYWHERE)
SUPERIOR = "superior"
"""The recipient of a notice by which a case is raised to the unit above its holder."""


class Scope(Struct, frozen=True):
    """The units that a reader oversees. ``tops`` are those above whom no other of them stands."""

    units: frozenset[str]
    tops: tuple[str, ...]
    whole: bool

    def below(self, unit: str, county: County) -> frozenset[str]:
        """A unit of the scope and all below it; nothing for one outside."""
        if unit not in self.units:
            return frozenset()
        return frozenset(each for each in self.units if each == unit or unit in county.above[each])


def oversees(step: Step) -> bool:
    """Whether a step leaves the case where it stands and only tells somebody, by a superior's right."""
    follows = step.may_follow
    return (
        not step.opens
        and not any(branch.to for branch in step.to)
        and bool(follows)
        and all(isinstance(each, Notify) for each in follows)
        and any(who.relation in OVERSIGHT for who in step.by)
    )


_oversight: dict[tuple[str, str, str, str], tuple[Step, ...]] = {}


def oversight(procedure: Procedure, kind: str) -> tuple[Step, ...]:
    """The steps of oversight on cases of a kind, found once for each version of a practice."""
    key = (procedure.practice, procedure.version, procedure.digest, kind)
    if key not in _oversight:
        known = procedure.kinds.get(kind)
        steps = known.steps.values() if known is not None else ()
        _oversight[key] = tuple(step for step in steps if oversees(step))
    return _oversight[key]


def measures(procedure: Procedure, kind: str, actor: Actor) -> tuple[Step, ...]:
    """The steps of oversight that the actor's roles could take on cases of a kind, wherever those stand."""
    roles = {post.role for post in actor.posts}
    return tuple(
        step
        for step in oversight(procedure, kind)
        if any(who.relation in OVERSIGHT and who.role in roles for who in step.by)
    )


def moves_on(step: Step) -> bool:
    """Whether a step may bring the case to another unit."""
    return any(isinstance(each, Hold) for each in step.may_follow)


def procedures(here: Office, now: datetime) -> Mapping[str, tuple[str, Procedure]]:
    """Adoption and procedure of each practice in force."""
    return {practice: (adoption, here.procedure(adoption)) for practice, adoption in here.practices(now)}


def scope_of(here: Office, acting: Acting, adopted: Iterable[Procedure]) -> Scope:
    """The units below the reader's posts, their own among them.

    All of the county for a post at its top, and for a role to which a practice gives oversight anywhere.
    """
    county, posts = here.county, acting.actor.unlimited
    anywhere = {
        who.role
        for procedure in adopted
        for kind in procedure.kinds
        for step in oversight(procedure, kind)
        for who in step.by
        if who.relation is Relation.ANYWHERE
    }
    own = {post.unit for post in posts if post.unit in county.units}
    top = any(not county.units[unit].parent for unit in own)
    whole = bool(posts) and (top or any(post.role in anywhere for post in posts))
    units = frozenset(
        each for each in county.units if whole or each in own or not own.isdisjoint(county.above[each])
    )
    tops = tuple(sorted(each for each in units if units.isdisjoint(county.above[each])))
    return Scope(units, tops, whole)
