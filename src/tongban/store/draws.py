"""Commitments to seeds, the lots that were drawn by them, and the sheets by which everybody can draw them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.kernel.draws import mark_of
from tongban.kernel.events import Drawn, Picked
from tongban.kernel.ledger.draw_sheet import CHAIN, COMMITTED, PUBLISHED, Choice, Line, Lot
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.batch import STEP, Stored
from tongban.store.journal import Journal, stored
from tongban.store.models import DrawSheet
from tongban.store.notes import append_note, chain_id, readable


class Commitment(Struct, frozen=True):
    """A note that binds the office to a month's seed. ``recorded`` is when it was sealed."""

    month: str
    commitment: str
    recorded: datetime
    entry: Stored


class Sheet(Struct, frozen=True):
    """A month's lots with their seed, as text; ``digest`` is the SHA-256 of its lines but the last and stands in the ledger."""

    month: str
    commitment: str
    rows: int
    digest: str
    at: datetime
    text: str = ""


def commitments(journal: Journal) -> tuple[Commitment, ...]:
    """All of them, oldest first."""
    found = []
    for entry in notes(journal):
        match readable(entry) if entry.kind == COMMITTED else {}:
            case {"month": str(month), "commitment": str(commitment)}:
                found.append(Commitment(month, commitment, entry.recorded, entry))
    return tuple(found)


def notes(journal: Journal) -> tuple[Stored, ...]:
    """The whole chain, oldest first."""
    return journal.events(chain_id(journal.county, CHAIN))


def commit(journal: Journal, month: str, commitment: str, now: datetime, *, ahead: bool) -> bool | Refused:
    """Note the commitment to a month's seed, unless that is done; whether the ledger has it. Ahead of its month, one is enough:
    who had several could choose among them. Refuses what cannot be sealed (``ledger.*``)."""
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"notes/{CHAIN}")
        known = commitments(journal)
        if any(each.commitment == commitment for each in known):
            return True
        if ahead and any(each.month == month for each in known):
            return False
        facts = {"month": month, "commitment": commitment}
        noted = append_note(journal, CHAIN, COMMITTED, facts, now, now)
    return noted if isinstance(noted, Refused) else True


def lots(journal: Journal, by: str, since: datetime, until: datetime) -> Iterator[Line]:
    """Everything that was drawn by a seed between two moments, in no order that says anything."""
    sql = """
        SELECT chain::text, seq, at, recorded, kind, body, seal, xid, position FROM store_event
        WHERE county = %s AND kind = %s AND recorded >= %s AND recorded < %s AND body LIKE %s
    """
    said = f'%"by":"{by}"%'
    for row in journal.query(sql, (journal.county, STEP, since, until, said)):
        event = stored(row).event()
        mark = mark_of(event.case, event.seq)
        for follow in event.follows:
            if isinstance(follow, Drawn) and follow.by == by:
                yield Lot(mark, follow.sample, follow.of_hundred, follow.lot, follow.drawn)
            elif isinstance(follow, Picked) and follow.by == by:
                yield Choice(mark, follow.among, follow.picked)


def sheets(journal: Journal) -> tuple[Sheet, ...]:
    """What was published, the newest first, without the texts."""
    rows = DrawSheet.objects.filter(county=journal.county).defer("text").order_by("-month", "-at")
    return tuple(Sheet(row.month, row.commitment, row.rows, row.digest, row.at) for row in rows)


def sheet(journal: Journal, commitment: str) -> Sheet | None:
    row = DrawSheet.objects.filter(county=journal.county, commitment=commitment).first()
    return Sheet(row.month, row.commitment, row.rows, row.digest, row.at, row.text) if row else None


def published(journal: Journal, commitment: str) -> Stored | None:
    """The note by which the lots of a seed were published."""
    for entry in notes(journal):
        if entry.kind == PUBLISHED and readable(entry).get("commitment") == commitment:
            return entry
    return None


def publish(journal: Journal, sheet: Sheet, seed: str) -> Refused | None:
    """Note the digest of a sheet and the seed, once. Refuses what cannot be sealed (``ledger.*``)."""
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"notes/{CHAIN}")
        if published(journal, sheet.commitment) is not None:
            return None
        facts: Facts = {
            "month": sheet.month, "commitment": sheet.commitment, "seed": seed, "rows": sheet.rows, "digest": sheet.digest,
        }  # fmt: skip
        noted = append_note(journal, CHAIN, PUBLISHED, facts, sheet.at, sheet.at)
    return noted if isinstance(noted, Refused) else None


def keep_sheet(journal: Journal, kept: Sheet) -> bool:
    """Keep a sheet with its proof, once; whether it was not there before."""
    _, made = DrawSheet.objects.get_or_create(
        county=journal.county,
        commitment=kept.commitment,
        defaults={
            "month": kept.month, "rows": kept.rows, "digest": kept.digest, "at": kept.at, "text": kept.text,
        },
    )  # fmt: skip
    return made
