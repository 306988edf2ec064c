"""Who is to learn what: the notices of the ledger taken from where they wait, one row for each of those they are for.

A notice is taken and its deliveries are written in one transaction; whoever dies in between has done nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from tongban.kernel.events import Event
from tongban.store.batch import STEP
from tongban.store.journal import COLUMNS, Journal, stored
from tongban.store.models import DeliveryRow, NoticeRow, SendingRow
from tongban.store.notices import Sending

DUE, PAST, SENT, FAILED = "due", "past", "sent", "failed"
PORTION = 20_000
"""Rows of one statement."""


class Due(Struct, frozen=True):
    """A notice of the ledger whose time has come: the ``n``-th that followed from an event."""

    chain: str
    seq: int
    n: int
    notice: str
    to: str
    at: datetime

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells a notice from every other."""
        return self.chain, self.seq, self.n


class Delivery(Struct, frozen=True):
    """One notice for one of those it is for. ``whom`` as in :class:`tongban.store.models.DeliveryRow`."""

    chain: str
    seq: int
    n: int
    whom: str
    notice: str
    text: str
    channel: str
    at: datetime
    urgent: bool = False
    served: bool = False
    leads: bool = False
    dropped: str = ""


def past(journal: Journal, before: datetime) -> int:
    """Leave out what is so old that it would be no news (decision 34); what has legal weight is never too old."""
    sql = """
        WITH old AS MATERIALIZED (
            SELECT o.chain, o.seq, o.n FROM store_notice o
            WHERE o.county = %s AND o.state = 'due' AND o.at < %s AND NOT EXISTS (
                SELECT 1 FROM store_event e WHERE e.county = o.county AND e.chain = o.chain AND e.seq = o.seq
                AND strpos(e.body, '"served":true') > 0
            )
            ORDER BY o.at LIMIT %s FOR UPDATE SKIP LOCKED
        ), marked AS (
            UPDATE store_notice t SET state = %s FROM old
            WHERE t.county = %s AND t.chain = old.chain AND t.seq = old.seq AND t.n = old.n RETURNING 1
        ) SELECT count(*) FROM marked
    """
    total = 0
    while True:
        values = (journal.county, before, PORTION, PAST, journal.county)
        [[n]] = cast("list[tuple[int]]", journal.query(sql, values))
        total += n
        if n < PORTION:
            return total


@contextmanager
def taken(journal: Journal, now: datetime, most: int) -> Iterator[tuple[Due, ...]]:
    """The notices whose time has come, oldest first; they are taken when the block ends well."""
    sql = """
        WITH first AS MATERIALIZED (
            SELECT f.chain, f.seq, f.n FROM store_notice f
            WHERE f.county = %s AND f.state = 'due' AND f.at <= %s
            ORDER BY f.at, f.chain, f.seq, f.n LIMIT %s FOR UPDATE SKIP LOCKED
        )
        UPDATE store_notice t SET state = %s, sent_at = %s FROM first
        WHERE t.county = %s AND t.chain = first.chain AND t.seq = first.seq AND t.n = first.n
        RETURNING t.chain::text, t.seq, t.n, t.notice, t."to", t.at
    """
    with transaction.atomic(using=journal.using):
        rows = journal.query(sql, (journal.county, now, most, SENT, now, journal.county))
        yield tuple(
            sorted(
                (Due(*cast("tuple[str, int, int, str, str, datetime]", tuple(row))) for row in rows),
                key=lambda due: (due.at, due.chain, due.seq, due.n),
            )
        )


def set_aside(journal: Journal, due: Due) -> None:
    """It cannot be planned: it waits until somebody lets it be tried again."""
    rows = NoticeRow.objects.using(journal.using).filter(
        county=journal.county, chain=due.chain, seq=due.seq, n=due.n
    )
    rows.update(state=FAILED)


def due_again(journal: Journal, chain: str, seq: int) -> None:
    """What was set aside of an event is due again."""
    rows = NoticeRow.objects.using(journal.using).filter(
        county=journal.county, chain=chain, seq=seq, state=FAILED
    )
    rows.update(state=DUE)


