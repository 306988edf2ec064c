"""A code that opens one case to be rated and nothing else: it stands in an address that a telephone's camera reads."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

from tongban.apps import patience
from tongban.apps.casework.hearing import opened_about
from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.apps.patience import Bound, place
from tongban.apps.people.proving import NOBODYS
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

FROM_A_PLACE = Bound("code:place", 20, 10 * 60, anew=True)
"""Wrong codes from one address before it has to wait."""


def code_of(here: Office, case: str) -> str:
    """The code of a case, by its id: nobody can work it out who has not the county's key."""
    return here.journal.lookup.code(f"rate/{case}")


def open_by_code(number: str, code: str, address: str, now: datetime) -> Actor | Refused:
    """Whoever brings the code of a case, as somebody who may take its requester's steps: on this case alone, not on the
    one that it is about, and only until it was rated. Refuses a wrong number, a wrong code and one that was used in the same
    words; too many have to wait."""
    here, moment = office(), now.timestamp()
    tried = ((FROM_A_PLACE, place(address)),)
    seconds = patience.trying(tried, moment)
    if seconds:
        return Refused("people.wait", "number", {"minutes": -(-seconds // 60)})
    read = read_number(number)
    loaded = None if isinstance(read, Refused) else here.load(read)
    right = code_of(here, loaded.case.id if loaded is not None else NOBODYS)  # worked out in any case
    known = compare_digest(right.encode(), code.casefold().encode())
    if loaded is None or not loaded.case.about or not known or not _untouched(loaded.case):
        patience.wrong(tried, moment)
        return Refused("people.no_code", "number")
    patience.untried(tried)
    return Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))


def holds(case: str) -> bool:
    """Whether the code of a case still opens it: a counter shows it to whoever stands there, so it opens nothing that
    anybody has said by then."""
    found = office().journal.load(ids=[case])
    return bool(found) and _untouched(found[0].case)


def _untouched(case: Case) -> bool:
    """Whether nobody but the system has done anything."""
    return all(case.took.get(step) == "system" for step in case.counts)


def codes_about(number: str) -> tuple[tuple[str, str], ...]:
    """Number and code of each case that was opened because this one settled; for a counter that shows them."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return ()
    return tuple(
        (each.case.number, code_of(here, each.case.id))
        for each in opened_about(here, loaded.case)
        if _untouched(each.case)
    )
