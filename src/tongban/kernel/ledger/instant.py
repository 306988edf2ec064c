"""Instants as text: RFC 3339 in UTC with six digits of a second, ``2026-11-22T01:02:03.000000Z``.

Always 27 characters, so the order of the texts is the order of the instants.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from tongban.kernel.refusal import Refused, RefusedError

LENGTH = 27
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


@lru_cache(maxsize=16_384)  # most of a case stays as it was read, and many events are of one moment
def instant_text(at: datetime) -> str:
    """The text of an aware instant. Raises ``RefusedError`` (``ledger.instant``) for one without a zone."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise RefusedError(Refused("ledger.instant", "", {"text": str(at)}))
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            raise RefusedError(Refused("ledger.instant", "", {"text": str(at)})) from None
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"  # 4 times as fast as with zone


def instant_read(text: str) -> datetime:
    """Read exactly what ``instant_text`` writes. Raises ``RefusedError`` (``ledger.instant``) else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(Refused("ledger.instant", "", {"text": text[:40]})) from None
    if at.tzinfo is None or instant_text(at) != text:
        raise RefusedError(Refused("ledger.instant", "", {"text": text[:40]}))
    return at