def events_of(journal: Journal, dues: Iterable[Due]) -> dict[tuple[str, int], Event]:
    """The events that made these notices due."""
    wanted = sorted({(each.chain, each.seq) for each in dues})
    sql = f"""
        SELECT {COLUMNS} FROM store_event WHERE county = %s AND kind = %s
        AND (chain, seq) IN (SELECT * FROM unnest(%s::uuid[], %s::int[]))
    """  # noqa: S608 - constants only
    chains, numbers = [chain for chain, _ in wanted], [seq for _, seq in wanted]
    rows = journal.query(sql, (journal.county, STEP, chains, numbers))
    found = (stored(row).event() for row in rows)
    return {(each.case, each.seq): each for each in found}


def events_until(journal: Journal, wanted: Iterable[tuple[str, int]]) -> dict[str, list[Event]]:
    """The steps of these chains, each up to the last event that is wanted of it, by chain."""
    last: dict[str, int] = {}
    for chain, seq in wanted:
        last[chain] = max(seq, last.get(chain, 0))
    sql = f"""
        SELECT {COLUMNS} FROM store_event JOIN unnest(%s::uuid[], %s::int[]) AS w(of_chain, until)
        ON store_event.chain = w.of_chain AND store_event.seq <= w.until
        WHERE county = %s AND kind = %s ORDER BY store_event.chain, seq
    """  # noqa: S608 - constants only
    found: dict[str, list[Event]] = {}
    for row in journal.query(sql, (list(last), list(last.values()), journal.county, STEP)):
        event = stored(row).event()
        found.setdefault(event.case, []).append(event)
    return found


class Staff(Struct, frozen=True):
    """Somebody with a role at a unit, of their own or in the place of a colleague; ``practices`` are those for which alone, none
    for all."""

    role: str
    person: str
    practices: tuple[str, ...] = ()


def staff_on(journal: Journal, day: date, units: Sequence[str]) -> dict[str, list[Staff]]:
    """Everybody with a post in force on a day at these units, and whoever stands in for them, by unit."""
    sql = """
        SELECT o.unit, o.role, o.person, '' AS practices FROM store_post o
        WHERE o.county = %s AND o.unit = ANY (%s::text[]) AND o.since <= %s AND (o.until IS NULL OR o.until > %s)
        UNION
        SELECT s.unit, s.role, s.person, s.practices FROM store_stand_in s
        JOIN store_post o ON o.county = s.county AND o.person = s.giver AND o.unit = s.unit AND o.role = s.role
            AND o.since <= %s AND (o.until IS NULL OR o.until > %s)
        WHERE s.county = %s AND s.unit = ANY (%s::text[]) AND s.ended IS NULL AND s.since <= %s AND s.until > %s
        ORDER BY unit, role, person
    """
    found: dict[str, list[Staff]] = {}
    where = (journal.county, list(units), day, day)
    rows = journal.query(sql, (*where, day, day, *where))
    for unit, role, person, practices in cast("list[tuple[str, str, str, str]]", rows):
        alone, _, named = role.rpartition(".")
        found.setdefault(unit, []).append(Staff(named, person, tuple(practices.split() or alone.split())))
    return found


def works_here(journal: Journal, person: str, day: date) -> bool:
    """Whether somebody has a post in force on a day: whoever stands in for a colleague has one of their own."""
    sql = """SELECT 1 FROM store_post WHERE county = %s AND person = %s AND since <= %s AND (until IS NULL OR until > %s) LIMIT 1"""
    return bool(journal.query(sql, (journal.county, person, day, day)))


