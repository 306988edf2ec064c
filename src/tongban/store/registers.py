"""The county that decisions are made in, built from its registers and kept until one of them changes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction

from tongban.kernel.clock import Calendar, Year
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.ledger.seal import Entry
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.library.calendars import read_year
from tongban.store.journal import Journal
from tongban.store.models import CalendarYear, DivisionRow, DutyRow, UnitRow
from tongban.store.notes import append_note

CALENDAR = "calendar"

_kept: dict[tuple[str, str], tuple[int, County]] = {}


def county(journal: Journal, stamp: int | None = None) -> County:
    """The county as its registers say now. ``stamp``: from a loaded case, to save asking for it.

    Raises ``RefusedError`` when a stored calendar can no longer be read.
    """
    key = (str(journal.connection().settings_dict["NAME"]), journal.county)
    known = _kept.get(key)
    now = stamp_of(journal) if stamp is None else stamp
    if known is not None and known[0] == now:
        return known[1]
    with transaction.atomic(using=journal.using):
        now = stamp_of(journal)
        made = _county(journal)
    _kept[key] = (now, made)
    return made


def stamp_of(journal: Journal) -> int:
    """A number that grows with every change of units, divisions, duties or calendars."""
    for row in journal.query("SELECT n FROM store_stamp WHERE county = %s", (journal.county,)):
        return cast(int, row[0])
    return 0


def _county(journal: Journal) -> County:
    mine = {"county": journal.county}
    units = UnitRow.objects.using(journal.using).filter(**mine).order_by("id")
    divisions = DivisionRow.objects.using(journal.using).filter(**mine, until=None).order_by("code")
    duties = DutyRow.objects.using(journal.using).filter(**mine).order_by("unit", "code")
    return County(
        journal.county,
        calendar(journal),
        {row.id: Unit(row.id, Level(row.level), row.division, row.parent, row.kind) for row in units},
        {row.code: Division(row.code, Level(row.level), row.parent) for row in divisions},
        tuple(Duty(row.unit, row.code, DutyKind(row.kind), tuple(row.categories)) for row in duties),
    )


def calendar(journal: Journal) -> Calendar:
    """All imported years."""
    rows = CalendarYear.objects.using(journal.using).filter(county=journal.county).order_by("year")
    return Calendar(tuple(_year(row.year, row.text) for row in rows))


def _year(number: int, text: str) -> Year:
    year = read_year(text, f"{number}.yaml")
    if isinstance(year, Refused):
        raise RefusedError(year)
    return year


def import_year(journal: Journal, text: str, where: str, by: str, now: datetime) -> Year | Refused:
    """Take over the official calendar of one year (the text of its file), in the place of an earlier one.

    A note keeps the calendar's digest. Refuses what the reader of calendars refuses. Recomputing the due
    dates of running cases is for whoever calls.
    """
    year = read_year(text, where)
    if isinstance(year, Refused):
        return year
    facts: Facts = {"year": year.number, "digest": Calendar((year,)).digest, "by": by}
    with transaction.atomic(using=journal.using):
        CalendarYear.objects.using(journal.using).update_or_create(
            county=journal.county, year=year.number, defaults={"text": text, "since": now}
        )
        noted = append_note(journal, "calendars", CALENDAR, facts, now, now)
        if not isinstance(noted, Entry):
            transaction.set_rollback(True, using=journal.using)
            return noted
    return year
