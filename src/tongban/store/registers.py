"""The county as the kernel sees it, and the practices it adopted: read once, kept until the stamp moves.

A trigger counts every change of units, divisions, duties, categories, calendars, adoptions, people, their posts, other counties and precedents in ``store_stamp``;
the journal's load brings the stamp along, so that nobody decides by registers that have changed meanwhile.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from tongban.kernel.clock import Calendar, Year
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.library.binding import bind_adopted
from tongban.library.calendars import read_year
from tongban.library.practice import Practice
from tongban.library.reading import read_adopted
from tongban.store.journal import Journal
from tongban.store.models import (
    AdoptionRow,
    CalendarYear,
    CaseRow,
    Category,
    DivisionRow,
    DutyRow,
    PeerRow,
    Stamp,
    UnitRow,
)
from tongban.store.notes import append_note
from tongban.store.precedents import all_precedents

CALENDAR = "calendar"
CALENDARS = "calendars"


class Adopted(Struct, frozen=True):
    """One version of a practice with the county's settings. Never changes: a case stays on it."""

    id: str
    practice: Practice
    procedure: Procedure
    homes: tuple[str, ...]
    since: datetime
    until: datetime | None


class Term(Struct, frozen=True):
    """An adoption and the time for which cases of its practice are opened under it."""

    practice: str
    adoption: str
    since: datetime
    until: datetime | None
    first: bool = False
    """whether it goes before others of its duty"""


_lock = Lock()
_counties: dict[str, tuple[int, County]] = {}
_adopted: dict[tuple[str, str], Adopted] = {}


def only_county() -> str:
    """The code of the county whose registers are here, "" before any were loaded. Where the database holds several, the settings
    name the one that this installation serves (``TONGBAN_COUNTY``)."""
    named = settings.TONGBAN_COUNTY
    rows = Stamp.objects.filter(county=named) if named else Stamp.objects.order_by("county")
    return rows.values_list("county", flat=True).first() or ""


def has_cases(county: str) -> bool:
    """Whether the county has begun to work."""
    return CaseRow.objects.filter(county=county).exists()


def stamp(county: str) -> int:
    """How often the county's registers have changed so far."""
    return Stamp.objects.filter(county=county).values_list("n", flat=True).first() or 0


def county_of(county: str, at_stamp: int | None = None) -> County:
    """The county's registers. ``at_stamp`` is what the journal brought along; None asks the database."""
    wanted = stamp(county) if at_stamp is None else at_stamp
    with _lock:
        kept = _counties.get(county)
    if kept is not None and kept[0] == wanted:
        return kept[1]
    read = county_read(county)
    with _lock:
        _counties[county] = (wanted, read)
    return read


def county_read(county: str) -> County:
    """The registers as this transaction sees them, without what is kept: ``county_of`` is for everything else."""
    return County(
        code=county,
        calendar=calendar_of(county),
        units={
            row.id: Unit(row.id, Level(row.level), row.division, row.parent, row.kind)
            for row in UnitRow.objects.filter(county=county, until=None).order_by("id")
        },
        divisions={
            row.code: Division(row.code, Level(row.level), row.parent)
            for row in DivisionRow.objects.filter(county=county, until=None)
        },
        duties=tuple(
            Duty(row.unit, row.code, DutyKind(row.kind), tuple(row.categories))
            for row in DutyRow.objects.filter(county=county).order_by("unit", "code")
        ),
        categories=frozenset(Category.objects.filter(county=county).values_list("code", flat=True)),
        shared=frozenset(Category.objects.filter(county=county, shared=True).values_list("code", flat=True)),
        precedents=tuple(each.precedent for each in all_precedents(county) if each.ended is None),
        succeeded=dict(_ended(UnitRow, county).values_list("id", "successor")),
        guarded=frozenset(
            AdoptionRow.objects.filter(county=county, guarded=True).values_list("practice", flat=True)
        ),
        peers=frozenset(PeerRow.objects.filter(county=county, until=None).values_list("code", flat=True)),
        merged=dict(_ended(DivisionRow, county).values_list("code", "successor")),
    )


def _ended(model: type[UnitRow] | type[DivisionRow], county: str) -> QuerySet[Any]:
    """What has ended and was succeeded."""
    return model.objects.filter(county=county, until__isnull=False).exclude(successor="")


def calendar_of(county: str) -> Calendar:
    """The official calendars that were imported. Raises ``RefusedError`` when one cannot be read any more."""
    years = []
    for row in CalendarYear.objects.filter(county=county).order_by("year"):
        year = read_year(row.text, f"{row.year}.yaml")
        if isinstance(year, Refused):
            raise RefusedError(year)
        years.append(year)
    return Calendar(tuple(years))


def adopted(county: str, adoption: str) -> Adopted:
    """An adoption by its id. Raises ``RefusedError`` for one that is not there or cannot be bound."""
    with _lock:
        kept = _adopted.get((county, adoption))
    if kept is None:
        row = AdoptionRow.objects.filter(county=county, id=adoption).first()
        if row is None:
            raise RefusedError(Refused("practice.not_adopted", adoption, {"practice": adoption}))
        kept = _bound(row)
        with _lock:
            _adopted[(county, adoption)] = kept
    return kept


def adoptions_of(county: str) -> tuple[Term, ...]:
    """When each adoption of the county is in force, by practice, the latest of each first."""
    rows = AdoptionRow.objects.filter(county=county).order_by("practice", "-since")
    return tuple(Term(*row) for row in rows.values_list("practice", "id", "since", "until", "first"))


def import_year(journal: Journal, text: str, where: str, by: str, now: datetime) -> Year | Refused:
    """Take over the official calendar of one year (the text of its file), in the place of an earlier one.

    A note keeps the digests of the days and of the text. Refuses what the reader of calendars refuses. Recomputing the due
    dates of running cases is for whoever calls.
    """
    year = read_year(text, where)
    if isinstance(year, Refused):
        return year
    facts: Facts = {
        "year": year.number,
        "digest": Calendar((year,)).digest,
        "text": text_digest(text),
        "by": by,
    }
    with transaction.atomic(using=journal.using):
        CalendarYear.objects.using(journal.using).update_or_create(
            county=journal.county, year=year.number, defaults={"text": text, "since": now}
        )
        noted = append_note(journal, CALENDARS, CALENDAR, facts, now, now)
        if isinstance(noted, Refused):
            transaction.set_rollback(True, using=journal.using)
            return noted
    return year


def text_digest(text: str) -> str:
    """What a note says of the text of a calendar, which also names the document that the days rest on."""
    return sha256(text.encode()).hexdigest()


def forget() -> None:
    """Read everything anew when it is next asked for: after a restore, and between tests."""
    with _lock:
        _counties.clear()
        _adopted.clear()


def _bound(row: AdoptionRow) -> Adopted:
    practice = read_adopted(json.loads(row.packed))
    if isinstance(practice, Refused):
        raise RefusedError(practice)
    procedure = bind_adopted(practice, row.settings)
    if isinstance(procedure, Refused):
        raise RefusedError(procedure)
    return Adopted(row.id, practice, procedure, tuple(row.homes), row.since, row.until)
