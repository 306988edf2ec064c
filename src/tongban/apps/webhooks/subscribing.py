"""Who is told what: made, looked at, paused, ended, their secret changed. What changes who learns something is noted in the ledger.

A subscription belongs to the administrator who made it and sees what their posts let them see, now and at each message: nothing once they
are none any more. All administrators look after it.
"""

from __future__ import annotations

import secrets as chance
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.keyring import cipher_of
from tongban.apps.office import Office, office
from tongban.apps.outgoing import unfit_now
from tongban.apps.people.own import by
from tongban.apps.rights import may
from tongban.apps.webhooks.signing import new_secret
from tongban.apps.webhooks.telling import KINDS
from tongban.apps.webhooks.writing import subscriber
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store import webhooks as store
from tongban.store.models import WebhookRow

LONGEST_PURPOSE = 200
MOST = 20
"""Subscriptions that one person may have in force."""
OVERLAP = timedelta(hours=24)
"""For so long a secret that was changed still signs beside the new one."""
ACTIVE, PAUSED, ENDED, STOPPED = "active", "paused", "ended", "stopped"
"""``STOPPED``: whoever made it is no administrator any more. It goes on should they be one again."""
NO_RIGHT = "webhook.no_right"
NONE = (0, 0, 0, 0)


class Wish(Struct, frozen=True):
    """What somebody wants another system to be told. No ``practices``: all; ``unit`` "": as far as the owner sees."""

    address: str
    purpose: str
    kinds: tuple[str, ...] = KINDS
    practices: tuple[str, ...] = ()
    unit: str = ""


class Webhook(Struct, frozen=True):
    """A subscription as it stands; ``why`` is the code for which it ended or stopped by itself. ``both_until``: until when two secrets sign."""

    id: str
    owner: str
    purpose: str
    address: str
    kinds: tuple[str, ...]
    practices: tuple[str, ...]
    unit: str
    standing: str
    since: datetime
    ended: datetime | None
    why: str
    both_until: datetime | None
    failures: int
    received: int = 0
    waiting: int = 0
    given_up: int = 0
    tried: int = 0
    """of those that wait, those that were tried in vain: nobody was there, or it was not taken"""


