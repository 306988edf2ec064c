"""Whose turn it is: who is waited for, and the stages at which that is a person of these posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tongban.apps.office import Office
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.commands import Post
from tongban.kernel.procedure.available import follows_another, waited_for
from tongban.kernel.procedure.model import Kind, Relation, Step


def turn_of(here: Office, posts: Iterable[Post]) -> tuple[str, list[object]]:
    """Fixed SQL, its values beside it: a case waits for one of these posts, not only for its unit.

    Stages are those of every adoption, because a case stays on the one it began under.
    """
    roles: dict[str, set[str]] = defaultdict(set)
    for post in posts:
        roles[post.unit].add(post.role)
    adopted = [(adoption, here.procedure(adoption)) for adoption in here.adoptions()]
    values: list[object] = []
    for unit, held in sorted(roles.items()):
        places = [
            f"{adoption}/{kind.id}/{stage}"
            for adoption, procedure in adopted
            for kind in procedure.kinds.values()
            for stage in kind.stages
            if any(waited_for(kind, stage, role) for role in held)
        ]
        values += [unit, places]
    one = "(waiting = %s AND adoption || '/' || kind || '/' || stage = ANY(%s))"
    return f"({' OR '.join([one] * len(roles))})" if roles else "false", values


def waits_for(case: Case, kind: Kind, wording: Wording, here: Office, *, resident: bool = False) -> str:
    """Who is waited for, and for which steps; "" when the case waits for nothing or follows another one.

    A ``resident`` is the requester, and is spoken to.
    """
    steps = kind.next_from(case.stage)
    if not steps or case.settled_at is not None or follows_another(kind, case.stage):
        return ""
    who = _foremost(steps[0], case, wording, here)
    titles = [wording.step(step.id) for step in steps if _foremost(step, case, wording, here) == who]
    if resident and steps[0].by[0].relation is Relation.REQUESTER:
        who = say("story.you", wording.language)
    return say("case.waits_for", wording.language, who=who, steps=tuple(titles))


def _foremost(step: Step, case: Case, wording: Wording, here: Office) -> str:
    """The one that a step names first: somebody of a unit, the requester, the system."""
    who = step.by[0]
    units = {Relation.HOLDER: case.holder, Relation.HOME: case.home}
    unit = units.get(who.relation)
    if unit is not None:
        return say(
            "case.role_of",
            wording.language,
            unit=here.names.unit(unit, wording.language),
            role=wording.role(who.role),
        )
    return wording.role_at(who)
