"""Giving posts and ending them, and leaving: what somebody may do ends with the post, the same minute, by every door.

A post counts from its first day to the day before ``until``. What has ended stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import express, standing_in
from tongban.apps.people import first as first_passwords
from tongban.apps.people.issuing import revoke_all
from tongban.apps.people.own import account, note, signed
from tongban.apps.people.sessions import end_all
from tongban.apps.rights import ADMINISTRATOR, may
from tongban.apps.rights.two import GIVES, confirming, needed, takes_two
from tongban.apps.webhooks import subscribing
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store.models import Person, PostRow, StaffChoice

ROLE = re.compile(r"[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49})?")
"""A role; with a practice before it, one for that guarded practice alone."""
FARTHEST = timedelta(days=366 * 50)
ENDS = "posts_end"
"""Posts end one after the other: two administrators who end each other's at once must not both find that one is left."""


class Given(Struct, frozen=True):
    """A post to be given. ``last`` is its last day; None for one without an end."""

    unit: str
    role: str
    first: date
    last: date | None = None


def give(person: str, post: Given, acting: Acting) -> Refused | None:
    """Give somebody a post. Refuses whoever is not there, units and roles that cannot be, and days that run backwards."""
    found = account(person)
    act = GIVES if takes_two(post.unit, post.role) else ""
    refused = _may(acting, act) or (found if isinstance(found, Refused) else None) or fault_of(post)
    if refused is not None or isinstance(found, Refused):
        return refused
    until = post.last + timedelta(days=1) if post.last is not None else None
    with transaction.atomic():
        rows = held(person).filter(unit=post.unit, role=post.role)
        overlapping = rows.filter(Q(until=None) | Q(until__gt=post.first))
        if (overlapping.filter(since__lt=until) if until is not None else overlapping).exists():
            return Refused("people.post_held", "role")
        PostRow.objects.update_or_create(
            county=found[0].county, person=person, unit=post.unit, role=post.role, since=post.first,
            defaults={"until": until},
        )  # fmt: skip
        User.objects.filter(pk=found[0].user).update(is_active=True)
        days = {"since": post.first.isoformat(), "until": until.isoformat() if until is not None else ""}
        said = {"unit": post.unit, "role": post.role, **days, **signed(acting, act)}
        note(person, "post_given", said, acting.now)
    return None


def fault_of(post: Given) -> Refused | None:
    """What is wrong with a post by itself."""
    if post.unit not in office().county.units:
        return Refused("people.unknown_unit", "unit", {"unit": post.unit})
    if not ROLE.fullmatch(post.role):
        return Refused("people.role", "role")
    if "." in post.role and not express.known(post.role):
        return Refused("people.role_unknown", "role", {"role": post.role})
    if post.last is not None and post.last < post.first:
        return Refused("people.days", "last")
    return None


def end(person: str, unit: str, role: str, first: date, last: date | None, acting: Acting) -> Refused | None:
    """End one post with its last day; without one, at once. Refuses to leave the county without an administrator."""
    act = GIVES if confirming(unit, role) else ""
    refused = _may(acting, act)
    if refused is not None:
        return refused
    today = local_date(acting.now)
    until = last + timedelta(days=1) if last is not None else today
    if until < today or (last is not None and last < first):
        return Refused("people.days", "last")
    with transaction.atomic():
        office().journal.take_turn(ENDS)
        rows = held(person).filter(unit=unit, role=role, since=first)
        open_ones = rows.filter(Q(until=None) | Q(until__gt=today))
        if not open_ones.exists():
            return Refused("people.post_ended", "post")
        if role == ADMINISTRATOR and _alone(person, today):
            return Refused("people.last_administrator", "post")
        (open_ones.delete() if first > today and last is None else open_ones.update(until=until))
        standing_in.shorten(person, unit, role, until)
        said = {"unit": unit, "role": role, "until": until.isoformat(), **signed(acting, act)}
        note(person, "post_ended", said, acting.now)
    return None


def end_again(person: str, unit: str, role: str, until: date, acting: Acting) -> Refused | None:
    """A post that had ended, or was to end, before a restore brought it back: it ends that day again, at the latest today if that
    is over. Refuses to leave the county without an administrator."""
    today = local_date(acting.now)
    with transaction.atomic():
        office().journal.take_turn(ENDS)
        rows = held(person).filter(Q(until=None) | Q(until__gt=until), unit=unit, role=role, since__lte=until)
        if not rows.exists():
            return None
        if role == ADMINISTRATOR and until <= today and _alone(person, today):
            return Refused("people.last_administrator", "post")
        rows.update(until=until)
        standing_in.shorten(person, unit, role, until)
        said = {"unit": unit, "role": role, "until": until.isoformat(), **signed(acting)}
        note(person, "post_ended", said, acting.now)
    return None


def leave(person: str, acting: Acting) -> int | Refused:
    """Somebody leaves: from this minute on every post is void, every session, every token and every subscription has ended,
    the account is closed (whoever comes back gets a post and a first password), and how they wanted to be told is forgotten with their
    own number. Returns how many posts ended."""
    found, today = account(person), local_date(acting.now)
    act = GIVES if confirms(person, today) else ""
    refused = _may(acting, act) or (found if isinstance(found, Refused) else None)
    if refused is not None or isinstance(found, Refused):
        return refused or Refused("people.unknown", person)
    with transaction.atomic():
        office().journal.take_turn(ENDS)
        if _alone(person, today):
            return Refused("people.last_administrator", person)
        rows = held(person)
        coming = rows.filter(since__gt=today).delete()[0]
        ended = coming + rows.filter(Q(until=None) | Q(until__gt=today)).update(until=today)
        found[1].set_unusable_password()  # every token is bound to the password that there was
        found[1].is_active = False
        found[1].save(update_fields=["password", "is_active"])
        first_passwords.end(found[0])
        revoke_all(person, acting)
        standing_in.end_all(person, acting)
        subscribing.end_of(person, acting)
        StaffChoice.objects.filter(county=office().county.code, person=person).delete()
        note(person, "left", {"posts": ended, **signed(acting, act)}, acting.now)
    end_all(found[0])
    return ended


def held(person: str) -> QuerySet[PostRow]:
    return PostRow.objects.filter(county=office().county.code, person=person)


def is_guarded(person: str, today: date) -> bool:
    """Whether nobody alone lets somebody in by another way than they had: they hold a post, also one to come, that takes two to give."""
    return any(takes_two(unit, role) for unit, role in _open_posts(person, today))


def confirms(person: str, today: date) -> bool:
    """Whether somebody has a post, also one that is to come, in which they confirm what others ask for."""
    return any(confirming(unit, role) for unit, role in _open_posts(person, today))


def _open_posts(person: str, today: date) -> Iterable[tuple[str, str]]:
    return held(person).filter(Q(until=None) | Q(until__gt=today)).values_list("unit", "role")


def _may(acting: Acting, act: str) -> Refused | None:
    """``act`` is what takes two, "" where one may do it."""
    if not may("give_accounts", acting.actor):
        return Refused("people.not_administrator")
    return needed(act, acting) if act else None


def _alone(person: str, today: date) -> bool:
    """Whether somebody is the only administrator of the county who can sign in."""
    county = office().county.code
    posts = PostRow.objects.filter(county=county, role=ADMINISTRATOR, since__lte=today)
    who = set(posts.filter(Q(until=None) | Q(until__gt=today)).values_list("person", flat=True))
    active = Person.objects.filter(county=county, id__in=who - {person}, user__is_active=True)
    return person in who and not active.exists()
