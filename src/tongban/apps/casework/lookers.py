"""Who opened the identity of a case's requester, when and what for: anybody who works on the case may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.views import Looked
from tongban.apps.casework.whole import visible
from tongban.apps.naming import Registered
from tongban.apps.office import office
from tongban.apps.wording import moment, say
from tongban.kernel.refusal import Refused
from tongban.store.identity import COUNTY, LOOKED, REQUESTER, TELLER, WHY
from tongban.store.notes import chain_id
from tongban.store.values import content

if TYPE_CHECKING:
    from tongban.apps.people.own_data import Seen

L = TypeVar("L", "Looked", "Seen")
NOTIFY = "notify"
"""What the system looks for to tell somebody by message, once for each try."""


def lookers(number: str, acting: Acting) -> tuple[Looked, ...] | Refused:
    """Every look, the latest first. Refuses an unknown number and a reader who may not see the case."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    loaded, _ = seen
    chain = chain_id(here.county.code, f"{LOOKED}/{loaded.case.id}")
    words = content(here.journal, chain)
    found = []
    for note in reversed(here.journal.events(chain)):
        facts = note.facts()
        purpose = str(facts.get("purpose", ""))
        kept = words.get(note.seq, {}).get(WHY)
        why = "" if kept is None else str(kept.value)
        who = _who(str(facts.get("person", "")), here.names, acting.language)
        found.append(Looked(moment(note.at, acting.language, acting.now), who, purpose, why))
    return tuple(found)


def joined(looks: Iterable[L]) -> tuple[L, ...]:
    """Looks as they are listed: the system's tries to send messages, one after another, in one line. A gateway that is away for a day
    would hide the looks of people among hundreds."""
    found: list[L] = []
    for each in looks:
        if found and each.purpose == NOTIFY == found[-1].purpose:
            found[-1] = replace(found[-1], times=found[-1].times + 1)
        else:
            found.append(each)
    return tuple(found)


def _who(person: str, names: Registered, language: str) -> str:
    """Whoever looked: somebody of the office, the system that told them something, or the county to which it was handed over."""
    if person == TELLER:
        return say("story.system", language)
    if person == REQUESTER:
        return say("resident.seen.themselves", language)
    peer = person.removeprefix(COUNTY)
    return names.person(person, language) if peer == person else names.peer(peer, language)
