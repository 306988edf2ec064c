"""Sending what waits: again and again with longer waits between, in order, until it is receipted or given up."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.exchange.own import signer
from tongban.apps.exchange.peers import in_force, last_known, unsafe
from tongban.apps.exchange.transport import deliver
from tongban.apps.office import Office, office
from tongban.kernel.exchange.message import read_head, receipted, sign
from tongban.kernel.refusal import Refused
from tongban.store import exchange
from tongban.store.exchange import MOST_TRIES, Waiting

MOST = 200
"""Messages in one round; what is left waits for the next."""
HOPELESS = frozenset({"exchange.altered", "exchange.too_large", "exchange.erased", "exchange.peer_ended"})
"""What another try cannot change."""
AWAY = frozenset({"exchange.unreachable", "api.away", "api.many"})
"""Where the others that wait for the same county need not be tried in this round."""


class Sent(Struct, frozen=True):
    """What came of a round: messages received there, tried in vain, and given up."""

    received: int = 0
    put_off: int = 0
    given_up: int = 0


def send_due(now: datetime) -> Sent:
    """Send everything whose turn it is by now."""
    here = office()
    received = put_off = given_up = 0
    away: list[str] = []
    for _ in range(MOST):
        waiting = exchange.next_told(here.journal, now, away)
        if waiting is None:
            break
        refused = _sent(here, waiting, now)
        if refused is None:
            received += 1
            continue
        for_good = refused.code in HOPELESS or waiting.tries >= MOST_TRIES
        exchange.put_off(here.journal, waiting, refused.code, for_good=for_good)
        put_off, given_up = put_off + (not for_good), given_up + for_good
        if refused.code in AWAY:
            away.append(waiting.peer)
    return Sent(received, put_off, given_up)


def _sent(here: Office, waiting: Waiting, now: datetime) -> Refused | None:
    """Try once; None when the other county has it and signed that it does."""
    county = here.county.code
    peer = last_known(county, waiting.peer)
    if peer is None or peer.until is not None:
        return Refused("exchange.peer_ended", "", {"peer": waiting.peer})
    refused = unsafe(peer.address)
    if refused is not None:
        return refused
    head = read_head(waiting.head)
    if isinstance(head, Refused):
        return head
    signed = sign(head, waiting.sealed, now, (signer(county),))
    receipt = signed if isinstance(signed, Refused) else deliver(peer.address, signed)
    if isinstance(receipt, Refused):
        return receipt
    verifiers = [each.verifier for each in in_force(county, waiting.peer)]
    number = receipted(receipt, head, verifiers)
    if isinstance(number, Refused):
        return number
    exchange.receipted(here.journal, waiting, head, receipt, now)
    return None
