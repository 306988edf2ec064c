"""The demo county as it was left: what is in it, and whom to sign in as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from tongban.apps.office import office
from tongban.demo.arrivals import phone_of
from tongban.demo.marker import FILLED, TOLD, marks
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value
from tongban.store.models import CaseRow, Person, PostRow, UnitRow

PASSWORD = "tongban-demo"  # noqa: S105 - printed at every start; the demo holds nothing real
SHOWN = (
    "clerk",
    "dispatcher",
    "handler",
    "reviewer",
    "adjudicator",
    "supervisor",
    "leader",
    "desk",
    "publisher",
    "administrator",
)
"""Roles of which one account each is shown at the start."""
HANDLER, LEADER = "handler", "leader"
RECEIVING = 9
"""Posts from which on a unit is one that receives cases for others: not where handlers are looked for."""


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The demo county stands. ``follow`` is the number and phone of an open case, to try following it."""

    county: str
    cases: int
    events: int
    accounts: tuple[Account, ...]
    follow: tuple[str, str]
    filled_now: bool


def found() -> Ready | None:
    """The demo, if it was set up to its end."""
    try:
        journal = office().journal
    except RefusedError:  # no county yet
        return None
    marked = marks(journal)
    return described(journal.county, marked[TOLD], filled_now=False) if FILLED in marked else None


def described(county: str, known: Mapping[str, Value], *, filled_now: bool) -> Ready:
    """What the notes of the demo say, with the accounts."""
    return Ready(
        county,
        int(str(known["cases"])),
        int(str(known["events"])),
        accounts(county),
        (str(known["number"]), phone_of(str(known["practice"]), int(str(known["matter"])))),
        filled_now,
    )


def accounts(county: str) -> tuple[Account, ...]:
    """One account for every role, for the list that is printed: of the units that have most to do."""
    people = dict(Person.objects.filter(county=county).values_list("id", "name"))
    units = dict(UnitRow.objects.filter(county=county).values_list("id", "name"))
    posts = list(PostRow.objects.filter(county=county, until=None).values_list("role", "unit", "person"))
    roles = Counter(unit for _, unit, _ in posts)
    busy = dict(
        CaseRow.objects.filter(county=county, standing="open")
        .values_list("holder")
        .annotate(cases=Count("id"))
        .values_list("holder", "cases")
    )
    many = {unit for unit, count in roles.items() if count >= RECEIVING}

    def rank(post: tuple[str, str, str]) -> tuple[bool, int, int, str, str]:
        role, unit, person = post
        works = role in (HANDLER, LEADER)
        return works and unit in many, 0 if works else -roles[unit], -busy.get(unit, 0), unit, person

    posts.sort(key=rank)
    found: dict[str, Account] = {}
    for role, unit, person in posts:
        if role in SHOWN and role not in found:
            found[role] = Account(person, people.get(person, person), role, units.get(unit, unit))
    return tuple(found[role] for role in SHOWN if role in found)
