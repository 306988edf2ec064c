"""What an account may do at a moment. Asked anew at every request, so a leaver is out the same minute."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, cast

from django.db.models import Q

from tongban.kernel.clock import local_date
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Post
from tongban.store.models import Person, PostRow


class User(Protocol):
    """What is needed of Django's user."""

    @property
    def pk(self) -> object: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def is_authenticated(self) -> bool: ...


def actor_of(user: User, now: datetime) -> Actor:
    """The person behind an account with the posts in force; anybody at all for one without a person.

    A post counts from its first day to the day before ``until``: whoever leaves today has left.
    """
    if not user.is_authenticated or not user.is_active:
        return ANYBODY
    person = _person(user)
    if person is None:
        return ANYBODY
    today = local_date(now)
    held = PostRow.objects.filter(
        Q(until=None) | Q(until__gt=today), county=person.county, person=person.id, since__lte=today
    )
    posts = tuple(
        Post(unit, role) for unit, role in held.order_by("unit", "role").values_list("unit", "role")
    )
    return Actor(ActorKind.PERSON, person.id, posts)


def name_of(user: User) -> str:
    """The person's name as shown to colleagues; "" for an account without one."""
    if not user.is_authenticated:
        return ""
    person = _person(user)
    return person.name if person is not None else ""


def _person(user: User) -> Person | None:
    """Read once for each request: Django keeps it with the user."""
    try:
        return cast("Person", user.person)  # type: ignore[attr-defined]
    except (Person.DoesNotExist, AttributeError):
        return None
