"""Keeping what practices were found to have changed: a row a practice, all of them replaced at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.store.journal import Journal
from tongban.store.models import EffectRow


class KeptEffect(Struct, frozen=True):
    """``on`` is the indicator that was looked at, ``found`` what was found as JSON, ``at`` when."""

    on: str
    found: str
    at: datetime


def effects(journal: Journal) -> dict[str, KeptEffect]:
    """By practice; those that nothing was worked out for yet are not there."""
    rows = EffectRow.objects.using(journal.using).filter(county=journal.county)
    return {row.practice: KeptEffect(row.on, row.found, row.at) for row in rows}


def keep(journal: Journal, found: Mapping[str, KeptEffect]) -> None:
    """Keep these in place of all that was kept of the county."""
    with transaction.atomic(using=journal.using):
        rows = EffectRow.objects.using(journal.using)
        rows.filter(county=journal.county).delete()
        rows.bulk_create(
            EffectRow(county=journal.county, practice=practice, on=each.on, found=each.found, at=each.at)
            for practice, each in found.items()
        )