def add(journal: Journal, deliveries: Sequence[Delivery]) -> None:
    """Write deliveries; one that is there already stays as it is."""
    sql = """
        INSERT INTO store_delivery (county, chain, seq, n, whom, notice, text, channel, urgent, served, leads, at, dropped)
        SELECT %s, v.chain, v.seq, v.n, v.whom, v.notice, v.text, v.channel, v.urgent, v.served, v.leads, v.at, v.dropped
        FROM json_to_recordset(%s::json) AS v(
            chain uuid, seq int, n smallint, whom text, notice text, text text, channel text, urgent boolean, served boolean,
            leads boolean, at timestamptz, dropped text
        ) ON CONFLICT DO NOTHING RETURNING 1
    """
    rows = [{name: _plain(getattr(each, name)) for name in Delivery.__struct_fields__} for each in deliveries]
    if rows:
        journal.query(sql, (journal.county, json.dumps(rows, ensure_ascii=False)))


def waiting(journal: Journal, now: datetime, most: int) -> tuple[Delivery, ...]:
    """The deliveries that may go out by now, the oldest first, locked until the transaction ends; none where another worker is
    at it: what is for one person must not be split between two."""
    sql = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
    [[alone]] = journal.query(sql, (f"{journal.county}/deliveries",))
    if not alone:
        return ()
    rows = _rows(journal).filter(sending=None, dropped="", at__lte=now)
    return tuple(map(_delivery, rows.order_by("at", "chain", "seq", "n", "whom")[:most]))


def gathered(journal: Journal, messages: Sequence[tuple[Sending, Sequence[Delivery]]]) -> None:
    """Let messages wait for their turn, each with the deliveries that it carries."""
    add_messages = """
        INSERT INTO store_sending (county, id, whom, chain, kind, n, channel, text, language, urgent, made, next_at, tries, state,
            why, receipt)
        SELECT %s, v.id, v.whom, v.chain, v.kind, v.n, v.channel, v.text, v.language, v.urgent, v.made, v.made, 0, 'waiting', '', ''
        FROM json_to_recordset(%s::json) AS v(
            id uuid, whom text, chain uuid, kind text, n int, channel text, text text, language text, urgent boolean,
            made timestamptz
        ) RETURNING 1
    """
    join = """
        UPDATE store_delivery d SET sending = v.sending
        FROM json_to_recordset(%s::json) AS v(sending uuid, chain uuid, seq int, n smallint, whom text)
        WHERE d.county = %s AND d.chain = v.chain AND d.seq = v.seq AND d.n = v.n AND d.whom = v.whom RETURNING 1
    """
    fields = ("id", "whom", "chain", "kind", "n", "channel", "text", "language", "urgent", "made")
    made = [{name: _plain(getattr(message, name)) for name in fields} for message, _ in messages]
    carried = [
        {"sending": message.id, "chain": each.chain, "seq": each.seq, "n": each.n, "whom": each.whom}
        for message, several in messages
        for each in several
    ]
    if made:
        journal.query(add_messages, (journal.county, json.dumps(made, ensure_ascii=False)))
        journal.query(join, (json.dumps(carried), journal.county))


def carried(journal: Journal, sending: str) -> tuple[Delivery, ...]:
    """The deliveries that a message carries."""
    return tuple(map(_delivery, _rows(journal).filter(sending=sending).order_by("chain", "seq", "n", "whom")))


def of_case(journal: Journal, chain: str, most: int) -> tuple[tuple[Delivery, SendingRow | None], ...]:
    """What was told about a case, to whom and with which message, the latest first."""
    return _with_messages(
        journal, _rows(journal).filter(chain=chain).order_by("-at", "-seq", "n", "whom")[:most]
    )


def of_whom(journal: Journal, whom: str, most: int) -> tuple[tuple[Delivery, SendingRow | None], ...]:
    """What somebody was told, or can read at the desk, the latest first."""
    return _with_messages(
        journal, _rows(journal).filter(whom=whom).order_by("-at", "chain", "-seq", "n")[:most]
    )


TEXTS = """
    WITH over AS MATERIALIZED (
        SELECT o.chain, o.seq, o.n, o.whom FROM store_delivery o
        WHERE o.county = %s AND NOT o.served AND o.text <> '' AND o.at < %s AND (o.sending IS NOT NULL OR o.dropped <> '')
        ORDER BY o.at LIMIT %s FOR UPDATE SKIP LOCKED
    ), gone AS (
        UPDATE store_delivery d SET text = '' FROM over
        WHERE d.county = %s AND d.chain = over.chain AND d.seq = over.seq AND d.n = over.n AND d.whom = over.whom RETURNING 1
    ) SELECT count(*) FROM gone
"""
OLDEST = """
    SELECT min(at) FROM store_delivery WHERE county = %s AND NOT served AND text <> '' AND (sending IS NOT NULL OR dropped <> '')
"""


