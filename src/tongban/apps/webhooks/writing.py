"""Messages are written from the ledger, by a reader with its own bookmark: once each, and again when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.contrib.auth.models import User
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.office import Office
from tongban.apps.people.acting import actor_of
from tongban.apps.rights import may
from tongban.apps.sight import visible
from tongban.apps.webhooks.telling import Told, message_id, told, written
from tongban.kernel.commands import Actor, ActorKind
from tongban.store import webhooks as store
from tongban.store.batch import Mark, Stored
from tongban.store.models import WebhookRow
from tongban.store.stream import following
from tongban.store.webhooks import Message

MOST_AGAIN = 10_000
"""Messages that one replay sends; whoever needs more goes on from where it stopped."""
_PAGE = 1000


class Replayed(Struct, frozen=True):
    """``n`` messages go out again. ``more``: there are others behind them; the last one that goes is ``number``, ``entry``."""

    n: int
    more: bool = False
    number: str = ""
    entry: int = 0


def anybody_listens(here: Office) -> bool:
    return store.anybody(here.journal)


def write_events(here: Office, events: Sequence[Stored]) -> int:
    """Write the messages of these steps for everybody who is told of them; how many there were."""
    now, said = datetime.now(UTC), tellings(here, events)
    return sum(
        store.write(here.journal, messages(here, row, said, now), now)
        for row in store.listening(here.journal)
    )


def replay(here: Office, row: WebhookRow, mark: Mark, now: datetime) -> Replayed:
    """Send again everything from a place of the ledger on that the subscription is about, oldest first."""
    after, sent = Mark(mark.xid, mark.position - 1), 0
    last: tuple[str, int] = ("", 0)
    while events := following(here.journal, after, _PAGE):
        found = messages(here, row, tellings(here, events), now)
        kept = found[: MOST_AGAIN - sent]
        if kept:
            sent += store.write_again(here.journal, kept, now)
            last = (kept[-1].chain or "", kept[-1].seq)
        if len(kept) < len(found) or sent >= MOST_AGAIN:
            return Replayed(sent, True, _number(here, last[0]), last[1])
        after = events[-1].mark
    return Replayed(sent)


def tellings(here: Office, events: Sequence[Stored]) -> tuple[Told, ...]:
    """These entries as they are told, in their order."""
    chains = store.chains(here.journal, list(dict.fromkeys(each.chain for each in events)))
    by_entry = {
        (each.chain, each.seq): each
        for chain in chains.values()
        for each in told(here.county.code, chain, here.procedure)
    }
    return tuple(by_entry[each.chain, each.seq] for each in events if (each.chain, each.seq) in by_entry)


def messages(here: Office, row: WebhookRow, said: Sequence[Told], now: datetime) -> tuple[Message, ...]:
    """What of it a subscription is told: of its kinds, practices and unit, and of cases that its owner may see."""
    wanted = [each for each in said if _wants(here, row, each)]
    seen = seen_by(here, row.owner, {each.chain for each in wanted}, now)
    return tuple(_message(here, row, each) for each in wanted if each.chain in seen)


def _message(here: Office, row: WebhookRow, each: Told) -> Message:
    kind = next(kind for kind in each.kinds if kind in row.kinds)
    known_by = message_id(here.county.code, row.id, each.chain, each.seq)
    return Message(row.id, known_by, each.chain, each.seq, kind, written(kind, each.at, each.data))


def seen_by(here: Office, owner: str, cases: Iterable[str], now: datetime) -> set[str]:
    """Which cases the owner's own posts open at this moment: none for somebody who may not subscribe any more."""
    actor, ids = subscriber(owner, now), sorted(cases)
    return visible(here, Acting(now, actor), ids) if actor is not None and ids else set()


def subscriber(owner: str, now: datetime) -> Actor | None:
    """Whoever made a subscription with the posts of their own, while these let them; None once they do not, or the account is gone."""
    user = User.objects.filter(username=owner, is_active=True).first()
    actor = actor_of(user, now) if user is not None else None
    if actor is None or actor.kind is not ActorKind.PERSON:
        return None
    own = replace(actor, posts=actor.own_posts)
    return own if may("look_after_webhooks", own) else None


def _wants(here: Office, row: WebhookRow, each: Told) -> bool:
    if each.practice in here.county.guarded:
        return False
    if not set(row.kinds) & set(each.kinds) or (row.practices and each.practice not in row.practices):
        return False
    if not row.unit:
        return True
    county = here.county
    scope = county.present(row.unit)
    about = {county.present(unit) for unit in (each.holder, each.home) if unit}
    return any(scope == unit or scope in county.above.get(unit, ()) for unit in about)


def _number(here: Office, chain: str) -> str:
    return next((each.case.number for each in here.journal.load(ids=[chain])), "") if chain else ""
