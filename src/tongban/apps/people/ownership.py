"""A resident acts on a case: number and phone, with a limit on guessing."""

from __future__ import annotations

from datetime import datetime

from tongban.apps import patience
from tongban.apps.patience import Bound, place
from tongban.apps.people.proving import prove
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

AT_A_NUMBER = Bound("ownership:number", 5, 10 * 60, anew=True)
"""Wrong tries at one case number before everybody who tries it waits."""
FROM_A_PLACE = Bound("ownership:place", 20, 10 * 60, anew=True)
"""The same from one address: a village office may help many people, so it is allowed more."""


def prove_ownership(number: str, phone: str, address: str, now: datetime) -> Actor | Refused:
    """Whoever gives a case's number and the phone given with it, as its requester.

    Refuses a wrong number and a wrong phone in the same words, and everybody at this number or from this
    ``address`` for ten minutes after too many wrong tries.
    """
    digits = "".join(str(int(char)) for char in number if char.isdecimal())[:12]
    tried, moment = ((AT_A_NUMBER, digits), (FROM_A_PLACE, place(address))), now.timestamp()
    seconds = max(patience.waiting(bound, who, moment) for bound, who in tried)
    if seconds:
        return Refused("people.wait", "number", {"minutes": -(-seconds // 60)})
    found = prove(number, phone)
    if isinstance(found, Refused):
        if found.code == "people.no_match":
            for bound, who in tried:
                patience.count(bound, who, moment)
        return found
    patience.forget(*tried[0])
    return Actor(ActorKind.REQUESTER, owns=frozenset({found}))
