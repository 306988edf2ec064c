"""Messages on their way out: each under one key, tried with longer waits between, until a gateway has it or it is given up.

A message that is being handed over stands as ``trying``: if the worker dies then, the next one sees that nobody knows whether the
gateway has it. It is sent again only where the gateway knows it by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct

from tongban.store.journal import Journal
from tongban.store.models import SendingRow

WAITING, TRYING, ACCEPTED, DELIVERED, FAILED, UNKNOWN = (
    "waiting", "trying", "accepted", "delivered", "failed", "unknown",
)  # fmt: skip
FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=30)
MOST_TRIES = 12
"""With waits that double up to the longest: about three hours."""


class Sending(Struct, frozen=True):
    """One message. ``was`` is how it stood before it was taken; ``tries`` counts this one."""

    id: str
    whom: str
    kind: str
    channel: str
    language: str
    made: datetime
    text: str = ""
    chain: str | None = None
    n: int = 1
    urgent: bool = False
    until: datetime | None = None
    tries: int = 0
    was: str = WAITING


def add(journal: Journal, sending: Sending, sealed: bytes | None = None) -> None:
    """Let a message wait for its turn, which is now."""
    SendingRow.objects.using(journal.using).create(
        county=journal.county, id=sending.id, whom=sending.whom, chain=sending.chain, kind=sending.kind, n=sending.n,
        channel=sending.channel, text=sending.text, language=sending.language, urgent=sending.urgent, sealed=sealed,
        made=sending.made, until=sending.until, next_at=sending.made,
    )  # fmt: skip


def take(journal: Journal, id: str, now: datetime) -> bool:
    """Take one message to try it; False when somebody else has it."""
    rows = SendingRow.objects.using(journal.using).filter(county=journal.county, id=id, state=WAITING)
    return bool(rows.update(state=TRYING, tries=1, next_at=now + FIRST_WAIT))


def next_due(journal: Journal, now: datetime, passed: Sequence[str], most: int) -> Sequence[Sending]:
    """The messages whose turn it is, at most so many, urgent ones first, the next turn of each put off already.

    ``passed`` are channels that do not answer now. Taking them is committed before any is handed over.
    """
    sql = """
        WITH first AS MATERIALIZED (
            SELECT f.id, f.state, f.urgent, f.next_at FROM store_sending f
            WHERE f.county = %s AND f.next_at <= %s AND f.channel <> ALL (%s::text[])
            ORDER BY f.urgent DESC, f.next_at, f.id LIMIT %s FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE store_sending s SET tries = s.tries + 1, state = %s,
                next_at = %s + least(%s * power(2, least(s.tries, 20)), %s)
            FROM first WHERE s.county = %s AND s.id = first.id
            RETURNING s.id, s.whom, s.kind, s.channel, s.language, s.made, s.text, s.chain, s.n, s.urgent,
                s.until, s.tries, first.state AS was, first.next_at AS due
        )
        SELECT id::text, whom, kind, channel, language, made, text, chain::text, n, urgent, until, tries, was FROM taken
        ORDER BY urgent DESC, due, id
    """
    county = journal.county
    values = (county, now, list(passed), most, TRYING, now, FIRST_WAIT, LONGEST_WAIT, county)
    rows = journal.query(sql, values)
    return [Sending(*cast("tuple[str, str, str, str, str, datetime]", tuple(row))) for row in rows]


def sealed(journal: Journal, id: str) -> bytes:
    """What is sealed beside a message; nothing any more once it went out or ran out."""
    row = SendingRow.objects.using(journal.using).filter(county=journal.county, id=id)
    return bytes(row.values_list("sealed", flat=True).first() or b"")


def hush(journal: Journal, since: datetime, until: datetime, code: str) -> int:
    """Messages of before ``since`` that no gateway has taken yet wait until ``until``, unless they are urgent or of the kind ``code``."""
    rows = SendingRow.objects.using(journal.using).filter(
        county=journal.county, urgent=False, made__lte=since, next_at__lt=until
    )
    return rows.exclude(kind=code).update(next_at=until)


def text_of(journal: Journal, id: str) -> str:
    """What a message said, as it went out; "" for one that there is not."""
    if not id:
        return ""
    rows = SendingRow.objects.using(journal.using).filter(county=journal.county, id=id)
    return rows.values_list("text", flat=True).first() or ""


def accepted(journal: Journal, id: str, now: datetime) -> None:
    """The gateway has it. What it reported in the meantime stays."""
    rows = SendingRow.objects.using(journal.using).filter(county=journal.county, id=id)
    rows.filter(state=TRYING).update(state=ACCEPTED)
    rows.update(accepted=now, next_at=None, sealed=None, why="")


def put_off(journal: Journal, sending: Sending, why: str) -> None:
    """A try that led to nothing, and why (a code): another one follows."""
    rows = SendingRow.objects.using(journal.using).filter(county=journal.county, id=sending.id, state=TRYING)
    rows.update(state=WAITING, why=why)


def end(journal: Journal, id: str, state: str, why: str, now: datetime) -> None:
    """It is tried no more: ``failed``, or ``unknown`` where nobody can say whether it arrived."""
    rows = SendingRow.objects.using(journal.using).filter(county=journal.county, id=id)
    rows.exclude(state__in=(ACCEPTED, DELIVERED)).update(
        state=state, why=why, ended=now, next_at=None, sealed=None
    )


TEXTS = """
    WITH over AS MATERIALIZED (
        SELECT o.id FROM store_sending o
        WHERE o.county = %s AND o.next_at IS NULL AND o.kind <> 'served' AND o.text <> '' AND o.made < %s
        ORDER BY o.made LIMIT %s FOR UPDATE SKIP LOCKED
    ), gone AS (
        UPDATE store_sending s SET text = '' FROM over WHERE s.county = %s AND s.id = over.id RETURNING 1
    ) SELECT count(*) FROM gone
"""
CODES = """
    WITH over AS MATERIALIZED (
        SELECT o.id FROM store_sending o WHERE o.county = %s AND o.kind = 'code' AND o.made < %s
        ORDER BY o.made LIMIT %s FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM store_sending s USING over WHERE s.county = %s AND s.id = over.id RETURNING 1
    ) SELECT count(*) FROM gone
"""


def forget_texts(journal: Journal, before: datetime, most: int) -> int:
    """Empty the texts of messages made before a moment that nobody will send any more; what has legal weight keeps its own. How many."""
    [[n]] = cast("list[tuple[int]]", journal.query(TEXTS, (journal.county, before, most, journal.county)))
    return n


def forget_codes(journal: Journal, before: datetime, most: int) -> int:
    """Remove that codes were sent before a moment. How many."""
    [[n]] = cast("list[tuple[int]]", journal.query(CODES, (journal.county, before, most, journal.county)))
    return n


def unreported(journal: Journal, channels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Key and channel of every message that these channels took and of which no gateway said what became of it."""
    rows = SendingRow.objects.using(journal.using).filter(
        county=journal.county, state=ACCEPTED, channel__in=channels
    )
    return tuple((str(id), channel) for id, channel in rows.order_by("accepted").values_list("id", "channel"))


def reported(journal: Journal, id: str, channel: str, state: str, receipt: str, now: datetime) -> bool:
    """What a gateway says of a message it was handed: ``delivered`` or ``failed``, once; False for one that it never had."""
    rows = SendingRow.objects.using(journal.using).filter(
        county=journal.county, id=id, channel=channel, tries__gt=0
    )
    heard = rows.exclude(state=DELIVERED).update(
        state=state, ended=now, receipt=receipt, next_at=None, sealed=None, why=""
    )
    return bool(heard) or rows.exists()
