"""The seed of each month: it follows from a key in the home and lies nowhere itself; the ledger has its digest beforehand.

A seed that was not committed to in time is committed to before its first lot, and the note's own moment says so. Where the key in
the home is another one than the month began with (it was lost with all its copies, and somebody put another there), the month goes on under a new commitment beside
the old one: service does not stop, and everybody sees it. Ahead of a month there is never a second one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hmac import digest as keyed_digest

from django.db import transaction

from tongban.apps.keyring import keys_of
from tongban.apps.office import Office
from tongban.kernel.clock import local_date
from tongban.kernel.draws import Draws, commitment_of, seeded
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import draws

_committed: set[tuple[str, str]] = set()
"""County and commitment of what this process has found in the ledger, outside of any transaction that may still be undone."""


def month_of(moment: datetime) -> str:
    return f"{local_date(moment):%Y-%m}"


def month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def seed_of(here: Office, month: str) -> bytes:
    """32 bytes. Whoever knows one month's knows nothing of another's."""
    key = keys_of(here.county.code).draws(here.county.code)
    return keyed_digest(key, f"tongban.seed.1\n{here.county.code}/{month}".encode(), "sha256")


def draws_now(here: Office) -> Draws:
    """Chance for what is decided now. The month is that of the clock on the wall, not of the deed: who puts down an old
    deed draws no lot of a month whose seed everybody knows."""
    now = datetime.now(UTC)
    seed = seed_of(here, month_of(now))
    return Draws(commit(here, month_of(now), seed, now)[:16], lambda mark: seeded(seed, mark))


def commit_ahead(here: Office, now: datetime) -> None:
    """Commit to the seeds of this month and the next: so a checkpoint is over each long before it is used."""
    month = month_of(now)
    commit(here, month, seed_of(here, month), now)
    following = month_after(month)
    commit(here, following, seed_of(here, following), now, ahead=True)


def commit(here: Office, month: str, seed: bytes, now: datetime, *, ahead: bool = False) -> str:
    """The commitment to a seed, in the ledger by now; ``ahead`` of its month only where that has none yet. Raises ``RefusedError``
    where the note cannot be written."""
    commitment = commitment_of(seed)
    known = (here.county.code, commitment)
    if known in _committed:
        return commitment
    with transaction.atomic():
        noted = draws.commit(here.journal, month, commitment, now, ahead=ahead)
        if isinstance(noted, Refused):
            raise RefusedError(noted)
        if noted:
            transaction.on_commit(lambda: _committed.add(known))
    return commitment
