"""What stands in the identity vault, opened: for tests that look behind the doors."""

from __future__ import annotations

from tongban.store.journal import Journal
from tongban.store.models import Identity
from tongban.store.vault import Place


def held(journal: Journal, *cases: str) -> set[tuple[str, str]]:
    """Field and canonical value of all rows of the county, or of these cases."""
    rows = Identity.objects.filter(county=journal.county)
    chosen = rows.filter(chain__in=cases) if cases else rows
    return {
        (row.field, journal.vault.text(row.value, Place(str(row.chain), row.seq, row.field)))
        for row in chosen
    }
