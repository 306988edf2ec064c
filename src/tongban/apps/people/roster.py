"""Who works here: listed with their posts, found by name, login or unit. For administrators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import express
from tongban.apps.people.factors import RECOVERY
from tongban.apps.people.posts import role_words
from tongban.kernel.clock import local_date
from tongban.store.models import FactorRow, Person, PostRow

PAGE = 50


class Held(Struct, frozen=True):
    """A post with its days; ``last`` is its last day, None without one. ``when`` is ``now``, ``coming`` or ``ended``."""

    unit: str
    unit_name: str
    role: str
    role_name: str
    first: date
    last: date | None
    when: str


class Colleague(Struct, frozen=True):
    """``active``: they may sign in. ``second``: they have a second factor. ``first_until``: when the password that somebody gave them runs
    out or ran out; None where they set one of their own."""

    login: str
    name: str
    posts: tuple[Held, ...]
    active: bool
    second: bool
    first_until: datetime | None = None

    @property
    def in_force(self) -> tuple[Held, ...]:
        return tuple(each for each in self.posts if each.when == "now")


class Roster(Struct, frozen=True):
    """``after`` is the login from which the next page goes on, "" on the last."""

    people: tuple[Colleague, ...]
    total: int
    after: str


def roster(acting: Acting, words: str = "", after: str = "", most: int = PAGE) -> Roster:
    """A page of the people of the county by login, those with ``words`` in their name, login or unit."""
    here = office()
    rows = Person.objects.filter(county=here.county.code)
    words = " ".join(words.split())[:60]
    if words:
        units = [unit for unit in here.county.units if words in here.names.unit(unit, acting.language)]
        there = PostRow.objects.filter(county=here.county.code, unit__in=units).values("person")
        rows = rows.filter(
            Q(id__icontains=words) | Q(name__contains=words) | Q(name_en__icontains=words) | Q(id__in=there)
        )
    found = list(rows.filter(id__gt=after).order_by("id").select_related("user")[: most + 1])
    return Roster(_told(found[:most], acting), rows.count(), found[most - 1].id if len(found) > most else "")


def colleague(login: str, acting: Acting) -> Colleague | None:
    rows = Person.objects.filter(county=office().county.code, id=login).select_related("user")
    return next(iter(_told(list(rows), acting)), None)


def held_roles(county: str) -> frozenset[str]:
    """Every role that somebody holds, held or will hold."""
    return frozenset(PostRow.objects.filter(county=county).values_list("role", flat=True).distinct())


def roles(acting: Acting) -> Mapping[str, str]:
    """Every role that somebody holds, and those of guarded practices, with its words."""
    here = office()
    ids = {*held_roles(here.county.code), *express.all_roles()}
    return {each: role_words(here, each, acting.language, acting.now) for each in sorted(ids)}


def _told(people: list[Person], acting: Acting) -> tuple[Colleague, ...]:
    here, today = office(), local_date(acting.now)
    county, ids = here.county.code, [each.id for each in people]
    posts: dict[str, list[Held]] = defaultdict(list)
    words: dict[str, str] = {}
    for row in PostRow.objects.filter(county=county, person__in=ids).order_by("-since", "unit", "role"):
        if row.role not in words:
            words[row.role] = role_words(here, row.role, acting.language, acting.now)
        unit = here.names.unit(row.unit, acting.language)
        posts[row.person].append(
            Held(row.unit, unit, row.role, words[row.role], row.since, _last(row), _when(row, today))
        )
    factors = FactorRow.objects.filter(county=county, person__in=ids).exclude(kind=RECOVERY)
    second = set(factors.values_list("person", flat=True))
    return tuple(
        Colleague(
            each.id,
            each.name_en if acting.language == "en" and each.name_en else each.name,
            tuple(posts[each.id]),
            each.user is not None and each.user.is_active,
            each.id in second,
            each.first_until,
        )
        for each in people
    )


def _last(row: PostRow) -> date | None:
    return date.fromordinal(row.until.toordinal() - 1) if row.until is not None else None


def _when(row: PostRow, today: date) -> str:
    if row.until is not None and row.until <= today:
        return "ended"
    return "coming" if row.since > today else "now"
