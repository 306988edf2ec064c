"""Sending what waits: each subscription takes its turn by itself, so that a receiver who hangs holds up nobody else, nor the round.

The database is asked in one thread; the others do nothing but wait for answers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from threading import Lock
from time import monotonic

from msgspec import Struct

from tongban.apps import outgoing
from tongban.apps.office import office
from tongban.apps.webhooks.signing import headers
from tongban.apps.webhooks.subscribing import NO_RIGHT, secrets_of
from tongban.apps.webhooks.writing import seen_by, subscriber
from tongban.kernel.refusal import Refused
from tongban.store import webhooks as store
from tongban.store.webhooks import Came, Taken, Turn

WAITS = (5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between two tries of one message, about three days in all; each is up to a fifth longer or shorter."""
MOST_TRIES = len(WAITS) + 1
RESTS = (0, 5, 15, 60, 300)
"""Seconds for which a subscription is left alone after so many failures in a row."""
LONGEST_WAIT = timedelta(days=1)
"""What a receiver may ask for by Retry-After."""
SECONDS = 10
AT_ONCE = 16
"""Receivers that are spoken to at the same time."""
ROUND = 20.0
"""Seconds after which a round begins nothing new; less, together with the last try, than a subscription is held for."""
PATIENCE = 1.0
"""Seconds for which a round of the worker waits for somebody to answer, before it leaves those who do not to themselves."""
OK, REDIRECTED, GONE, SLOW_DOWN = 200, 300, 410, (429, 503)


class Sent(Struct, frozen=True):
    """What came of a round: messages received, put off, and given up."""

    received: int = 0
    put_off: int = 0
    given_up: int = 0


class _Speaking:
    """Whom this process is speaking to just now, also from one round to the next: who lets us wait is heard when they have answered."""

    def __init__(self) -> None:
        self.busy: dict[Future[tuple[Came, ...]], Turn] = {}
        self.one_round = Lock()
        self.threads = ThreadPoolExecutor(AT_ONCE, "webhooks")


@cache
def _speaking() -> _Speaking:
    return _Speaking()


def send_due(now: datetime, patience: float | None = None) -> Sent:
    """Send everything whose turn it is by now. Safe with many workers: a subscription is with one of them at a time.

    Once nobody has answered for ``patience`` seconds the round is over, and what comes of the rest is put down in the next one. None
    waits for all.
    """
    speaking = _speaking()
    with speaking.one_round:
        return _round(speaking, now, patience)


def _round(speaking: _Speaking, now: datetime, patience: float | None) -> Sent:
    here, busy = office(), speaking.busy
    ends = monotonic() + ROUND
    counted = {"received": 0, "put_off": 0, "given_up": 0}
    while True:
        while len(busy) < AT_ONCE and monotonic() < ends:
            turn = store.take(here.journal, now, WAITS)
            if turn is None:
                break
            chains = {each.chain for each in turn.messages if each.chain}
            may_still = subscriber(turn.row.owner, now) is not None
            seen = seen_by(here, turn.row.owner, chains, now) if may_still else None
            keys = secrets_of(here, turn.row, now)
            busy[speaking.threads.submit(_sent, turn, keys, seen, now, ends)] = turn
        heard = wait(busy, patience, return_when=FIRST_COMPLETED).done if busy else set()
        if not heard:
            return Sent(**counted)
        for each in heard:
            turn, results = busy.pop(each), each.result()
            store.came(here.journal, turn, results, now)
            for came in results:
                counted[
                    "received" if not came.why else "given_up" if came.next_at is None else "put_off"
                ] += 1


def _sent(
    turn: Turn, keys: Sequence[str], seen: Collection[str] | None, now: datetime, ends: float
) -> tuple[Came, ...]:
    """Send the messages of a turn, the first at any rate; no more once nobody is there, or the round is over."""
    results: list[Came] = []
    for each in turn.messages:
        results.append(_one(turn, each, keys, seen, now))
        if results[-1].rests is not None or results[-1].ends or monotonic() > ends:
            break
    return tuple(results)


def _one(turn: Turn, each: Taken, keys: Sequence[str], seen: Collection[str] | None, now: datetime) -> Came:
    """Send one message; one of a case that whoever subscribed may no longer see is not sent. A trial is about none. ``seen`` None: they
    may not subscribe any more, and nothing goes."""
    if seen is None:
        return Came(0, NO_RIGHT)
    if each.chain and each.chain not in seen:
        return Came(0, "webhook.not_seen")
    if not keys:
        return judged(turn, each, Refused("webhook.secret_lost"), now)
    body = each.body.encode()
    signed = headers(keys, each.id, now, body)
    return judged(turn, each, outgoing.send(turn.row.address, body, signed, seconds=SECONDS), now)


def judged(turn: Turn, each: Taken, answer: outgoing.Answer | Refused, now: datetime) -> Came:
    """What follows from an answer, or from none."""
    status = 0 if isinstance(answer, Refused) else answer.status
    if OK <= status < REDIRECTED:
        return Came(status)
    if status == GONE:
        return Came(status, "webhook.gone", ends=True)
    why = answer.code if isinstance(answer, Refused) else "webhook.answer"
    wait_for = timedelta(seconds=waits(each.id, each.tries))
    asked = _retry_after(answer, now) if not isinstance(answer, Refused) and status in SLOW_DOWN else None
    next_at = None if each.tries >= MOST_TRIES else now + max(wait_for, asked or wait_for)
    away = status == 0 or status >= 500 or status in SLOW_DOWN
    rest = timedelta(seconds=RESTS[min(turn.row.failures + 1, len(RESTS) - 1)])
    return Came(status, why, next_at, now + max(rest, asked or rest) if away else None)


def waits(message: str, tries: int) -> float:
    """Seconds to the next try. By how much it is longer or shorter follows from the message's id: messages that failed together do
    not come back together, and the same one waits the same wherever it is counted."""
    drawn = int.from_bytes(sha256(f"{message}/{tries}".encode()).digest()[:4], "big") / 2**32
    return WAITS[min(tries, len(WAITS)) - 1] * (0.8 + 0.4 * drawn)


def _retry_after(answer: outgoing.Answer, now: datetime) -> timedelta | None:
    """What a receiver asks for, in seconds or as a date (RFC 9110, 10.2.3); None for what is neither."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(), min((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, LONGEST_WAIT))
