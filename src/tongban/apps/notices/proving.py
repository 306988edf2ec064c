"""What the ledger says of service: that somebody agreed to it by text message, and that a notice reached them.

Both stand in one chain for each case, beside its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.apps.office import Office
from tongban.kernel.ledger.seal import Entry, chain_id
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.batch import Stored
from tongban.store.notes import append_note

SERVED = "served"
AGREED = "service_agreed"
"""The requester said whether notices with legal weight may be served electronically (行政处罚法 art. 61 wants it confirmed)."""


def chain_of(case: str) -> str:
    """What the chain of a case's proofs is called."""
    return f"{SERVED}/{case}"


def noted(here: Office, case: str) -> Sequence[Stored]:
    """Everything that the ledger says of service about a case, in its order."""
    return here.journal.events(chain_id(here.county.code, chain_of(case)))


def proofs(here: Office, case: str) -> tuple[Stored, ...]:
    """The notices that were served."""
    return tuple(each for each in noted(here, case) if each.kind == SERVED)


def agreed_at(here: Office, case: str, by: datetime) -> datetime | None:
    """Since when electronic service was agreed to at a moment; None where it was not, or nothing says so."""
    said = [each for each in noted(here, case) if each.kind == AGREED and each.at <= by]
    return said[-1].at if said and said[-1].facts().get("agreed") is True else None


def note(here: Office, case: str, kind: str, facts: Facts, now: datetime) -> Entry:
    """Add to what the ledger says. Raises ``RefusedError`` for what cannot be sealed."""
    made = append_note(here.journal, chain_of(case), kind, facts, now, now)
    if isinstance(made, Refused):
        raise RefusedError(made)
    return made
