"""Taking a guarded practice on and retiring it: two people do so; and it is not taken on before every role of it is held by somebody whose post names it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import said
from tongban.apps.office import Office
from tongban.apps.rights.two import needed, others
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.practice import Practice
from tongban.store.models import Person, PostRow

ADOPTS = "adopt_guarded_practices"
"""The act of the table of rights."""


def is_guarded(here: Office, practice: Practice) -> bool:
    """Whether only posts that name it reach its cases. What was guarded once stays so: its cases are still there."""
    return practice.manifest.guarded or practice.id in here.county.guarded


def not_yet(here: Office, practice: Practice, acting: Acting) -> Refused | None:
    """Why a practice cannot be taken on now: a version that would open what was guarded (``adoption.guard_dropped``), roles that
    nobody holds expressly (``adoption.guarded_unstaffed``), one person alone (``two.needed``)."""
    if not is_guarded(here, practice):
        return None
    if not practice.manifest.guarded:
        return Refused("adoption.guard_dropped", practice.id, {"practice": practice.id})
    missing = [role for role, who in holders(here, practice, acting.now).items() if not who]
    if missing:
        names = tuple(said(practice, f"roles.{each}", acting.language) for each in missing)
        return Refused("adoption.guarded_unstaffed", practice.id, {"roles": names})
    return needed(ADOPTS, acting)


def alone(acting: Acting) -> bool:
    """Whether nobody else in the county could confirm what somebody asks for: then they take a guarded practice on, and retire it, alone."""
    return acting.actor.kind is ActorKind.PERSON and not acting.second and not others(ADOPTS, acting)


def by_whom(here: Office, practice: Practice, acting: Acting) -> Facts:
    """What the note of an adoption says of a guarded practice: who confirmed it (``second``), or that there was nobody who could (``alone``)."""
    if not is_guarded(here, practice):
        return {}
    if acting.second:
        return {"second": acting.second}
    return {"alone": True} if alone(acting) else {}


def holders(here: Office, practice: Practice, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """By each role of a guarded practice, who holds it expressly now and can sign in."""
    today, county = local_date(now), here.county.code
    rows = PostRow.objects.filter(Q(until=None) | Q(until__gt=today), county=county, since__lte=today)
    rows = rows.filter(role__startswith=f"{practice.id}.")
    held = list(rows.order_by("person").values_list("person", "unit", "role"))
    active = Person.objects.filter(county=county, id__in=[each[0] for each in held], user__is_active=True)
    able = set(active.values_list("id", flat=True))
    return {
        role: tuple(
            dict.fromkeys(
                person
                for person, unit, named in held
                if named == f"{practice.id}.{role}" and person in able and unit in here.county.units
            )
        )
        for role in practice.manifest.roles
    }
