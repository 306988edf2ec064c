"""A precedent: what an adjudication decided, kept as a routing rule of the county for matters like it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Precedent(Struct, frozen=True):
    """Matters of ``category`` (and all within) in ``division`` (and all within) go to ``unit``.

    ``case`` is the number of the adjudicated case and names the precedent. It rests on the entry ``duty`` of the
    list of the unit ``listed``, as that entry then read (``entry``: its kind and categories), and stands no longer
    than the entry does. ``by`` is the unit that decided; ``until`` is None where no day was set.
    """

    case: str
    category: str
    division: str
    unit: str
    listed: str
    duty: str
    entry: str
    by: str
    since: datetime
    until: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether it is within its time; whether its entry still stands the county says."""
        return self.since <= now and not self.over(now)

    def over(self, now: datetime) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until <= now