class Made(Struct, frozen=True):
    """A subscription with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


def subscribe(wish: Wish, acting: Acting) -> Made | Refused:
    """From now on this address is told. Refuses whoever has no post, and every part of the wish that cannot be."""
    here = office()
    owner = acting.actor.person
    if acting.actor.kind is not ActorKind.PERSON or not acting.actor.own_posts:
        return Refused("people.no_posts", owner)
    if not may("look_after_webhooks", acting.actor):
        return Refused("webhook.administrators")
    faults = _faults(here, wish)
    if faults:
        return Refused.of(faults)
    if sum(row.ended is None for row in store.webhooks(here.journal, owner)) >= MOST:
        return Refused("webhook.many", "", {"most": MOST})
    made, secret = f"wh_{chance.token_hex(8)}", new_secret()
    row = WebhookRow(
        county=here.county.code, id=made, owner=owner, purpose=" ".join(wish.purpose.split()), address=wish.address,
        kinds=[kind for kind in KINDS if kind in wish.kinds], practices=list(dict.fromkeys(wish.practices)), unit=wish.unit,
        secret=cipher_of(here.county.code).seal(secret.encode(), _place(made)), since=acting.now,
    )  # fmt: skip
    facts: Facts = {
        "id": made,
        "owner": owner,
        "purpose": row.purpose,
        "host": urlsplit(wish.address).hostname or "",
        "kinds": tuple(row.kinds),
        "practices": tuple(row.practices),
        "unit": wish.unit,
    }
    store.make(here.journal, row, facts)
    return Made(_webhook(row, acting.now), secret)


def _faults(here: Office, wish: Wish) -> list[Refused]:
    """Everything about a wish that cannot be."""
    faults = []
    unsafe = unfit_now(wish.address)
    if unsafe is not None:
        faults.append(unsafe)
    if not 1 <= len(" ".join(wish.purpose.split())) <= LONGEST_PURPOSE:
        faults.append(Refused("webhook.purpose", "purpose", {"most": LONGEST_PURPOSE}))
    strange = sorted(set(wish.kinds) - set(KINDS))
    if strange or not wish.kinds:
        faults.append(Refused("webhook.kinds", "kinds", {"given": ", ".join(strange)[:100], "known": KINDS}))
    known = {term.practice for term in here.terms}
    faults += [
        Refused("webhook.practice", "practices", {"practice": each[:60]})
        for each in wish.practices
        if each not in known
    ]
    if wish.unit and wish.unit not in here.county.units:
        faults.append(Refused("webhook.unit", "unit", {"unit": wish.unit[:60]}))
    return faults


def webhooks(acting: Acting) -> tuple[Webhook, ...]:
    """All subscriptions for an administrator, none for anybody else: those in force first, then the newest."""
    here = office()
    rows = store.webhooks(here.journal) if may("look_after_webhooks", acting.actor) else ()
    found = store.counts(here.journal, [row.id for row in rows])
    return tuple(_webhook(row, acting.now, found.get(row.id, NONE)) for row in rows)


def webhook(webhook_id: str, acting: Acting) -> Webhook | Refused:
    here = office()
    row = own(here, webhook_id, acting)
    if isinstance(row, Refused):
        return row
    return _webhook(row, acting.now, store.counts(here.journal, [row.id]).get(row.id, NONE))


def own(here: Office, webhook_id: str, acting: Acting, *, lock: bool = False) -> WebhookRow | Refused:
    """The subscription, for whoever looks after them. For everybody else it is not there."""
    row = store.webhook(here.journal, webhook_id, lock=lock)
    if row is None or not may("look_after_webhooks", acting.actor):
        return Refused("webhook.unknown", "", {"webhook": webhook_id[:40]})
    return row


def in_force(here: Office, webhook_id: str, acting: Acting, *, lock: bool = False) -> WebhookRow | Refused:
    row = own(here, webhook_id, acting, lock=lock)
    if isinstance(row, Refused) or row.ended is None:
        return row
    return Refused("webhook.ended", "", {"webhook": webhook_id})


def sending(here: Office, webhook_id: str, acting: Acting) -> WebhookRow | Refused:
    """One to which something may be sent now: not where whoever made it may not subscribe any more."""
    row = in_force(here, webhook_id, acting)
    if isinstance(row, Refused) or subscriber(row.owner, acting.now) is not None:
        return row
    return Refused(NO_RIGHT)


def pause(webhook_id: str, acting: Acting) -> Webhook | Refused:
    """Send nothing until it goes on; what happens meanwhile waits."""
    return _changed(webhook_id, acting, "webhook_paused", paused=acting.now)


def resume(webhook_id: str, acting: Acting) -> Webhook | Refused:
    return _changed(webhook_id, acting, "webhook_resumed", paused=None, rests=None, failures=0)


def end(webhook_id: str, acting: Acting) -> Webhook | Refused:
    """Tell it nothing any more. Its messages stay to be looked at for their time; what waited is given up."""
    return _changed(webhook_id, acting, "webhook_ended", ended=acting.now)


def end_of(owner: str, acting: Acting) -> int:
    """Somebody leaves: whatever they wanted told to other systems is told no more. How many ended."""
    here = office()
    with transaction.atomic():
        rows = [row for row in store.webhooks(here.journal, owner) if row.ended is None]
        for row in rows:
            store.change(here.journal, row, ended=acting.now)
            store.give_up(here.journal, row.id, store.ENDED)
            store.note(here.journal, "webhook_ended", {"id": row.id, "by": by(acting)}, acting.now)
    return len(rows)


def _changed(webhook_id: str, acting: Acting, kind: str, **changed: object) -> Webhook | Refused:
    here = office()
    with transaction.atomic():
        row = in_force(here, webhook_id, acting, lock=True)
        if isinstance(row, Refused):
            return row
        store.change(here.journal, row, **changed)
        if "ended" in changed:
            store.give_up(here.journal, row.id, store.ENDED)
        store.note(here.journal, kind, {"id": row.id, "by": acting.actor.person}, acting.now)
    return webhook(webhook_id, acting)


def change_secret(webhook_id: str, acting: Acting) -> Made | Refused:
    """A new secret, shown this once. The one before signs beside it for a day, so that the receiver can change over; whoever
    changes it again within that day ends the earlier one, as somebody does whose secret got out."""
    here = office()
    secret = new_secret()
    with transaction.atomic():
        row = in_force(here, webhook_id, acting, lock=True)
        if isinstance(row, Refused):
            return row
        store.change(
            here.journal,
            row,
            secret=cipher_of(here.county.code).seal(secret.encode(), _place(row.id)),
            earlier=bytes(row.secret),
            earlier_until=acting.now + OVERLAP,
        )
        store.note(
            here.journal, "webhook_secret_changed", {"id": row.id, "by": acting.actor.person}, acting.now
        )
    found = webhook(webhook_id, acting)
    return found if isinstance(found, Refused) else Made(found, secret)


def secrets_of(here: Office, row: WebhookRow, now: datetime) -> Sequence[str]:
    """The secrets that sign now, the newest first; none where the home's key is another one. Raises ``RefusedError`` where it is gone."""
    sealed = [row.secret]
    if row.earlier is not None and row.earlier_until is not None and now < row.earlier_until:
        sealed.append(row.earlier)
    cipher = cipher_of(here.county.code)
    opened = [cipher.open(bytes(each), _place(row.id)) for each in sealed]
    return [each.decode() for each in opened if each is not None]


def _place(webhook_id: str) -> str:
    return f"webhook/{webhook_id}"


def _webhook(row: WebhookRow, now: datetime, counts: tuple[int, int, int, int] = NONE) -> Webhook:
    stopped = row.ended is None and subscriber(row.owner, now) is None
    standing = (
        ENDED
        if row.ended is not None
        else STOPPED
        if stopped
        else PAUSED
        if row.paused is not None
        else ACTIVE
    )
    both = row.earlier_until if row.earlier_until is not None and row.earlier_until > now else None
    return Webhook(
        row.id, row.owner, row.purpose, row.address, tuple(row.kinds), tuple(row.practices), row.unit, standing, row.since,
        row.ended, NO_RIGHT if stopped else row.why, both, row.failures, *counts,
    )  # fmt: skip
