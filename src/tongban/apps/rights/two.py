"""Acts that take two people: whether somebody may do one alone at this moment, and which posts confirm.

Alone acts the shell of the machine, and whoever is the only one in the county that could confirm: nobody is shut out of
their own office on its first day. Everybody else asks, and another person confirms (:mod:`tongban.apps.confirming`).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.rights.deciding import may_as, may_second, roles_of
from tongban.apps.rights.table import ACTS, GUARDED
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind, Post
from tongban.kernel.refusal import Refused
from tongban.store.models import Person, PostRow

GIVES, RESETS, RULES = "give_guarded_posts", "reset_guarded_accounts", "rule_second_factors"


def needed(act: str, acting: Acting) -> Refused | None:
    """None where an act may be done now; ``two.needed`` where somebody else has to confirm it first. Whether ``acting``
    may ask for it is another question."""
    if not ACTS[act].two or acting.actor.kind is ActorKind.SYSTEM:
        return None
    if acting.second:
        return None if acting.second != acting.actor.person else Refused("two.same_person")
    return Refused("two.needed") if others(act, acting) else None


def others(act: str, acting: Acting) -> bool:
    """Whether anybody besides ``acting`` could confirm an act: with a post in force and an account that signs in."""
    return bool(who(act, acting.now) - {acting.actor.person})


def who(act: str, now: datetime) -> frozenset[str]:
    """Everybody who could confirm an act, or ask for it: with a post in force and an account that signs in."""
    county, today = office().county, local_date(now)
    rows = PostRow.objects.filter(county=county.code, since__lte=today, role__in=roles_of(act))
    rows = rows.filter(Q(until=None) | Q(until__gt=today))
    named = {each.person for each in rows if may_second(act, Post(each.unit, each.role), county)}
    people = Person.objects.filter(county=county.code, id__in=named, user__is_active=True)
    return frozenset(people.values_list("id", flat=True))


def confirming(unit: str, role: str) -> bool:
    """Whether a post confirms what others ask for. Whoever gave one alone could confirm with it what they asked for themselves."""
    return may_as("confirm_acts", Post(unit, role), office().county)


def takes_two(unit: str, role: str) -> bool:
    """Whether two people give a post: one that confirms, one that decides for an office or speaks to the public, and one that
    names a guarded practice."""
    return role in GUARDED or "." in role or confirming(unit, role)
