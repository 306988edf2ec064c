"""What waits for a second person and what became of the rest, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models.functions import Coalesce
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.confirming.asking import EXPIRED, WAITING
from tongban.apps.confirming.deciding import facts_of, may_confirm
from tongban.apps.confirming.kinds import KINDS, Said, digest
from tongban.apps.office import office
from tongban.apps.people import express
from tongban.apps.people.posts import role_words
from tongban.apps.wording import dated, moment, say
from tongban.store.models import AskedRow, Person

LATELY = 20
"""Decided ones that are told."""


class Line(Struct, frozen=True):
    """An act in words. ``mine``: the reader asked for it. ``changed``: it cannot be confirmed any more. ``state`` as in
    ``models.AskedRow``; moments are written out, "" for none."""

    id: str
    says: str
    by: str
    at: str
    until: str
    mine: bool
    changed: bool
    state: str
    decided_by: str
    decided_at: str
    why: str


class Both(Struct, frozen=True):
    waiting: tuple[Line, ...]
    lately: tuple[Line, ...]


def told(acting: Acting) -> Both:
    """What the reader asked for or may confirm: those that wait, the soonest first, and those decided last."""
    rows = AskedRow.objects.filter(county=office().county.code)
    waiting = _theirs(rows.filter(state=WAITING, until__gt=acting.now).order_by("until", "id"), acting)
    over = rows.exclude(state=WAITING, until__gt=acting.now)  # what nobody swept yet has lapsed all the same
    newest = over.order_by(Coalesce("decided_at", "until").desc(), "id")
    lately = _theirs(newest[: 5 * LATELY], acting)[:LATELY]
    names = _names({who for row in (*waiting, *lately) for who in _people(row)}, acting.language)
    return Both(
        tuple(_line(row, names, acting) for row in waiting),
        tuple(_line(row, names, acting) for row in lately),
    )


def to_confirm(acting: Acting) -> int:
    """How much waits for the reader."""
    rows = AskedRow.objects.filter(county=office().county.code, state=WAITING, until__gt=acting.now)
    return len(_theirs(rows.exclude(asked_by=acting.actor.person), acting))


def _theirs(rows: Iterable[AskedRow], acting: Acting) -> list[AskedRow]:
    """Of a decided one it is no longer known whether it took two: it is shown to whoever may confirm such acts now."""
    return [
        row
        for row in rows
        if row.asked_by == acting.actor.person
        or row.decided_by == acting.actor.person
        or may_confirm(KINDS[row.kind], facts_of(row), acting)
    ]


def _people(row: AskedRow) -> tuple[str, ...]:
    return (row.asked_by, row.decided_by, *(facts_of(row).get(each, "") for each in ("person", "stands_in")))


def _names(people: set[str], language: str) -> Mapping[str, str]:
    rows = Person.objects.filter(county=office().county.code, id__in=people)
    return {row.id: row.name_en if language == "en" and row.name_en else row.name for row in rows}


def _line(row: AskedRow, names: Mapping[str, str], acting: Acting) -> Line:
    language, facts = acting.language, facts_of(row)
    lapsed = row.state == WAITING and row.until <= acting.now
    return Line(
        row.id,
        _words(row.kind, facts, names, acting),
        names.get(row.asked_by, row.asked_by),
        _moment(row.asked_at, language),
        _moment(row.until, language),
        row.asked_by == acting.actor.person,
        row.state == WAITING and not lapsed and digest(KINDS[row.kind], facts) != row.digest,
        EXPIRED if lapsed else row.state,
        names.get(row.decided_by, row.decided_by),
        _moment(row.until if lapsed else row.decided_at, language),
        row.why,
    )


def _words(kind: str, facts: Said, names: Mapping[str, str], acting: Acting) -> str:
    """What an act will do."""
    here, language = office(), acting.language
    person = facts.get("person", "")
    said = {
        **facts,
        "person": say("two.person", language, name=names.get(person, person), login=person),
        "stands_in": names.get(facts.get("stands_in", ""), facts.get("stands_in", "")),
        "unit": here.names.unit(facts["unit"], language) if "unit" in facts else "",
        "practice": express.title(facts["practice"], language) if "practice" in facts else "",
        "role": role_words(here, facts["role"], language, acting.now) if "role" in facts else "",
        "first": dated(facts["first"], language) if facts.get("first") else "",
        "roles": tuple(
            role_words(here, each, language, acting.now) for each in facts.get("roles", "").split()
        )
        or say("two.no_role", language),
        "last": dated(facts["last"], language) if facts.get("last") else "",
    }
    without = ".open" if kind in ("give", "end") and not facts["last"] else ""
    return say(f"two.kind.{kind}{without}", language, **said)


def _moment(at: datetime | None, language: str) -> str:
    return moment(at, language) if at is not None else ""
