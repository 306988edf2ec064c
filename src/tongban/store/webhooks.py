"""Subscriptions and their messages: kept, taken when their turn comes, and what came of each try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import F, Q
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
_TURN = """
    SELECT w.id FROM store_webhook w
    CROSS JOIN LATERAL (
        SELECT next_at FROM store_webhook_message
        WHERE county = w.county AND webhook = w.id AND next_at <= %s ORDER BY next_at LIMIT 1
    ) d
    WHERE w.county = %s AND w.ended IS NULL AND w.paused IS NULL AND (w.rests IS NULL OR w.rests <= %s)
    ORDER BY d.next_at, w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""
_TAKE = """
    UPDATE store_webhook_message m SET tried = %s, tries = m.tries + 1,
        next_at = %s + make_interval(secs => (%s::float8[])[least(m.tries + 1, %s)])
    FROM (
        SELECT id FROM store_webhook_message
        WHERE county = %s AND webhook = %s AND next_at <= %s ORDER BY next_at, id LIMIT %s
    ) due
    WHERE m.county = %s AND m.webhook = %s AND m.id = due.id
    RETURNING m.id, m.body, coalesce(m.chain::text, ''), m.tries
"""
ENDED = "webhook.ended"
"""Why a message is not sent any more whose subscription was ended by somebody."""
AT_A_TURN = 20
"""Messages of one subscription that are taken together."""


class Message(Struct, frozen=True):
    """A message that is to be written."""

    webhook: str
    id: str
    chain: str | None
    seq: int
    kind: str
    body: str


class Taken(Struct, frozen=True):
    """A message whose turn it is. ``tries`` counts this one already."""

    id: str
    body: str
    chain: str
    tries: int


class Turn(Struct, frozen=True):
    """A subscription as it stands, with the messages that it is sent now, one after the other."""

    row: WebhookRow
    messages: tuple[Taken, ...]


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


def anybody(journal: Journal) -> bool:
    """Whether there is such a one."""
    sql = "SELECT EXISTS (SELECT 1 FROM store_webhook WHERE county = %s AND ended IS NULL)"
    return bool(journal.known(sql, (journal.county,))[0][0])


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


def end_earlier(journal: Journal) -> int:
    """From now on no secret signs that was changed for another one; of how many subscriptions."""
    rows = WebhookRow.objects.using(journal.using).filter(county=journal.county, earlier__isnull=False)
    return rows.update(earlier=None, earlier_until=None)


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
    """The subscription whose message has waited longest, among those that neither rest nor are being sent to; None when none is due.

    The next turn of its messages is put off before they are sent: whoever is killed between sending and noting has lost nothing,
    they are sent once more under the same ids. ``waits`` are the seconds to the next turn by how often a message was tried.
    """
    county = journal.county
    with transaction.atomic(using=journal.using):
        found = cast("list[tuple[str]]", journal.query(_TURN, (now, county, now)))
        if not found:
            return None
        [(name,)] = found
        arguments = (now, now, list(waits), len(waits), county, name, now, AT_A_TURN, county, name)
        rows = cast("list[tuple[str, str, str, int]]", journal.query(_TAKE, arguments))
        subscription = webhook(journal, name)
        assert subscription is not None  # its row is locked
        change(journal, subscription, rests=now + HELD_FOR)
    return Turn(subscription, tuple(Taken(*row) for row in rows))


def came(journal: Journal, turn: Turn, results: Sequence[Came], now: datetime) -> None:
    """Note what came of a turn, and let others have the subscription again. What was not sent any more waits as before, unless
    the subscription was ended meanwhile."""
    rows = MessageRow.objects.using(journal.using).filter(county=journal.county, webhook=turn.row.id)
    last = results[-1]
    with transaction.atomic(using=journal.using):
        standing = webhook(journal, turn.row.id, lock=True)
        for taken, each in zip(turn.messages, results, strict=False):
            received = {} if each.why else {"done": now}
            rows.filter(id=taken.id).update(
                status=each.status or None, why=each.why, next_at=each.next_at, **received
            )
        unsent = [taken.id for taken in turn.messages[len(results) :]]
        if unsent:
            rows.filter(id__in=unsent).update(next_at=now, tries=F("tries") - 1)
        failures = 0 if last.rests is None else turn.row.failures + 1
        changed: dict[str, object] = {"rests": last.rests, "failures": failures}
        if standing is None or standing.ended is not None:
            give_up(journal, turn.row.id, ENDED)
        elif last.ends:
            give_up(journal, turn.row.id, last.why)
            note(journal, "webhook_ended", {"id": turn.row.id, "why": last.why}, now)
            changed |= {"ended": now, "why": last.why}
        change(journal, turn.row, **changed)


def give_up(journal: Journal, webhook_id: str, why: str) -> None:
    """What still waits goes out no more."""
    rows = MessageRow.objects.using(journal.using).filter(county=journal.county, webhook=webhook_id)
    rows.filter(next_at__isnull=False).update(next_at=None, why=why)


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


def counts(journal: Journal, ids: Sequence[str]) -> dict[str, tuple[int, int, int, int]]:
    """Received, waiting, given up, and waiting after a try that came to nothing, by subscription."""
    sql = """SELECT webhook, count(done)::int, count(next_at)::int, (count(*) - count(done) - count(next_at))::int,
                 (count(*) FILTER (WHERE next_at IS NOT NULL AND why <> ''))::int
             FROM store_webhook_message WHERE county = %s AND webhook = ANY (%s::text[]) GROUP BY webhook"""
    rows = cast("list[tuple[str, int, int, int, int]]", journal.query(sql, (journal.county, list(ids))))
    return {name: (received, waiting, given_up, tried) for name, received, waiting, given_up, tried in rows}


def forget(journal: Journal, received: datetime, given_up: datetime) -> int:
    """Remove messages that were received, or made and given up, before these moments: the ledger has them still. One that was
    written while its subscription was being ended waits for nothing."""
    sql = """DELETE FROM store_webhook_message m WHERE m.county = %s AND (m.next_at IS NULL OR EXISTS (
                 SELECT 1 FROM store_webhook w WHERE w.county = m.county AND w.id = m.webhook AND w.ended IS NOT NULL
             )) AND (m.done < %s OR (m.done IS NULL AND m.made < %s)) RETURNING 1"""
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
