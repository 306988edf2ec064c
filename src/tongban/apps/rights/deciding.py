"""Asks the table. Whoever it does not name is refused; so is everybody for an act that it does not have."""

from __future__ import annotations

from collections.abc import Collection

from tongban.apps.rights.table import ACTS, Act, By, Grant, Lends
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.county import County, Level

_WITHIN = frozenset({By.INVOLVED, By.WORKS, By.STEP, By.UNIT, By.DISPATCHES})
"""What depends on the case or the unit that is meant: asked again inside, about the thing itself."""
_OPEN = frozenset({By.ANYBODY, By.REQUESTER, By.PROGRAM})
"""What asks for no account: the number and the proof, or the signature, are asked for inside."""


def may(
    act: str, actor: Actor, county: County | None = None, *, unit: str = "", dispatching: Collection[str] = ()
) -> bool:
    """Whether somebody may do what is about a unit (``unit``, "" for none) or the county.

    What is about one case is compared with that case by its use case; here it is refused. ``dispatching`` are the units
    where matters are dispatched by precedents. Without ``county`` only what asks for no place in it is granted. Raises
    ``KeyError`` for an act that the table does not have.
    """
    if actor.kind is ActorKind.SYSTEM:
        return any(grant.by is By.SYSTEM for grant in ACTS[act].grants)
    return any(may_as(act, post, county, unit=unit, dispatching=dispatching) for post in actor.posts)


def may_as(
    act: str, post: Post, county: County | None = None, *, unit: str = "", dispatching: Collection[str] = ()
) -> bool:
    """The same for one post."""
    return _lends(ACTS[act], post) and any(
        grant.role in ("", post.role) and _stands(grant.by, post, county, unit, dispatching)
        for grant in ACTS[act].grants
    )


def may_second(act: str, post: Post, county: County) -> bool:
    """Whether a post confirms an act that takes two."""
    grants = (*ACTS[act].grants, *ACTS[act].second)
    return not post.giver and any(
        grant.role in ("", post.role) and _stands(grant.by, post, county, "", ()) for grant in grants
    )


def let_in(act: str, actor: Actor, county: County | None) -> bool:
    """Whether the door of an act opens for somebody at all, before it is known which case or unit they mean.

    For an act about a case or a unit it opens for whoever holds the role anywhere. What lies behind asks again.
    """
    grants = ACTS[act].grants
    if any(grant.by in _OPEN for grant in grants):
        return True
    posts = [post for post in actor.posts if _lends(ACTS[act], post)]
    return any(_may_stand(grant, post, county) for grant in grants for post in posts)


def _lends(act: Act, post: Post) -> bool:
    """Whether a post opens an act at all: one of one's own does, one of a colleague where the table says so. A post for named
    practices alone opens what is asked for case by case, and nothing that goes through the whole county."""
    if not post.giver:
        return not post.practices or act.lends is Lends.EVEN_PART
    return act.lends is Lends.EVEN_PART or (act.lends is Lends.WHOLE and not post.practices)


def roles_of(act: str) -> frozenset[str]:
    """The roles that an act names."""
    return frozenset(grant.role for grant in (*ACTS[act].grants, *ACTS[act].second) if grant.role)


def _may_stand(grant: Grant, post: Post, county: County | None) -> bool:
    if grant.role not in ("", post.role):
        return False
    return grant.by in _WITHIN or _stands(grant.by, post, county, "", ())


def _stands(by: By, post: Post, county: County | None, unit: str, dispatching: Collection[str]) -> bool:
    match by:
        case By.ANYWHERE | By.POST:
            return True
        case By.DISPATCHES:
            return post.unit in dispatching
        case By.OFFICE | By.TOP | By.UNIT:
            return county is not None and _placed(by, post, county, unit)
        case By.ANYBODY | By.REQUESTER | By.SELF | By.INVOLVED | By.WORKS | By.STEP | By.PROGRAM | By.SYSTEM:
            return False


def _placed(by: By, post: Post, county: County, unit: str) -> bool:
    found = county.units.get(post.unit)
    if found is None:
        return False
    if by is By.OFFICE:
        return found.level is Level.COUNTY and found.kind != "department"
    if by is By.TOP:
        return not found.parent
    return bool(unit) and (post.unit == unit or post.unit in county.above.get(unit, ()))
