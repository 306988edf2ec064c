"""What somebody has not finished yet: parts of bytes that nobody here can read, until a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongban.store.journal import Journal
from tongban.store.models import KeptPart


def put(journal: Journal, name: str, parts: Sequence[bytes], until: datetime) -> None:
    """Keep these parts under a name, in place of those that were there."""
    rows = KeptPart.objects.using(journal.using)
    with transaction.atomic(using=journal.using):
        rows.filter(county=journal.county, id=name).delete()
        rows.bulk_create(
            KeptPart(county=journal.county, id=name, n=n, sealed=part, until=until)
            for n, part in enumerate(parts)
        )


def parts_of(journal: Journal, name: str, now: datetime) -> tuple[tuple[bytes, ...], datetime]:
    """The parts in order and until when they stay; none and ``now`` where there is nothing, or nothing any more."""
    rows = KeptPart.objects.using(journal.using).filter(county=journal.county, id=name, until__gt=now)
    found = list(rows.order_by("n").values_list("sealed", "until"))
    return tuple(bytes(sealed) for sealed, _ in found), found[0][1] if found else now


def forget(journal: Journal, name: str) -> None:
    KeptPart.objects.using(journal.using).filter(county=journal.county, id=name).delete()


def forget_ended(journal: Journal, now: datetime) -> None:
    """Remove what has had its time."""
    KeptPart.objects.using(journal.using).filter(county=journal.county, until__lte=now).delete()
