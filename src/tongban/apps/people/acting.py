"""What an account may do at a moment. Asked anew at every request, so a leaver is out the same minute."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol, cast

from django.db import connection

from tongban.apps.office import served_county
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Post
from tongban.store.models import Person

HELD = """
    SELECT p.id, p.name, p.name_en, o.unit, o.role FROM store_person p
    LEFT JOIN store_post o ON o.county = p.county AND o.person = p.id
        AND o.since <= %(day)s AND (o.until IS NULL OR o.until > %(day)s)
    WHERE p.county = %(county)s AND p.user_id = %(user)s ORDER BY o.unit, o.role
"""
"""The person behind an account beside each of their posts of a day, in one query for every page."""


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
    rows = _held(user, local_date(now))
    if not rows:
        return ANYBODY
    person, name, name_en, *_ = rows[0]
    user.said_name = (name, name_en)  # type: ignore[attr-defined]  # so that the page's frame need not ask again
    posts = tuple(Post(unit, role) for *_, unit, role in rows if unit is not None and role is not None)
    return Actor(ActorKind.PERSON, person, posts)


def _held(user: User, day: date) -> list[tuple[str, str, str, str | None, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"county": served_county(), "day": day, "user": cast("int", user.pk)})
        return cast("list[tuple[str, str, str, str | None, str | None]]", cursor.fetchall())


def name_of(user: User, language: str) -> str:
    """The person's name as shown to colleagues; "" for an account without one."""
    if not user.is_authenticated:
        return ""
    name, english = getattr(user, "said_name", None) or _names(user)
    return english if language == "en" and english else name


def _names(user: User) -> tuple[str, str]:
    known = Person.objects.filter(county=served_county(), user_id=cast("int", user.pk))
    return known.values_list("name", "name_en").first() or ("", "")
