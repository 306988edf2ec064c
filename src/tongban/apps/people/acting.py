"""What an account may do at a moment. Asked anew at every request, so a leaver is out the same minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, cast

from tongban.apps.office import journal_of, served_county
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Post
from tongban.store.models import Person

OWN = """
    SELECT p.id, p.name, p.name_en, o.unit, o.role, '' AS giver, '' AS practices, NULL AS units
    FROM store_person p LEFT JOIN store_post o ON o.county = p.county AND o.person = p.id
        AND o.since <= %s AND (o.until IS NULL OR o.until > %s)
    WHERE p.county = %s AND p.user_id = %s
"""
"""The person behind an account beside each of their own posts of a day."""
HELD = f"""
    {OWN}
    UNION
    SELECT p.id, p.name, p.name_en, s.unit, s.role, s.giver, s.practices,
        (SELECT string_agg(DISTINCT h.unit, chr(31) ORDER BY h.unit) FROM store_post h WHERE h.county = s.county
            AND h.person = s.giver AND h.since <= %s AND (h.until IS NULL OR h.until > %s))
    FROM store_person p JOIN store_stand_in s ON s.county = p.county AND s.person = p.id
        AND s.ended IS NULL AND s.since <= %s AND s.until > %s
    JOIN store_post o ON o.county = s.county AND o.person = s.giver AND o.unit = s.unit AND o.role = s.role
        AND o.since <= %s AND (o.until IS NULL OR o.until > %s)
    JOIN store_person g ON g.county = s.county AND g.id = s.giver
    JOIN auth_user u ON u.id = g.user_id AND u.is_active
    WHERE p.county = %s AND p.user_id = %s
    ORDER BY giver, unit, role
"""  # noqa: S608 - a constant
"""The person behind an account beside each of their posts of a day, those of colleagues in whose place they stand after their
own, in one query for every page. A post that its holder has lost, or whose account is closed, is nobody's to stand in for.
To plan it costs twenty times what it costs, so the server keeps it prepared.
"""
APART = chr(31)
"""Between the units of whoever is stood in for."""

Row = tuple[str, str, str, str | None, str | None, str, str, str | None]


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
    return actor_from(user, _held(user, local_date(now)))


def actor_from(user: User, rows: Sequence[Row]) -> Actor:
    """The same from what ``HELD`` gave for the account."""
    if not rows:
        return ANYBODY
    person, name, name_en, *_ = rows[0]
    user.said_name = (name, name_en)  # type: ignore[attr-defined]  # so that the page's frame need not ask again
    posts = tuple(
        Post(unit, role, giver, tuple(units.split(APART) if units else ()), tuple(practices.split()))
        if giver
        else Post.written(unit, role)
        for *_, unit, role, giver, practices, units in rows
        if unit is not None and role is not None
    )
    return Actor(ActorKind.PERSON, person, posts)


def _held(user: User, day: date) -> list[Row]:
    county = served_county()
    if not county:
        return []
    return cast("list[Row]", journal_of(county).often(HELD, held_values(county, cast("int", user.pk), day)))


def own_values(county: str, user: int, day: date) -> tuple[str | int, ...]:
    """What stands in ``OWN`` for its places."""
    return day.isoformat(), day.isoformat(), county, user


def held_values(county: str, user: int, day: date) -> tuple[str | int, ...]:
    """What stands in ``HELD`` for its places."""
    when, who = day.isoformat(), (county, user)
    return (when, when, *who, *(when,) * 6, *who)


def name_of(user: User, language: str) -> str:
    """The person's name as shown to colleagues; "" for an account without one."""
    if not user.is_authenticated:
        return ""
    name, english = getattr(user, "said_name", None) or _names(user)
    return english if language == "en" and english else name


def _names(user: User) -> tuple[str, str]:
    known = Person.objects.filter(county=served_county(), user_id=cast("int", user.pk))
    return known.values_list("name", "name_en").first() or ("", "")
