"""Who holds which post on a day: asked once for each state of the registers, to which posts belong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Post
from tongban.store.models import Person, PostRow


class Staff(Struct, frozen=True):
    """The posts in force of everybody whose account signs in, by person, and who has one at a unit. Who stands in for a colleague does what
    that one may, and is not among them."""

    posts: Mapping[str, tuple[Post, ...]]
    there: Mapping[str, tuple[str, ...]]


def staff_of(here: Office, now: datetime) -> Staff:
    """The staff of a day."""
    today = local_date(now)
    return here.once(("staff", today), lambda: _read(here.county.code, Q(since__lte=today), today))


def _read(county: str, begun: Q, today: object) -> Staff:
    active = Person.objects.filter(county=county, user__is_active=True).values("id")
    rows = PostRow.objects.filter(begun, Q(until=None) | Q(until__gt=today), county=county, person__in=active)
    posts: dict[str, tuple[Post, ...]] = {}
    there: dict[str, tuple[str, ...]] = {}
    for person, unit, role in rows.values_list("person", "unit", "role").order_by("person", "unit", "role"):
        posts[person] = (*posts.get(person, ()), Post.written(unit, role))
        if person not in there.get(unit, ()):
            there[unit] = (*there.get(unit, ()), person)
    return Staff(posts, there)
