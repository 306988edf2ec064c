"""Subscriptions and their messages: kept, taken when their turn comes, and what came of each try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q
from msgspec import Struct

from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.batch import STEP, Mark, Stored
from tongban.store.journal import COLUMNS, Journal, stored
from tongban.store.models import MessageRow, WebhookRow
from tongban.store.notes import append_note
from tongban.store.stream import move

CHAIN, REACTOR = "webhooks", "webhooks"
HELD_FOR = timedelta(seconds=60)
"""A subscription that is being sent to is nobody else's for so long; whoever was killed meanwhile lets go of it by that."""
_TAKE = """
    SELECT w.id, d.id FROM store_webhook w
    CROSS JOIN LATERAL (
        SELECT id, next_at FROM store_webhook_message
        WHERE county = w.county AND webhook = w.id AND next_at <= %s ORDER BY next_at, id LIMIT 1
    ) d
    WHERE w.county = %s AND w.ended IS NULL AND w.paused IS NULL AND (w.rests IS NULL OR w.rests <= %s)
    ORDER BY d.next_at, w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""


class Message(Struct, frozen=True):
    """A message that is to be written."""

    webhook: str
    id: str
    chain: str | None
    seq: int
    kind: str
    body: str


class Turn(Struct, frozen=True):
    """A message whose turn it is, with its subscription as it stands. ``tries`` counts this one already."""

    row: WebhookRow
    message: str
    body: str
    chain: str
    tries: int


class Came(Struct, frozen=True):
    """What came of a try: ``why`` is "" when it was received, ``status`` 0 without an answer. ``next_at`` None: no more tries.
    ``rests``: until when the whole subscription is left alone; ``ends``: for good."""

    status: int
    why: str = ""
    next_at: datetime | None = None
    rests: datetime | None = None
    ends: bool = False


def make(journal: Journal, row: WebhookRow, facts: Facts) -> None:
    """Keep a new subscription. It is told what is written from now on, not what was."""
    with transaction.atomic(using=journal.using):
        journal.take_turn(CHAIN)
        if not listening(journal):
            _begin_here(journal)
        row.save(using=journal.using, force_insert=True)
        note(journal, "webhook_made", facts, row.since)


def _begin_here(journal: Journal) -> None:
    """While nobody listens nobody reads: the reader goes on from the newest entry that is settled."""
    sql = """SELECT xid, position FROM store_event WHERE county = %s AND xid < store_settled_xid()
             ORDER BY county DESC, xid DESC, position DESC LIMIT 1"""
    for row in journal.query(sql, (journal.county,)):
        move(journal, REACTOR, Mark(*cast("tuple[int, int]", row)))


def note(journal: Journal, kind: str, facts: Facts, now: datetime) -> None:
    found = append_note(journal, CHAIN, kind, facts, now, now)
    if isinstance(found, Refused):
        raise RefusedError(found)


def listening(journal: Journal) -> tuple[WebhookRow, ...]:
    """The subscriptions for which messages are written, paused ones too."""
    rows = WebhookRow.objects.using(journal.using).filter(county=journal.county, ended=None)
    return tuple(rows.order_by("since", "id"))


def webhooks(journal: Journal, owner: str = "") -> tuple[WebhookRow, ...]:
    """All subscriptions, or one person's, those in force first, then the newest."""
    rows = WebhookRow.objects.using(journal.using).filter(county=journal.county)
    found = rows.filter(owner=owner) if owner else rows
    return tuple(sorted(found.order_by("-since", "id"), key=lambda row: row.ended is not None))


def webhook(journal: Journal, webhook_id: str, *, lock: bool = False) -> WebhookRow | None:
    rows = WebhookRow.objects.using(journal.using).filter(county=journal.county, id=webhook_id)
    return (rows.select_for_update() if lock else rows).first()


def change(journal: Journal, row: WebhookRow, **changed: object) -> None:
    WebhookRow.objects.using(journal.using).filter(county=journal.county, id=row.id).update(**changed)


def write(journal: Journal, messages: Iterable[Message], now: datetime) -> int:
    """Put messages where they wait; one that is there already stays as it is. How many were new."""
    rows = [MessageRow(county=journal.county, made=now, next_at=now, **_columns(each)) for each in messages]
    there = _there(journal, rows)
    new = [row for row in rows if (row.webhook, row.id) not in there]
    MessageRow.objects.using(journal.using).bulk_create(new, ignore_conflicts=True)
    return len(new)


def write_again(journal: Journal, messages: Sequence[Message], now: datetime) -> int:
    """The same for messages that are to be sent once more, also those that were received or given up."""
    with transaction.atomic(using=journal.using):
        write(journal, messages, now)
        ids = [each.id for each in messages]
        rows = MessageRow.objects.using(journal.using).filter(county=journal.county, id__in=ids)
        return rows.update(next_at=now, tries=0, done=None, why="", status=None)


def _columns(message: Message) -> dict[str, str | int | None]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


def _there(journal: Journal, rows: Sequence[MessageRow]) -> set[tuple[str, str]]:
    known = MessageRow.objects.using(journal.using).filter(
        county=journal.county, id__in=[row.id for row in rows]
    )
    return set(known.values_list("webhook", "id"))


