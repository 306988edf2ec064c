"""A code that opens one case to be rated and nothing else: it stands in an address that a telephone's camera reads."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

from tongban.apps import patience
from tongban.apps.casework.hearing import opened_about
from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.apps.patience import Bound, place
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

FROM_A_PLACE = Bound("code:place", 20, 10 * 60, anew=True)
"""Wrong codes from one address before it has to wait."""


def code_of(here: Office, case: str) -> str:
    """The code of a case, by its id: nobody can work it out who has not the county's key."""
    return here.journal.lookup.code(f"rate/{case}")


def open_by_code(number: str, code: str, address: str, now: datetime) -> Actor | Refused:
    """Whoever brings the code of a case, as somebody who may take its requester's steps: on this case alone, not on the
    one that it is about. Refuses a wrong number and a wrong code in the same words; too many have to wait."""
    here, source, moment = office(), place(address), now.timestamp()
    seconds = patience.waiting(FROM_A_PLACE, source, moment)
    if seconds:
        return Refused("people.wait", "number", {"minutes": -(-seconds // 60)})
    read = read_number(number)
    loaded = None if isinstance(read, Refused) else here.load(read)
    if (
        loaded is None
        or not loaded.case.about
        or not compare_digest(code_of(here, loaded.case.id).encode(), code.casefold().encode())
    ):
        patience.count(FROM_A_PLACE, source, moment)
        return Refused("people.no_code", "number")
    return Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))


def codes_about(number: str) -> tuple[tuple[str, str], ...]:
    """Number and code of each case that was opened because this one settled; for a counter that shows them."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return ()
    return tuple((each.case.number, code_of(here, each.case.id)) for each in opened_about(here, loaded.case))
