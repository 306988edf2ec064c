"""A resident's receipt, for whoever may see the case."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.proof.signing import signers
from tongban.apps.sight import seen
from tongban.kernel.refusal import Refused
from tongban.store import receipts


def receipt(number: str, acting: Acting) -> str | Refused:
    """The receipt as text that verifies offline.

    It holds the requester's words, so whoever may not see the case gets none, by the rule of the case's page.
    """
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    return receipts.receipt(here.journal, loaded.case.number, signers(here.county.code), acting.now)
