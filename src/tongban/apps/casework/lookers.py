"""Who opened the identity of a case's requester, when and what for: anybody who works on the case may see."""

from __future__ import annotations

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


def _who(person: str, names: Registered, language: str) -> str:
    """Whoever looked: somebody of the office, the system that told them something, or the county to which it was handed over."""
    if person == TELLER:
        return say("story.system", language)
    if person == REQUESTER:
        return say("resident.seen.themselves", language)
    peer = person.removeprefix(COUNTY)
    return names.person(person, language) if peer == person else names.peer(peer, language)