def forget_texts(journal: Journal, before: datetime, most: int) -> int:
    """Empty what was told before a moment; that it was, to whom and when stays, and what has legal weight stays whole. How many."""
    [[n]] = cast("list[tuple[int]]", journal.query(TEXTS, (journal.county, before, most, journal.county)))
    return n


def oldest_text(journal: Journal) -> datetime | None:
    """The moment of the oldest notice without legal weight of which the words are there still."""
    [[at]] = cast("list[tuple[datetime | None]]", journal.query(OLDEST, (journal.county,)))
    return at


def next_at(journal: Journal) -> datetime | None:
    """When the next delivery may go out; None when nothing waits."""
    row = _rows(journal).filter(sending=None, dropped="").order_by("at").first()
    return row.at if row is not None else None


def hush(journal: Journal, since: datetime, until: datetime) -> int:
    """What was to go out before ``since`` and has not, waits until ``until``, unless it is urgent. How many deliveries."""
    rows = _rows(journal).filter(sending=None, dropped="", urgent=False, at__lte=since)
    return rows.update(at=until)


def waiting_at(journal: Journal, at: datetime) -> int:
    """How many deliveries wait for just that moment."""
    return _rows(journal).filter(sending=None, dropped="", at=at).count()


def unproved(journal: Journal, before: datetime, paper: str) -> int:
    """What has legal weight and was handed to a gateway before a moment, and nobody said since that it arrived: it waits for paper."""
    messages = SendingRow.objects.using(journal.using).filter(
        county=journal.county, kind="served", state="accepted", accepted__lt=before
    )
    rows = _rows(journal).filter(served=True, dropped="", sending__in=messages.values("id"))
    return rows.update(dropped=paper)


def to_paper(journal: Journal, sending: str, paper: str) -> None:
    """What has legal weight and went with this message did not arrive: it waits for paper."""
    _rows(journal).filter(sending=sending, served=True, dropped="").update(dropped=paper)


def on_paper(journal: Journal, chain: str, seq: int, n: int, paper: str) -> Delivery | None:
    """A notice with legal weight that waits to be handed over on paper."""
    row = _rows(journal).filter(chain=chain, seq=seq, n=n, served=True, dropped=paper).first()
    return _delivery(row) if row is not None else None


def with_weight(journal: Journal, chain: str, seq: int, n: int) -> Delivery | None:
    """A notice with legal weight, wherever it stands."""
    row = _rows(journal).filter(chain=chain, seq=seq, n=n, served=True).first()
    return _delivery(row) if row is not None else None


def proved(journal: Journal, each: Delivery, served: str) -> bool:
    """Mark it as served; False when it is already."""
    rows = _rows(journal).filter(chain=each.chain, seq=each.seq, n=each.n, whom=each.whom, served=True)
    return bool(rows.exclude(dropped=served).update(dropped=served))


def _rows(journal: Journal) -> QuerySet[DeliveryRow]:
    return DeliveryRow.objects.using(journal.using).filter(county=journal.county)


def _with_messages(
    journal: Journal, rows: Iterable[DeliveryRow]
) -> tuple[tuple[Delivery, SendingRow | None], ...]:
    found = list(rows)
    ids = {row.sending for row in found if row.sending is not None}
    messages = SendingRow.objects.using(journal.using).filter(county=journal.county, id__in=ids)
    by_id = {row.id: row for row in messages.defer("sealed")}
    return tuple((_delivery(row), by_id.get(row.sending) if row.sending else None) for row in found)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        str(row.chain), row.seq, row.n, row.whom, row.notice, row.text, row.channel, row.at, row.urgent, row.served, row.leads,
        row.dropped,
    )  # fmt: skip


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
