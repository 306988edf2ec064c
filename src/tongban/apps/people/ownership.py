"""A resident acts on a case: number and phone, with a limit on guessing."""

from __future__ import annotations

from datetime import datetime

from tongban.apps import patience
from tongban.apps.patience import Bound, place
from tongban.apps.people.proving import prove
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

TOGETHER = Bound("ownership:number_place", 5, 10 * 60, anew=True)
"""Wrong tries at one case number from one address before that address waits there."""
AT_A_NUMBER = Bound("ownership:number", 30, 60 * 60, anew=True)
"""The same from everywhere before everybody waits: so much more that no single stranger shuts the owner out, and
from many addresses no more can be guessed in a day than from one."""
FROM_A_PLACE = Bound("ownership:place", 20, 10 * 60, anew=True)
"""The same from one address: a village office may help many people, so it is allowed more."""


def prove_ownership(number: str, phone: str, address: str, now: datetime) -> Actor | Refused:
    """Whoever gives a case's number and the phone given with it, as its requester.

    Refuses a wrong number and a wrong phone in the same words; after too many wrong tries whoever is at this
    number from this ``address``, whatever is tried from there, and last everybody at this number.
    """
    digits = "".join(str(int(char)) for char in number if char.isdecimal())[:12]
    source, moment = place(address), now.timestamp()
    tried = ((TOGETHER, f"{digits}\0{source}"), (FROM_A_PLACE, source), (AT_A_NUMBER, digits))
    seconds = patience.trying(tried, moment)
    if seconds:
        return Refused("people.wait", "number", {"minutes": -(-seconds // 60)})
    found = prove(number, phone)
    if isinstance(found, Refused):
        if found.code == "people.no_match":
            patience.wrong(tried, moment)
        else:
            patience.untried(tried)
        return found
    patience.right(tried)
    return Actor(ActorKind.REQUESTER, owns=frozenset({found}))
