"""Which practices this county lets others read, and by which figure it says whether they helped: notes in the ledger."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force, may_adopt
from tongban.apps.adoption.shelf import said
from tongban.apps.figures.series import find
from tongban.apps.office import Office, office
from tongban.kernel.refusal import Refused
from tongban.store.notes import append_note, chain_id

NAME = "shared_practices"
SHARED, ENDED = "practice_shared", "practice_not_shared"


class Listed(Struct, frozen=True):
    """A practice that everybody may read here. ``version`` is in force since ``since``; ``came`` are the titles of where it comes from, as its author writes them."""

    practice: str
    title: str
    purpose: str
    version: str
    since: datetime
    came: tuple[str, ...]


def share_practice(practice: str, on: str, acting: Acting) -> Refused | None:
    """Let everybody read how a practice goes here. ``on`` is the indicator by which its effect is told, "" for none.

    Refuses whoever may not adopt, a practice that is not in force and an indicator that is not there.
    """
    here = office()
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    if practice not in in_force(here):
        return Refused("adoption.not_adopted", practice, {"practice": practice})
    key = find(here, on, acting.now) if on else None
    if isinstance(key, Refused):
        return key
    return _noted(here, SHARED, {"practice": practice, "on": on, "by": acting.actor.person}, acting)


def keep_practice(practice: str, acting: Acting) -> Refused | None:
    """Let nobody read it any more. Refuses whoever may not adopt, and what is not shared."""
    here = office()
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    if practice not in shared(here):
        return Refused("adoption.not_shared", practice, {"practice": practice})
    return _noted(here, ENDED, {"practice": practice, "by": acting.actor.person}, acting)


def shared(here: Office) -> dict[str, str]:
    """The practices that are shared and in force, each with the indicator by which its effect is told."""
    found: dict[str, str] = {}
    for each in here.journal.events(chain_id(here.county.code, NAME)):
        facts = each.facts()
        found.pop(str(facts["practice"]), None)
        if each.kind == SHARED:
            found[str(facts["practice"])] = str(facts["on"])
    held = in_force(here)
    return {practice: on for practice, on in found.items() if practice in held}


def listed(language: str) -> tuple[Listed, ...]:
    """The practices that are shared, in the order of their titles."""
    here = office()
    held = in_force(here)
    found = []
    for name in shared(here):
        read = here.practice(held[name].id)
        found.append(
            Listed(
                name,
                said(read, "practice.title", language),
                said(read, "practice.purpose", language),
                read.version,
                held[name].since,
                tuple(each.called(language) for each in read.manifest.origin),
            )
        )
    return tuple(sorted(found, key=lambda each: each.title))


def _noted(here: Office, kind: str, facts: dict[str, str], acting: Acting) -> Refused | None:
    noted = append_note(here.journal, NAME, kind, facts, acting.now, acting.now)
    return noted if isinstance(noted, Refused) else None
