"""When a month is over and those it chose have been called: its seed and its lots, for everybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from tongban.apps.draws.seeds import month_after, seed_of
from tongban.apps.office import Office, office
from tongban.kernel.clock.day import opening
from tongban.kernel.draws import commitment_of
from tongban.kernel.ledger.draw_sheet import proved, write_lines
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import draws
from tongban.store.checkpoints import first_inclusion

WAIT = timedelta(days=15)
"""From the end of a month until its seed is published: whom chance chose must have been called by then, for who knows the id of a
case can tell from the seed whether it was chosen."""
SLACK = timedelta(hours=1)
"""Beyond the end of a month, for a lot drawn in its last second and put down in the next."""


def starts(month: str) -> datetime:
    """The first instant of a month."""
    return opening(date.fromisoformat(f"{month}-01").toordinal())


def due(month: str) -> datetime:
    """From when a month's seed may be known."""
    return starts(month_after(month)) + WAIT


def publish_due(now: datetime) -> int:
    """Publish every seed whose time has come: first its note, and when a checkpoint is over that, its sheet. How many sheets were
    written. Raises ``RefusedError`` where a note cannot be."""
    here = office()
    kept = {each.commitment for each in draws.sheets(here.journal)}
    waiting = [
        each
        for each in draws.commitments(here.journal)
        if each.commitment not in kept and due(each.month) <= now
    ]
    return sum(_publish(here, each, now) for each in waiting)


def _publish(here: Office, commitment: draws.Commitment, now: datetime) -> bool:
    seed = seed_of(here, commitment.month)
    committed = first_inclusion(here.journal, commitment.entry.chain, commitment.entry.seq)
    if commitment_of(seed) != commitment.commitment or committed is None:
        return (
            False  # a key that is gone shows nothing any more; what no checkpoint covers proves nothing yet
        )
    until = starts(month_after(commitment.month)) + SLACK
    lines = draws.lots(here.journal, commitment.commitment[:16], starts(commitment.month), until)
    text, rows = write_lines(here.county.code, commitment.month, seed, lines)
    sheet = draws.Sheet(commitment.month, commitment.commitment, rows, sha256(text.encode()).hexdigest(), now)
    note = draws.published(here.journal, commitment.commitment)
    if note is None:
        noted = draws.publish(here.journal, sheet, seed.hex())
        if isinstance(noted, Refused):
            raise RefusedError(noted)
        return False
    proof = first_inclusion(here.journal, note.chain, note.seq)
    if proof is None:
        return False
    bodies = [each.body for each in draws.notes(here.journal) if each.seq <= note.seq]
    return draws.keep_sheet(here.journal, replace(sheet, text=proved(text, bodies, committed, proof)))
