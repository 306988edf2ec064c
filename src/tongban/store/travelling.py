"""Keeping practices on their way: parcels that came from other counties, noted in the ledger, and drafts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.folder import digest
from tongban.library.parcel import Parcel
from tongban.store.journal import Journal
from tongban.store.models import DraftRow, ParcelRow
from tongban.store.notes import append_note

NAME = "parcels"
CAME, REMOVED = "parcel_came", "parcel_removed"


class Kept(Struct, frozen=True):
    """A parcel as it came."""

    practice: str
    digest: str
    text: str
    at: datetime
    by: str


class Draft(Struct, frozen=True):
    """A practice being written: ``base`` is the digest of what it began as, ``mark`` of what it is now."""

    practice: str
    base: str
    mark: str
    files: Mapping[str, str]
    at: datetime
    by: str


def receive(journal: Journal, parcel: Parcel, text: str, by: str, now: datetime) -> Kept | Refused:
    """Keep a parcel that was held against its signature, and note that it came; the same content a second time changes nothing."""
    mine = {"county": journal.county, "practice": parcel.practice, "digest": parcel.digest}
    with transaction.atomic(using=journal.using):
        journal.take_turn(NAME)
        row = ParcelRow.objects.using(journal.using).filter(**mine).first()
        if row is None:
            row = ParcelRow(**mine, text=text, at=now, by=by)
            row.save(using=journal.using, force_insert=True)
            facts: Facts = {
                "practice": parcel.practice,
                "version": parcel.version,
                "digest": parcel.digest,
                "from": parcel.county,
                "keys": parcel.keys,
                "by": by,
            }
            noted = append_note(journal, NAME, CAME, facts, now, now)
            if isinstance(noted, Refused):
                transaction.set_rollback(True, using=journal.using)
                return noted
    return _kept(row)


def parcels(journal: Journal, practice: str = "") -> tuple[Kept, ...]:
    """The parcels that are kept, of one practice or of all, the newest first."""
    rows = ParcelRow.objects.using(journal.using).filter(county=journal.county)
    rows = rows.filter(practice=practice) if practice else rows
    return tuple(_kept(row) for row in rows.order_by("practice", "-at", "digest"))


def put_away(journal: Journal, practice: str, mark: str, by: str, now: datetime) -> bool:
    """Remove a parcel; whether there was one."""
    rows = ParcelRow.objects.using(journal.using).filter(
        county=journal.county, practice=practice, digest=mark
    )
    with transaction.atomic(using=journal.using):
        gone, _ = rows.delete()
        if gone:
            append_note(journal, NAME, REMOVED, {"practice": practice, "digest": mark, "by": by}, now, now)
    return bool(gone)


def drafts(journal: Journal) -> tuple[Draft, ...]:
    rows = DraftRow.objects.using(journal.using).filter(county=journal.county).order_by("practice")
    return tuple(_draft(row) for row in rows)


def draft(journal: Journal, practice: str) -> Draft | None:
    row = DraftRow.objects.using(journal.using).filter(county=journal.county, practice=practice).first()
    return None if row is None else _draft(row)


def begin(
    journal: Journal, practice: str, base: str, files: Mapping[str, str], by: str, now: datetime
) -> Draft | None:
    """A new draft; None where one of this name is being written already."""
    first = {"base": base, "mark": digest(files), "files": dict(files), "at": now, "by": by}
    row, made = DraftRow.objects.using(journal.using).get_or_create(
        county=journal.county, practice=practice, defaults=first
    )
    return _draft(row) if made else None


def write(
    journal: Journal, practice: str, seen: str, files: Mapping[str, str], by: str, now: datetime
) -> Draft | None:
    """The draft's new content; None where it is not (any more) what the writer saw (``seen`` is its mark)."""
    rows = DraftRow.objects.using(journal.using).filter(county=journal.county, practice=practice, mark=seen)
    changed = rows.update(mark=digest(files), files=dict(files), at=now, by=by)
    return draft(journal, practice) if changed else None


def drop(journal: Journal, practice: str, seen: str) -> bool:
    """Throw a draft away, if it is still what somebody saw."""
    rows = DraftRow.objects.using(journal.using).filter(county=journal.county, practice=practice, mark=seen)
    gone, _ = rows.delete()
    return bool(gone)


def _kept(row: ParcelRow) -> Kept:
    return Kept(row.practice, row.digest, row.text, row.at, row.by)


def _draft(row: DraftRow) -> Draft:
    return Draft(row.practice, row.base, row.mark, row.files, row.at, row.by)
