"""How long what was told is kept: what has legal weight as long as its case, the words of everything else for some days (decision 104).

That something was told, to whom, when, by which way and what became of it stays with the case: the ledger says as much. What
goes is the words, among them the address by which a requester reads on without a password.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from tongban.apps.office import office
from tongban.store import deliveries, notices
from tongban.store.journal import Journal

CODES = timedelta(days=30)
"""A month's bill of the gateway, and time to see who made somebody's telephone ring; a code itself is gone when it was handed over."""
PIECE = 2_000
"""Rows of one statement: nobody who sends waits longer for one."""
MOST = 100
"""Pieces of one sort in one round: what is left is done in the next."""
GRACE = timedelta(days=2)
"""By so much the job may be late before the doctor says so."""

Forget = Callable[[Journal, datetime, int], int]


def do_due(now: datetime) -> int:
    """Forget what was kept long enough, piece by piece, each its own transaction; how many rows. Safe to kill and to run again."""
    before = now - timedelta(days=settings.NOTICE_DAYS)
    sorts: tuple[tuple[Forget, datetime], ...] = (
        (deliveries.forget_texts, before),
        (notices.forget_texts, before),
        (notices.forget_codes, now - CODES),
    )
    return sum(_pieces(forget, until) for forget, until in sorts)


def kept_too_long(now: datetime) -> int:
    """Days by which words stand longer than they should; 0 where none does."""
    oldest = deliveries.oldest_text(office().journal)
    limit = now - timedelta(days=settings.NOTICE_DAYS) - GRACE
    return -(-(limit - oldest) // timedelta(days=1)) if oldest is not None and oldest < limit else 0


def _pieces(forget: Forget, before: datetime) -> int:
    journal, total = office().journal, 0
    for _ in range(MOST):
        n = forget(journal, before, PIECE)
        total += n
        if n < PIECE:
            break
    return total
