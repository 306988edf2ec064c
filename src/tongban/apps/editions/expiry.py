"""Until when an edition is offered as current; after that the office's own work marks it as archived. The file stays, and stays true."""

from __future__ import annotations

from datetime import datetime

from tongban.apps.acting import Acting
from tongban.apps.editions.publishing import may_publish
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store import editions
from tongban.store.edition_term import set_term, term_in_force


def current_for() -> int:
    """Months for which what is released now is offered as current."""
    return term_in_force(office().journal).months


def set_current_for(months: str, acting: Acting) -> Refused | None:
    """Another number of months for what is released from now on. For whoever publishes (``edition.not_allowed``)."""
    here = office()
    if not may_publish(here, acting):
        return Refused("edition.not_allowed")
    number = int(months) if months.isascii() and months.isdigit() and len(months) < 4 else 0
    return set_term(here.journal, number, acting.actor.person, acting.now)


def archive_due(now: datetime) -> int:
    """Mark what is offered as current no longer, each with a note in the ledger; how many were."""
    here = office()
    due = [
        each
        for each in editions.kept(here.journal)
        if each.readable and each.archived_at is None and each.until is not None and each.until <= now
    ]
    return sum(editions.archive(here.journal, each, now) for each in due)