def take(journal: Journal, now: datetime, waits: Sequence[float]) -> Turn | None:
    """The message that has waited longest, of a subscription that neither rests nor is being sent to; None when none is due.

    Its next turn is put off before it is sent: whoever is killed between sending and noting has lost nothing, it is sent once
    more under the same id. ``waits`` are the seconds to the next turn by how often it was tried.
    """
    with transaction.atomic(using=journal.using):
        found = cast(
            "list[tuple[str, str]]",
            journal.query(_TAKE, (now, journal.county, now)),
        )
        if not found:
            return None
        [(webhook_id, message)] = found
        rows = MessageRow.objects.using(journal.using)
        row = rows.get(county=journal.county, webhook=webhook_id, id=message)
        wait = waits[min(row.tries, len(waits) - 1)]
        rows.filter(county=journal.county, webhook=webhook_id, id=message).update(
            tries=row.tries + 1, next_at=now + timedelta(seconds=wait), tried=now
        )
        subscription = webhook(journal, webhook_id)
        assert subscription is not None  # its row is locked
        change(journal, subscription, rests=now + HELD_FOR)
    return Turn(subscription, message, row.body, str(row.chain or ""), row.tries + 1)


def came(journal: Journal, turn: Turn, result: Came, now: datetime) -> None:
    """Note what came of a try, and let others have the subscription again."""
    rows = MessageRow.objects.using(journal.using).filter(county=journal.county, webhook=turn.row.id)
    received = not result.why
    with transaction.atomic(using=journal.using):
        rows.filter(id=turn.message).update(
            status=result.status or None,
            why=result.why,
            next_at=result.next_at,
            **({"done": now} if received else {}),
        )
        rests = {"rests": result.rests, "failures": 0 if result.rests is None else turn.row.failures + 1}
        if result.ends:
            rows.filter(done=None).update(next_at=None, why=result.why)
            facts: Facts = {"id": turn.row.id, "why": result.why}
            note(journal, "webhook_ended", facts, now)
        change(journal, turn.row, **rests, **({"ended": now, "why": result.why} if result.ends else {}))


def deliveries(
    journal: Journal, webhook_id: str, state: str, after: tuple[datetime, str] | None, most: int
) -> tuple[MessageRow, ...]:
    """Messages of a subscription, the newest first. ``state`` is ``received``, ``waiting``, ``given_up`` or "" for all."""
    rows = MessageRow.objects.using(journal.using).filter(county=journal.county, webhook=webhook_id)
    if state in _STATES:
        rows = rows.filter(_STATES[state])
    if after is not None:
        made, message = after
        rows = rows.filter(Q(made__lte=made), ~Q(made=made) | Q(id__lt=message))
    return tuple(rows.order_by("-made", "-id")[:most])


_STATES = {
    "received": Q(done__isnull=False),
    "waiting": Q(next_at__isnull=False),
    "given_up": Q(done=None, next_at=None),
}


def delivery(journal: Journal, webhook_id: str, message: str) -> MessageRow | None:
    rows = MessageRow.objects.using(journal.using)
    return rows.filter(county=journal.county, webhook=webhook_id, id=message).first()


def counts(journal: Journal, ids: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Received, waiting and given up, by subscription."""
    sql = """SELECT webhook, count(done)::int, count(next_at)::int, (count(*) - count(done) - count(next_at))::int
             FROM store_webhook_message WHERE county = %s AND webhook = ANY (%s::text[]) GROUP BY webhook"""
    rows = cast("list[tuple[str, int, int, int]]", journal.query(sql, (journal.county, list(ids))))
    return {name: (received, waiting, given_up) for name, received, waiting, given_up in rows}


def forget(journal: Journal, received: datetime, given_up: datetime) -> int:
    """Remove messages that were received, or made and given up, before these moments: the ledger has them still."""
    sql = """DELETE FROM store_webhook_message WHERE county = %s AND next_at IS NULL
             AND (done < %s OR (done IS NULL AND made < %s)) RETURNING 1"""
    return len(journal.query(sql, (journal.county, received, given_up)))


def mark_of(journal: Journal, chain: str, seq: int) -> Mark | None:
    """Where an entry of a case stands in the order of the whole ledger; None for one that is not there."""
    sql = "SELECT xid, position FROM store_event WHERE county = %s AND chain = %s::uuid AND seq = %s"
    for row in journal.query(sql, (journal.county, chain, seq)):
        return Mark(*cast("tuple[int, int]", row))
    return None


def mark_since(journal: Journal, since: datetime) -> Mark | None:
    """The first step in the order of the ledger that was recorded at a moment or after it; None when there is none. Reads the
    ledger through: for somebody who asks for a replay, not for a page."""
    sql = """SELECT xid, position FROM store_event WHERE county = %s AND kind = %s AND recorded >= %s
             ORDER BY county, xid, position LIMIT 1"""
    for row in journal.query(sql, (journal.county, STEP, since)):
        return Mark(*cast("tuple[int, int]", row))
    return None


def chains(journal: Journal, ids: Sequence[str]) -> dict[str, list[Stored]]:
    """All entries of these cases, oldest first."""
    sql = f"""SELECT {COLUMNS} FROM store_event WHERE county = %s AND chain = ANY (%s::uuid[]) ORDER BY chain, seq"""  # noqa: S608 - constants only
    found: dict[str, list[Stored]] = {}
    for row in journal.query(sql, (journal.county, list(ids))):
        each = stored(row)
        found.setdefault(each.chain, []).append(each)
    return found
