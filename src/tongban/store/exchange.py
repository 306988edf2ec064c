"""Other counties, and the messages that go there and come from there: kept until they are receipted, and noted in the ledger.

``card_given`` notes that this county's own keys were handed out, ``told`` that a message was made, ``receipted`` that it was received there, ``heard`` that one came; all of one
county in one chain. What a message carries is in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.exchange.message import Head
from tongban.kernel.ledger.ed25519 import Ed25519Verifier
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.journal import Journal
from tongban.store.models import EventRow, HeardRow, PeerRow, ToldRow
from tongban.store.notes import append_note, chain_id, readable

TOLD, RECEIPTED, HEARD = "told", "receipted", "heard"
ADDED, ENDED, GIVEN = "peer_added", "peer_ended", "card_given"
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 37
"""With waits that double up to the longest: about a week."""


class Peer(Struct, frozen=True):
    """A county with which this one talks, by one of its keys. ``until`` is None while it does."""

    code: str
    key: str
    public: bytes
    sealing: bytes
    name: str
    name_en: str
    address: str
    since: datetime
    until: datetime | None = None

    @property
    def verifier(self) -> Ed25519Verifier:
        return Ed25519Verifier(self.key, self.public)


class Waiting(Struct, frozen=True):
    """A message that is to be sent. ``tries`` counts this one."""

    conversation: str
    n: int
    peer: str
    message: str
    chain: str
    head: str
    sealed: bytes
    made: datetime
    tries: int


def peers_of(county: str, code: str = "") -> tuple[Peer, ...]:
    """Every key of the counties that were ever talked with, or of one of them, the newest first."""
    rows = PeerRow.objects.filter(county=county, **({"code": code} if code else {}))
    return tuple(
        Peer(
            row.code, row.key, bytes(row.public), bytes(row.sealing), row.name, row.name_en, row.address,
            row.since, row.until,
        )
        for row in rows.order_by("code", "-since", "key")
    )  # fmt: skip


def add_peer(journal: Journal, peer: Peer) -> None:
    PeerRow.objects.create(
        county=journal.county, code=peer.code, key=peer.key, public=peer.public, sealing=peer.sealing, name=peer.name,
        name_en=peer.name_en, address=peer.address, since=peer.since,
    )  # fmt: skip


def end_peer(journal: Journal, code: str, keys: Sequence[str], now: datetime) -> None:
    PeerRow.objects.filter(county=journal.county, code=code, key__in=keys, until=None).update(until=now)


def keep_told(
    journal: Journal, head: Head, sealed: bytes, chain: str, seq: int, fields: Sequence[str], now: datetime
) -> bool:
    """Let a message wait to be sent; False when it does already."""
    sql = """
        INSERT INTO store_told (county, conversation, n, peer, message, chain, seq, head, sealed, made, tries, next_at, why)
        VALUES (%s, %s::uuid, %s, %s, %s, %s::uuid, %s, %s, %s, %s, 0, %s, '')
        ON CONFLICT (county, conversation, n) DO NOTHING RETURNING 1
    """
    row = (head.conversation, head.n, head.to, head.message, chain, seq, head.text, sealed, now, now)
    if not journal.query(sql, (journal.county, *row)):
        return False
    facts: Facts = {**_of(head, chain), "fields": tuple(fields)}
    _note(journal, head.to, TOLD, facts, now)
    return True


def next_told(journal: Journal, now: datetime, passed: Sequence[str]) -> Waiting | None:
    """The message that has waited longest for its turn, its next turn put off already; None when nothing is due.

    ``passed`` are counties that cannot be reached now. Of one conversation only the first that was not received is sent, so
    that nothing overtakes: one that was given up holds up those behind it.
    """
    sql = """
        WITH first AS MATERIALIZED (
            SELECT f.conversation, f.n FROM store_told f
            WHERE f.county = %s AND f.done IS NULL AND f.next_at <= %s AND f.peer <> ALL (%s::text[])
            AND NOT EXISTS (
                SELECT 1 FROM store_told e
                WHERE e.county = f.county AND e.conversation = f.conversation AND e.n < f.n AND e.done IS NULL
            )
            ORDER BY f.next_at, f.conversation LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        UPDATE store_told t SET tries = t.tries + 1,
            next_at = %s + least(%s * power(2, least(t.tries, 20)), %s)
        FROM first WHERE t.county = %s AND t.conversation = first.conversation AND t.n = first.n
        RETURNING t.conversation::text, t.n, t.peer, t.message, t.chain::text, t.head, t.sealed, t.made, t.tries
    """
    county = journal.county
    values = (county, now, list(passed), now, FIRST_WAIT, LONGEST_WAIT, county)
    for row in journal.query(sql, values):
        return Waiting(*cast("tuple[str, int, str, str, str, str, bytes, datetime, int]", tuple(row)))
    return None


def put_off(journal: Journal, waiting: Waiting, why: str, *, for_good: bool) -> None:
    """A try that led to nothing, and why (a code); ``for_good`` when it is not to be tried any more."""
    rows = ToldRow.objects.filter(
        county=journal.county, conversation=waiting.conversation, n=waiting.n, done=None
    )
    rows.update(why=why, **({"next_at": None} if for_good else {}))


def send_again(journal: Journal, conversation: str, n: int, now: datetime) -> bool:
    """Try a message anew that waits or was given up; False when there is none such."""
    rows = ToldRow.objects.filter(county=journal.county, conversation=conversation, n=n, done=None)
    return bool(rows.exclude(sealed=b"").update(tries=0, next_at=now))


def send_all_again(journal: Journal, peer: str, now: datetime) -> int:
    """The same for all that waits for one county; how many there are."""
    rows = ToldRow.objects.filter(county=journal.county, peer=peer, done=None).exclude(sealed=b"")
    return rows.update(tries=0, next_at=now)


def receipted(journal: Journal, waiting: Waiting, head: Head, receipt: str, now: datetime) -> None:
    """The other county has it, and signs that it does."""
    rows = ToldRow.objects.filter(
        county=journal.county, conversation=waiting.conversation, n=waiting.n, done=None
    )
    if rows.update(done=now, why="", next_at=None):
        _note(journal, head.to, RECEIPTED, {**_of(head, waiting.chain), "receipt": receipt}, now)


def untold(journal: Journal) -> tuple[ToldRow, ...]:
    """Messages without a receipt, those that were given up first, then in the order in which they were made."""
    rows = list(
        ToldRow.objects.filter(county=journal.county, done=None).order_by("made", "conversation", "n")
    )
    return tuple(sorted(rows, key=lambda row: row.next_at is not None))


def told_of(journal: Journal, chain: str) -> dict[int, tuple[ToldRow, ...]]:
    """The messages of a case by the event that told them."""
    found: dict[int, tuple[ToldRow, ...]] = {}
    for row in ToldRow.objects.filter(county=journal.county, chain=chain).order_by("conversation", "n"):
        found[row.seq] = (*found.get(row.seq, ()), row)
    return found


def case_in(journal: Journal, peer: str, conversation: str) -> str:
    """The id of the case that a conversation with a county is about; "" for none."""
    sql = """
        SELECT chain::text FROM store_told WHERE county = %s AND conversation = %s::uuid AND peer = %s
        UNION SELECT chain::text FROM store_heard WHERE county = %s AND conversation = %s::uuid AND peer = %s LIMIT 1
    """
    here = (journal.county, conversation, peer)
    return next((cast(str, row[0]) for row in journal.query(sql, (*here, *here))), "")


def heard_before(journal: Journal, head: Head) -> tuple[str, str] | None:
    """The digest of a message that came before under this number, and the receipt it was answered with."""
    rows = HeardRow.objects.filter(
        county=journal.county, peer=head.peer, conversation=head.conversation, n=head.n
    )
    return rows.values_list("digest", "receipt").first()


def keep_heard(journal: Journal, head: Head, note: str, receipt: str, chain: str, now: datetime) -> None:
    """A message came and was acted on. ``note`` is what was signed there: both stand in the ledger."""
    HeardRow.objects.create(
        county=journal.county, peer=head.peer, conversation=head.conversation, n=head.n, digest=head.digest, chain=chain,
        at=now, receipt=receipt,
    )  # fmt: skip
    facts: Facts = {**_of(head, chain), "head": head.text, "signed": note, "receipt": receipt}
    _note(journal, head.peer, HEARD, facts, now)


def forget_carried(journal: Journal, chain: str) -> None:
    """What messages of a case carried is erased with it; one that was not received yet is given up."""
    rows = ToldRow.objects.filter(county=journal.county, chain=chain)
    rows.filter(done=None).update(next_at=None, why="exchange.erased")
    rows.update(sealed=b"")


def noted(journal: Journal, peer: str, kind: str, facts: Facts, now: datetime) -> None:
    """A note in the chain of another county: that it was added, or ended."""
    _note(journal, peer, kind, facts, now)


def card_given(journal: Journal, facts: Facts, now: datetime) -> None:
    """A note that this county's own public keys were handed out, once for the same ones."""
    with transaction.atomic(using=journal.using):
        own = chain_id(journal.county, f"exchange/{journal.county}")
        journal.take_turn(f"notes/exchange/{journal.county}")
        given = [each for each in journal.events(own) if each.kind == GIVEN]
        if not given or readable(given[-1]) != facts:
            _note(journal, journal.county, GIVEN, facts, now)


def any_card_given(county: str) -> bool:
    """Whether this county's own public keys were ever handed out."""
    own = chain_id(county, f"exchange/{county}")
    return EventRow.objects.filter(county=county, chain=own, kind=GIVEN).exists()


def _of(head: Head, chain: str) -> Facts:
    return {
        "case": chain,
        "conversation": head.conversation,
        "n": head.n,
        "message": head.message,
        "digest": head.digest,
    }


def _note(journal: Journal, peer: str, kind: str, facts: Facts, now: datetime) -> None:
    found = append_note(journal, f"exchange/{peer}", kind, facts, now, now)
    if isinstance(found, Refused):
        raise RefusedError(found)
