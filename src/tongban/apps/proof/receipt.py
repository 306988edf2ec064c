"""A resident's receipt, for whoever may see the case."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.numbers import read_number
from tongban.apps.office import office
from tongban.apps.proof.signing import signers
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.store import receipts


def receipt(number: str, acting: Acting) -> str | Refused:
    """The receipt as text that verifies offline.

    Residents get those of their own cases; staff and the shell get any, because a receipt holds nothing
    that the case's own page does not show them. To everybody else the case does not exist.
    """
    read = read_number(number)
    if isinstance(read, Refused):
        return read
    here = office()
    loaded = here.load(read)
    own = loaded is not None and loaded.case.id in acting.actor.owns
    if loaded is None or (acting.actor.kind is ActorKind.REQUESTER and not own):
        return Refused("case.unknown", "number", {"number": number})
    return receipts.receipt(here.journal, read, signers(here.county.code), acting.now)
