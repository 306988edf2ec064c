"""A resident acts on a case: number and phone, with a limit on guessing."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache

from tongban.apps.people.proving import prove
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

MOST = 5
"""Wrong tries from one place, or at one case number, before everybody there waits."""
WAIT = 10 * 60
"""Seconds after the last wrong try."""
MOST_FROM_ONE_PLACE = 20
"""A village office may help many people from one address, so it is allowed more."""


def prove_ownership(number: str, phone: str, address: str, now: datetime) -> Actor | Refused:
    """Whoever gives a case's number and the phone given with it, as its requester.

    Refuses a wrong number and a wrong phone in the same words, and everybody at this number or from this
    ``address`` for ten minutes after too many wrong tries.
    """
    keys = (
        ("number", "".join(filter(str.isdigit, number))[:12], MOST),
        ("address", address, MOST_FROM_ONE_PLACE),
    )
    moment = now.timestamp()
    for what, who, most in keys:
        count, last = cache.get(_key(what, who), (0, 0.0))
        if count >= most and last + WAIT > moment:
            minutes = -(-int(last + WAIT - moment) // 60)
            return Refused("people.wait", "number", {"minutes": minutes})
    found = prove(number, phone)
    if isinstance(found, Refused):
        if found.code == "people.no_match":
            for what, who, _ in keys:
                count, _last = cache.get(_key(what, who), (0, 0.0))
                cache.set(_key(what, who), (count + 1, moment), WAIT)
        return found
    cache.delete(_key("number", keys[0][1]))
    return Actor(ActorKind.REQUESTER, owns=frozenset({found}))


def _key(what: str, who: str) -> str:
    """A key that does not spell out who tried."""
    return f"ownership:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
