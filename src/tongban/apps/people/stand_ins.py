"""Who stands in for whom, in words: for both of them, and for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from django.db.models import Q
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people.posts import role_words
from tongban.apps.people.standing_in import lendable
from tongban.apps.wording import dated, say
from tongban.kernel.clock import local_date
from tongban.store.models import Person, PostRow, StandInRow

LATELY = timedelta(days=90)
"""What ended longer ago is told no more; the ledger keeps it."""
MOST = 200
_REMEMBERED = 60
"""Seconds after which a page knows what another process was told."""


class Line(Struct, frozen=True):
    """Who stands in for whom. ``when`` is ``now``, ``coming`` or ``ended``; days and words as they are shown."""

    id: str
    giver: str
    giver_name: str
    person: str
    person_name: str
    unit_name: str
    role_name: str
    first: str
    last: str
    reason: str
    practices: tuple[str, ...]
    when: str


def stand_ins(acting: Acting, person: str = "") -> tuple[Line, ...]:
    """Those that somebody gave or has ("" for the whole county), the running and coming ones first."""
    here, today = office(), local_date(acting.now)
    rows = StandInRow.objects.filter(county=here.county.code, until__gt=today - LATELY)
    rows = rows.filter(Q(giver=person) | Q(person=person)) if person else rows
    found = list(rows.order_by("-until", "id")[:MOST])
    names = names_of({who for row in found for who in (row.giver, row.person)}, acting.language)
    lines = [_line(row, names, acting) for row in found]
    return tuple(sorted(lines, key=lambda line: ("now", "coming", "ended").index(line.when)))


def at_desk(acting: Acting) -> tuple[str, ...]:
    """What somebody reads where they begin to work: for whom they stand in and who stands in for them, today or soon, whoever gave it."""
    me = acting.actor.person
    if me not in _concerned(office().county.code, int(acting.now.timestamp()) // _REMEMBERED):
        return ()
    return tuple(
        say(
            f"stand_in.desk.{'mine' if line.person == me else 'for_me'}{'' if line.when == 'now' else '_soon'}",
            acting.language,
            who=line.giver_name if line.person == me else line.person_name,
            post=say("account.post", acting.language, unit=line.unit_name, role=line.role_name),
            first=line.first,
            last=line.last,
        )
        for line in stand_ins(acting, me)
        if line.when != "ended"
    )


@lru_cache(maxsize=4)
def _concerned(county: str, _minute: int) -> frozenset[str]:
    """Whom any standing in concerns that has not ended: asked once a minute and not for every page. The minute is that of the page."""
    rows = StandInRow.objects.filter(county=county, ended=None)
    return frozenset(who for row in rows.values_list("giver", "person") for who in row)


def own_posts(person: str, acting: Acting) -> tuple[tuple[str, str], ...]:
    """The posts that somebody could give for a time: as ``unit/role``, and in words."""
    here, language = office(), acting.language
    rows = lendable(person, local_date(acting.now)).values_list("unit", "role")
    return tuple(
        (
            f"{unit}/{role}",
            say(
                "account.post",
                language,
                unit=here.names.unit(unit, language),
                role=role_words(here, role, language, acting.now),
            ),
        )
        for unit, role in dict.fromkeys(rows)
    )


def colleagues(person: str, acting: Acting) -> tuple[tuple[str, str], ...]:
    """Who may stand in for somebody: those with a post of their own at one of the same units, who can sign in."""
    county, today = office().county.code, local_date(acting.now)
    units = set(lendable(person, today).values_list("unit", flat=True))
    there = PostRow.objects.filter(county=county, unit__in=units, since__lte=today).exclude(until__lte=today)
    ids = set(there.values_list("person", flat=True)) - {person}
    rows = Person.objects.filter(county=county, id__in=ids, user__is_active=True)
    active = set(rows.values_list("id", flat=True))
    return tuple(sorted(names_of(active, acting.language).items(), key=lambda each: each[1]))


def names_of(people: set[str], language: str) -> Mapping[str, str]:
    rows = Person.objects.filter(county=office().county.code, id__in=people)
    return {row.id: row.name_en if language == "en" and row.name_en else row.name for row in rows}


def _line(row: StandInRow, names: Mapping[str, str], acting: Acting) -> Line:
    here, language, today = office(), acting.language, local_date(acting.now)
    titles = dict(here.practices(acting.now))
    over = row.ended is not None or row.until <= today
    return Line(
        row.id,
        row.giver,
        names.get(row.giver, row.giver),
        row.person,
        names.get(row.person, row.person),
        here.names.unit(row.unit, language),
        role_words(here, row.role, language, acting.now),
        dated(row.since.isoformat(), language),
        dated((row.until - timedelta(days=1)).isoformat(), language),
        say(f"stand_in.reason.{row.reason}", language),
        tuple(
            here.wording(titles[each], language).title() if each in titles else each
            for each in row.practices.split()
        ),
        "ended" if over else "coming" if row.since > today else "now",
    )
