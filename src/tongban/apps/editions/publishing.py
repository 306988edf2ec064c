"""Publishing the figures of a month: one person proposes, another releases; a correction is a new edition; taking down needs two as well."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.editions.making import Version, made
from tongban.apps.editions.reasons import reason
from tongban.apps.office import Office, office
from tongban.apps.proof.checkpoints import checkpoint
from tongban.apps.rights import may
from tongban.kernel.commands import ActorKind
from tongban.kernel.edition.making import digest
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import editions
from tongban.store.edition_term import ends, term_in_force
from tongban.store.editions import Kept


class Done(Struct, frozen=True):
    """What was done to an edition: ``proposed``, ``released``, ``asked_down`` or ``taken_down``."""

    what: str
    period: str
    edition: int
    digest: str


def may_publish(here: Office, acting: Acting) -> bool:
    """County leaders, supervisors and publishers, each in person: a program releases nothing."""
    return acting.actor.kind is ActorKind.PERSON and may("publish_figures", acting.actor, here.county)


def propose(period: str, why: str, acting: Acting) -> Done | Refused:
    """Count the figures of a month as they stand now and keep them for somebody else to look at.

    The first edition of a month needs no reason, a correction does (``edition.why``; what in it names somebody is shown first,
    ``edition.why_names``), and something to correct
    (``edition.nothing_changed``). Refuses where something waits already (``edition.proposed_already``), and where another edition was
    released while this one was counted (``edition.overtaken``).
    """
    here = office()
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    if waiting(here, period) is not None:  # before all cases are counted for nothing
        return Refused("edition.proposed_already", "period", {"period": period})
    known = [each for each in editions.kept(here.journal, period) if each.released_at is not None]
    last = known[0] if known else None
    version = Version(1, "", "")
    if last is not None:
        said = reason(here, why, acting)
        if isinstance(said, Refused):
            return said
        version = Version(last.edition + 1, last.digest, said)
    found = made(here, period, version, acting.now)
    if isinstance(found, Refused):
        return found
    if last is not None and last.withdrawn_at is None:
        before = editions.told_of(here.journal, period, last.edition)
        if _told(before) == _told(editions.without_rows(found.text)):
            return Refused("edition.nothing_changed", "period", {"period": period, "edition": last.edition})
    proposal = Kept(
        period=period,
        edition=version.edition,
        digest=digest(found.text),
        corrects=version.corrects,
        why=version.why,
        proposed_by=acting.actor.person,
        proposed_at=acting.now,
        released_by="",
        released_at=None,
        seq=None,
        leaving_by="",
        leaving_why="",
        leaving_at=None,
        withdrawn_by="",
        withdrawn_at=None,
    )
    refused = editions.propose(here.journal, proposal, found.text)
    return refused or Done("proposed", period, version.edition, proposal.digest)


def _told(text: str) -> Sequence[str]:
    """What an edition says, without its number, moment and marks: its definitions and figures."""
    return [
        line for line in text.split("\n") if line and json.loads(line)["line"] in ("definition", "figure")
    ]


def waiting(here: Office, period: str) -> Kept | None:
    """The proposal of a month, None without one."""
    return next((each for each in editions.kept(here.journal, period) if each.released_at is None), None)


def release(period: str, digest: str, acting: Acting) -> Done | Refused:
    """Release what somebody else proposed: noted in the ledger and put under a checkpoint at once.

    ``digest`` is that of the proposal that was looked at. Refuses whoever proposed it (``edition.same_person``), and where something
    else waits by now (``edition.other_proposal``).
    """
    here = office()
    found = waiting(here, period)
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    if found is None:
        return Refused("edition.unknown", "period", {"period": period})
    if found.proposed_by == acting.actor.person:
        return Refused("edition.same_person")
    if found.digest != digest:
        return Refused("edition.other_proposal", "period", {"period": period})
    try:
        until = ends(acting.now, term_in_force(here.journal).months)
        editions.release(here.journal, found, acting.actor.person, acting.now, until)
    except RefusedError as stop:
        return stop.refusal
    checkpoint(acting.now)
    for each in editions.kept(here.journal, period):
        if not each.covered:
            editions.prove(here.journal, each)
    return Done("released", period, found.edition, found.digest)


def drop(period: str, acting: Acting) -> Refused | None:
    """Give a proposal up: whoever may publish, also who proposed it."""
    here = office()
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    return (
        None
        if editions.drop(here.journal, period)
        else Refused("edition.unknown", "period", {"period": period})
    )


def take_down(period: str, edition: int, why: str, acting: Acting) -> Done | Refused:
    """The first asks, with a reason; another one, who gives the same reason, takes the edition down. It stays listed, with the reason.

    Refuses another reason than the one that was asked with (``edition.other_reason``): nobody confirms what they did not read.
    """
    here = office()
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    found = next((each for each in editions.kept(here.journal, period) if each.edition == edition), None)
    if found is None or not found.readable:
        return Refused("edition.unknown", "period", {"period": period})
    if not found.leaving_by:
        said = reason(here, why, acting)
        if isinstance(said, Refused):
            return said
        refused = editions.ask_down(here.journal, found, acting.actor.person, said, acting.now)
        return refused or Done("asked_down", period, edition, found.digest)
    if found.leaving_by == acting.actor.person:
        return Refused("edition.same_person")
    if found.leaving_why != " ".join(why.split()):
        return Refused(
            "edition.other_reason", "why", {"period": period, "edition": edition, "why": found.leaving_why}
        )
    try:
        editions.take_down(here.journal, found, acting.actor.person, acting.now)
    except RefusedError as stop:
        return stop.refusal
    checkpoint(acting.now)
    return Done("taken_down", period, edition, found.digest)


def keep_up(period: str, edition: int, acting: Acting) -> Refused | None:
    """Take the wish to take an edition down back."""
    here = office()
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    found = next((each for each in editions.kept(here.journal, period) if each.edition == edition), None)
    if found is None or not found.leaving_by or found.withdrawn_at is not None:
        return Refused("edition.unknown", "period", {"period": period})
    return editions.ask_down(here.journal, found, "", "", acting.now)
