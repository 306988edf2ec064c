"""Who else is told what happens: subscriptions of the caller, an administrator's of everybody."""

from __future__ import annotations

from tongban.api.v1.cursors import moment_and_id, wrapped
from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import webhooks as shapes
from tongban.apps.webhooks import looking, subscribing
from tongban.apps.webhooks.subscribing import Made, Webhook, Wish
from tongban.apps.webhooks.writing import Replayed
from tongban.kernel.refusal import Refused

_STANDINGS = {"active": subscribing.resume, "paused": subscribing.pause, "ended": subscribing.end}


def list_webhooks(asked: Asked) -> Answer:
    """Your subscriptions; those in force first, then the newest."""
    found = subscribing.webhooks(asked.acting)
    return shapes.WebhookList(webhooks=tuple(shapes.WebhookOut.model_validate(each) for each in found))


def make_webhook(asked: Asked, body: shapes.Subscribe) -> Answer:
    """Let an address be told from now on. It learns of cases that your posts let you see, as long as they do.

    Messages are signed as Standard Webhooks says. They carry numbers, stages, units, times and what proves them in the ledger, and
    nothing of who asked or of what anybody wrote.
    """
    return _made(subscribing.subscribe(Wish(**body.model_dump()), asked.acting))


def get_webhook(asked: Asked, webhook: str) -> Answer:
    """One subscription."""
    return _out(subscribing.webhook(webhook, asked.acting))


def set_webhook(asked: Asked, webhook: str, body: shapes.Stand) -> Answer:
    """Pause a subscription, let it go on, or end it. What happens during a pause waits; an end is for good."""
    return _out(_STANDINGS[body.standing](webhook, asked.acting))


def change_secret(asked: Asked, webhook: str) -> Answer:
    """A new secret. For a day messages carry a signature by the earlier one, too."""
    return _made(subscribing.change_secret(webhook, asked.acting))


def list_deliveries(asked: Asked, webhook: str, query: shapes.DeliveryQuery) -> Answer:
    """What became of each message, the newest first."""
    after = moment_and_id(query.after)
    if isinstance(after, Refused):
        return after
    found = looking.deliveries(webhook, asked.acting, query.state, after, query.limit)
    if isinstance(found, Refused):
        return found
    older = f"{found.older[0].isoformat()}~{found.older[1]}" if found.older else ""
    return shapes.DeliveryList(
        deliveries=tuple(shapes.DeliveryOut.model_validate(each) for each in found.rows), next=wrapped(older)
    )


def replay(asked: Asked, webhook: str, body: shapes.Replay) -> Answer:
    """Send once more, from the ledger: one message, or everything from an entry or a moment on, under the ids it had before."""
    if (bool(body.delivery), body.entry is not None, body.since is not None).count(True) != 1:
        return Refused("webhook.which")
    if body.delivery:
        return _replayed(looking.send_again(webhook, body.delivery, asked.acting))
    if body.entry is not None:
        return _replayed(looking.replay_entry(webhook, body.entry.number, body.entry.entry, asked.acting))
    assert body.since is not None
    return _replayed(looking.replay_since(webhook, body.since, asked.acting))


def trial(asked: Asked, webhook: str) -> Answer:
    """Send a message that is about nothing, to try a receiver out."""
    return _replayed(looking.trial(webhook, asked.acting))


def _out(found: Webhook | Refused) -> Answer:
    return found if isinstance(found, Refused) else shapes.WebhookOut.model_validate(found)


def _made(found: Made | Refused) -> Answer:
    return found if isinstance(found, Refused) else shapes.WebhookMade.model_validate(found)


def _replayed(found: Replayed | Refused) -> Answer:
    return found if isinstance(found, Refused) else shapes.Replayed.model_validate(found)
