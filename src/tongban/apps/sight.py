"""Who may see which case: the holder, the receiving unit, co-holders and all their superiors; residents their own; for as
long as it lasts, whoever leads a work that the case was placed under or acts by borrowed authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.office import Office
from tongban.apps.rights import may, may_as
from tongban.kernel.authority import apart, reaches
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded


def units_of(case: Case, helpers: Iterable[str] = ()) -> frozenset[str]:
    """The units that have to do with a case: ``helpers`` hold its subcases or its parent."""
    return frozenset(unit for unit in (case.holder, case.previous_holder, case.home, *helpers) if unit)


def may_see(case: Case, actor: Actor, county: County, helpers: Iterable[str] = ()) -> bool:
    """Whether this actor may see the case; ``helpers`` are further units to whom it is open at this moment."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return True
        case ActorKind.REQUESTER:
            return actor.has_proved(case)
        case ActorKind.PERSON:
            actor = replace(actor, posts=apart(actor.posts, case, county))
            involved = set(units_of(case, helpers))
            involved |= {county.present(each) for each in involved}
            above = {unit.id for each in involved for unit in county.superiors(each)}
            return sees_all(actor, county) or any(
                post.unit in involved or post.unit in above for post in actor.posts
            )


def lent(loaded: Loaded, county: County, now: datetime) -> tuple[str, ...]:
    """The units that may act on a case by a mandate that is in force and reaches it: what nobody may do here any more,
    they need not read any more."""
    case = loaded.case
    given = (*case.mandates, *loaded.mandates)
    return tuple(each.unit for each in given if each.in_force(now) and reaches(each, case, county))


def led_from_above(loaded: Loaded, now: datetime, *, settled: bool) -> bool:
    """Whether what the case was placed under still opens it to the unit that leads there: not once that is ``settled``, nor,
    where it works by borrowed authority, once that has ended."""
    mandates = loaded.mandates
    return not settled and (not mandates or any(each.in_force(now) for each in mandates))


def sees_all(actor: Actor, county: County) -> bool:
    """Whether a person may see every case of the county."""
    return may("see_all_cases", actor, county)


def unseen(case: Case, acting: Acting, county: County, helpers: Iterable[str], number: str) -> Refused | None:
    """Why this reader may not see the case: to them it is not there. None when they may."""
    if may_see(case, acting.actor, county, helpers):
        return None
    return Refused("case.unknown", "number", {"number": number})


def seen(number: str, acting: Acting, here: Office) -> Loaded | Refused:
    """A case for a reader who may see it, by the same rule as its page."""
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    case = loaded.case
    rows = here.journal.query(
        """SELECT holder, id::text, standing <> 'open', coalesce(parent::text, '') FROM store_case
           WHERE county = %s AND (parent = %s::uuid OR id = ANY(%s::uuid[]))""",
        (here.county.code, case.id, [each for each in (case.parent, case.under, case.joined) if each]),
    )
    alone = kept_apart(here, case)
    beside = [
        str(holder)
        for holder, id_, settled, parent in rows
        if not (alone and parent == case.id)
        and (id_ != case.under or led_from_above(loaded, acting.now, settled=bool(settled)))
    ]
    helpers = [*beside, *lent(loaded, here.county, acting.now)]
    return unseen(case, acting, here.county, helpers, number) or loaded


def kept_apart(here: Office, case: Case) -> bool:
    """Whether whoever holds a subcase of the case is not shown the case itself."""
    return here.procedure(case.adoption).kinds[case.kind].apart


def oversees(post: Post, county: County) -> bool:
    """Whether a post shows every case of the county."""
    return may_as("see_all_cases", post, county)


def closed(here: Office, acting: Acting) -> list[str]:
    """The guarded practices that no post of the reader names: no list of theirs holds a case of these, nor counts one."""
    posts, guarded = acting.actor.posts, here.county.guarded
    return (
        []
        if not guarded
        else sorted(each for each in guarded if not any(post.covers(each, guarded) for post in posts))
    )


def visible(here: Office, acting: Acting, ids: list[str]) -> set[str]:
    """Which of many cases a reader may see, by the same rule as their pages."""
    if acting.actor.kind is ActorKind.SYSTEM:
        return set(ids)
    if sees_all(acting.actor, here.county):
        recused = """SELECT id::text FROM store_case WHERE county = %s AND id = ANY(%s::uuid[])
                     AND (strpos(state, '"recused"') > 0 OR practice = ANY(%s))"""
        doubtful = [
            str(row[0]) for row in here.rows(recused, [here.county.code, ids, list(here.county.guarded)])
        ]
        return set(ids) - set(doubtful) | (_seen(here, acting, doubtful) if doubtful else set())
    return _seen(here, acting, ids)


def _seen(here: Office, acting: Acting, ids: list[str]) -> set[str]:
    loaded = here.journal.load(ids=ids)
    helpers = _helpers(here, loaded, acting.now)
    return {
        each.case.id
        for each in loaded
        if may_see(
            each.case,
            acting.actor,
            here.county,
            [*helpers.get(each.case.id, ()), *lent(each, here.county, acting.now)],
        )
    }


def _helpers(here: Office, loaded: Iterable[Loaded], now: datetime) -> Mapping[str, list[str]]:
    """The holders of subcases and of what each case stands under, by case."""
    found: dict[str, list[str]] = {each.case.id: [] for each in loaded}
    below: dict[str, list[Loaded]] = {}
    open_to_parts = {each.case.id for each in loaded if not kept_apart(here, each.case)}
    for each in loaded:
        if each.parent is not None:
            found[each.case.id].append(each.parent.holder)
        if each.case.under:
            below.setdefault(each.case.under, []).append(each)
    rows = here.rows(
        """SELECT id::text, parent::text, holder, standing <> 'open' FROM store_case
           WHERE county = %s AND (parent = ANY(%s::uuid[]) OR id = ANY(%s::uuid[]))""",
        [here.county.code, list(found), list(below)],
    )
    for case, parent, holder, settled in cast("list[tuple[str, str | None, str, bool]]", rows):
        placed = [each.case.id for each in below.get(case, ()) if led_from_above(each, now, settled=settled)]
        for each_id in (parent if parent in open_to_parts else "", *placed):
            if each_id and each_id in found:
                found[each_id].append(holder)
    return found
