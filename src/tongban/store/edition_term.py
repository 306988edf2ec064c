"""For how long an edition is offered as current: set by who publishes, dated, kept as notes of the ledger for ever."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

from msgspec import Struct

from tongban.kernel.clock import local_date
from tongban.kernel.clock.day import opening
from tongban.kernel.refusal import Refused
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable

NAME = "editions"
SET = "editions_current_for"
LONGEST = 600


class Term(Struct, frozen=True):
    """Months from the release on. ``by`` set it; "" before anybody did: three years, one more than pages compare."""

    months: int = 36
    by: str = ""


def term_in_force(journal: Journal) -> Term:
    """The newest that was set; the proposal of this product before."""
    kept = journal.events(chain_id(journal.county, NAME))
    facts = readable(kept[-1]) if kept else {}
    months = facts.get("months")
    return Term(months, str(facts.get("by", ""))) if isinstance(months, int) else Term()


def set_term(journal: Journal, months: int, by: str, now: datetime) -> Refused | None:
    """Keep another term for what is released from now on. Refuses what is no number of months up to fifty years (``edition.no_term``)."""
    if not 1 <= months <= LONGEST:
        return Refused("edition.no_term", "months", {"months": months, "most": LONGEST})
    noted = append_note(journal, NAME, SET, {"months": months, "by": by}, now, now)
    return noted if isinstance(noted, Refused) else None


def ends(now: datetime, months: int) -> datetime:
    """The beginning of the day so many months after today; of a shorter month its last day."""
    today = local_date(now)
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    day = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return opening(day.toordinal())
