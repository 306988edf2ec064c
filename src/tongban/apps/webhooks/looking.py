"""What became of each message; sending one, or everything from a moment on, once more; a trial. And what is forgotten."""

from __future__ import annotations

import secrets as chance
from datetime import datetime, timedelta

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.sight import visible
from tongban.apps.webhooks.subscribing import own, sending
from tongban.apps.webhooks.telling import TRIAL, message_id, written
from tongban.apps.webhooks.writing import Replayed, replay
from tongban.kernel.refusal import Refused
from tongban.store import webhooks as store
from tongban.store.models import MessageRow
from tongban.store.webhooks import Message

RECEIVED, WAITING, GIVEN_UP = STATES = ("received", "waiting", "given_up")
PAGE = 50
KEPT = timedelta(days=30)
KEPT_UNRECEIVED = timedelta(days=90)


class Delivery(Struct, frozen=True):
    """A message and how it stands; ``status`` is that of the last answer, 0 for none, ``why`` the code of what stood in its way."""

    id: str
    kind: str
    state: str
    made: datetime
    tries: int
    tried: datetime | None
    next_at: datetime | None
    received: datetime | None
    status: int
    why: str
    body: str


class Deliveries(Struct, frozen=True):
    """``older``: where the next page begins, None on the last one."""

    rows: tuple[Delivery, ...]
    older: tuple[datetime, str] | None = None


def deliveries(
    webhook_id: str,
    acting: Acting,
    state: str = "",
    after: tuple[datetime, str] | None = None,
    most: int = PAGE,
) -> Deliveries | Refused:
    """The messages of a subscription, the newest first."""
    here = office()
    row = own(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    found = store.deliveries(here.journal, row.id, state if state in STATES else "", after, most + 1)
    page = found[:most]
    older = (page[-1].made, page[-1].id) if len(found) > most else None
    return Deliveries(tuple(_delivery(each) for each in page), older)


def send_again(webhook_id: str, message: str, acting: Acting) -> Replayed | Refused:
    """Send one message once more, whatever became of it. Refuses one that is not there (any more)."""
    here = office()
    row = sending(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    found = store.delivery(here.journal, row.id, message)
    if found is None:
        return Refused("webhook.no_message", "delivery", {"message": message[:60]})
    chain = str(found.chain) if found.chain is not None else None
    again = Message(row.id, found.id, chain, found.seq, found.kind, found.body)
    return Replayed(store.write_again(here.journal, [again], acting.now))


def replay_entry(webhook_id: str, number: str, entry: int, acting: Acting) -> Replayed | Refused:
    """Send everything once more from an entry of the ledger on: the ``entry``-th of the case with this number.

    For somebody who may see that case: where it stands among others would say something of it.
    """
    here = office()
    row = sending(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    loaded = here.find(number)
    seen = not isinstance(loaded, Refused) and visible(here, acting, [loaded.case.id])
    mark = (
        store.mark_of(here.journal, loaded.case.id, entry)
        if not isinstance(loaded, Refused) and seen
        else None
    )
    if mark is None:
        return Refused("webhook.no_entry", "entry", {"number": number[:40], "entry": entry})
    return replay(here, row, mark, acting.now)


def replay_since(webhook_id: str, since: datetime, acting: Acting) -> Replayed | Refused:
    """Send everything once more that was recorded at a moment or after it. Refuses one that is still to come."""
    here = office()
    row = sending(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    if since > acting.now:
        return Refused("webhook.ahead", "since")
    mark = store.mark_since(here.journal, since)
    return Replayed(0) if mark is None else replay(here, row, mark, acting.now)


def trial(webhook_id: str, acting: Acting) -> Replayed | Refused:
    """Send a message that is about nothing, so that a receiver can be tried out."""
    here = office()
    row = sending(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    known_by = message_id(here.county.code, row.id, chance.token_hex(8), 0)
    body = written(TRIAL, acting.now, {"county": here.county.code, "webhook": row.id})
    return Replayed(store.write(here.journal, [Message(row.id, known_by, None, 0, TRIAL, body)], acting.now))


def tidy(now: datetime) -> int:
    """Forget messages that have had their time: the ledger has all of them. How many."""
    return store.forget(office().journal, now - KEPT, now - KEPT_UNRECEIVED)


def _delivery(row: MessageRow) -> Delivery:
    state = RECEIVED if row.done is not None else WAITING if row.next_at is not None else GIVEN_UP
    return Delivery(
        row.id, row.kind, state, row.made, row.tries, row.tried, row.next_at, row.done, row.status or 0, row.why, row.body
    )  # fmt: skip
