"""Whose turn it is: who is waited for, and the stages at which that is a person of these posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from tongban.apps.casework.called import requester
from tongban.apps.holding import GIVER
from tongban.apps.office import Office
from tongban.apps.sight import oversees
from tongban.apps.wording import Wording, due_day, say
from tongban.kernel.case import Case
from tongban.kernel.commands import Post
from tongban.kernel.procedure.available import follows_another, turn, waited_for, waited_for_anywhere
from tongban.kernel.procedure.model import Kind, Relation, Step
from tongban.store.batch import Loaded
from tongban.store.projection import PARENT
from tongban.store.wire import array

Way = tuple[str, list[object]]
"""A condition on ``store_case`` as fixed SQL, with the values beside it."""
Held = tuple[str, tuple[str, ...]]
"""A role, with the practices for which alone it is held; none for all."""


def ways_to_wait(here: Office, posts: Iterable[Post]) -> tuple[Way, ...]:
    """In which ways an open case may wait for one of these posts, each found by an index of its own.

    At the unit whose turn it is; at the unit that holds the parent case, where it is that one's turn; and, for who sees every
    case of the county, wherever the role alone is asked. Stages are those of every adoption, because a case stays on the one it began under.
    """
    own = tuple(posts)
    return here.once(("ways_to_wait", own), lambda: _ways(here, own))


def _ways(here: Office, posts: tuple[Post, ...]) -> tuple[Way, ...]:
    roles: dict[str, set[Held]] = defaultdict(set)
    anywhere: set[Held] = set()
    for post in posts:
        roles[post.unit].add((post.role, post.practices))
        if oversees(post, here.county):
            anywhere.add((post.role, post.practices))
    ways: list[Way] = []
    for unit, held in sorted(roles.items()):
        values: list[object] = [unit, array(_places(here, held, waited_for))]
        ways.append((f"(waiting = %s AND {_PLACE} = ANY(%s::text[]))", values))
        ways.append((f"(waiting = '{PARENT}' AND {GIVER} = %s AND {_PLACE} = ANY(%s::text[]))", values))
    if everywhere := _places(here, anywhere, waited_for_anywhere):
        stages = sorted({each.rpartition("/")[2] for each in everywhere})
        wide: list[object] = [array(stages), array(everywhere)]
        ways.append((f"(waiting <> '' AND stage = ANY(%s::text[]) AND {_PLACE} = ANY(%s::text[]))", wide))
    return tuple(ways) or (("false", []),)


def turn_of(here: Office, posts: Iterable[Post]) -> Way:
    """That a case waits for one of these posts, for a query that is bounded otherwise."""
    ways = ways_to_wait(here, posts)
    values = [value for _, bound in ways for value in bound]
    return f"({' OR '.join(sql for sql, _ in ways)})", values


_PLACE = "adoption || '/' || kind || '/' || stage"


def _places(here: Office, held: Iterable[Held], waits: Callable[[Kind, str, str], bool]) -> list[str]:
    """The stages, of all adoptions, that wait for one of these roles."""
    roles = tuple(held)
    return [
        f"{adoption}/{kind.id}/{stage}"
        for adoption in here.adoptions()
        for procedure in (here.procedure(adoption),)
        for kind in procedure.kinds.values()
        for stage in kind.stages
        if any(
            waits(kind, stage, role)
            for role, only in roles
            if procedure.practice in only or not (only or procedure.practice in here.county.guarded)
        )
    ]


def waits_for(case: Case, kind: Kind, wording: Wording, here: Office, *, resident: bool = False) -> str:
    """Who is waited for, and for which steps; a day, where the stage names nobody and lasts until then; "" when the case waits for
    nothing or follows another one.

    A ``resident`` is the requester, and is spoken to.
    """
    steps = kind.next_from(case.stage)
    if not steps or case.settled_at is not None or follows_another(kind, case.stage):
        return ""
    if (until := _lasts_until(case, kind)) is not None:
        day = due_day(until, wording.language)
        return say("case.waits_until", wording.language, stage=wording.stage(case.stage), day=day)
    who = _foremost(steps[0], case, wording, here)
    titles = [wording.step(step.id) for step in steps if _foremost(step, case, wording, here) == who]
    if resident and steps[0].by[0].relation is Relation.REQUESTER:
        who = say("story.you", wording.language)
    return say("case.waits_for", wording.language, who=who, steps=tuple(titles))


def _lasts_until(case: Case, kind: Kind) -> datetime | None:
    """The end of what lasts where the case stands, if its stage names no step: then nobody has to do anything before that day."""
    running = [each for each in case.clocks if each.kept is None and each.due is not None]
    if kind.stages[case.stage].next or not all(kind.clocks[each.clock].lasts for each in running):
        return None
    return min((each.due for each in running if each.due is not None), default=None)


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
    return wording.role_at(who, case.kind)


def waits_with(loaded: Loaded, kind: Kind, wording: Wording, here: Office, *, resident: bool) -> str:
    """With whom a case is as it waits: a unit, or the requester as they are called."""
    case = loaded.case
    match turn(kind, case.stage, case):
        case "joined" | "nobody":
            return ""
        case "requester":
            return say("story.you", wording.language) if resident else requester(wording, case.kind)
        case "home":
            return here.names.unit(case.home, wording.language)
        case "parent" if loaded.parent is not None:
            return here.names.unit(loaded.parent.holder, wording.language)
        case _:
            return here.names.unit(case.holder, wording.language)
