"""Keeping the outlines of townships: one set a county, each loading a note of the ledger."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.store.journal import Journal
from tongban.store.models import OutlinesRow
from tongban.store.notes import append_note

NAME = "outlines"
LOADED = "outlines_loaded"


class Outlines(Struct, frozen=True):
    """``text`` is GeoJSON; ``approval`` the map's approval number (审图号)."""

    text: str
    approval: str
    source: str
    at: datetime


def outlines(journal: Journal) -> Outlines | None:
    """None for a county that loaded none."""
    row = OutlinesRow.objects.using(journal.using).filter(county=journal.county).first()
    return None if row is None else Outlines(row.text, row.approval, row.source, row.at)


def keep(journal: Journal, made: Outlines, by: str) -> Refused | None:
    """Keep these in place of the ones before; digest, approval number, source and who are noted."""
    facts = {
        "digest": sha256(made.text.encode()).hexdigest(),
        "approval": made.approval,
        "source": made.source,
        "by": by,
    }
    with transaction.atomic(using=journal.using):
        noted = append_note(journal, NAME, LOADED, facts, made.at, made.at)
        if isinstance(noted, Refused):
            return noted
        OutlinesRow.objects.using(journal.using).update_or_create(
            county=journal.county,
            defaults={"text": made.text, "approval": made.approval, "source": made.source, "at": made.at},
        )
    return None
