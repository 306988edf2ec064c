"""By what rule a unit's open cases are called red or amber: set by a leader, dated, kept as notes of the ledger for ever."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable

NAME = "lights"
SET = "lights_set"


class Rule(Struct, frozen=True):
    """Red: so many of a thousand open cases are late. Amber: so many are late or due within a day. ``by`` set it ``at``; "" before
    anybody did."""

    red: int = 50
    amber: int = 200
    by: str = ""
    at: datetime | None = None


def rule_in_force(journal: Journal) -> Rule:
    """The newest that was set; the proposal of this product before."""
    kept = journal.events(chain_id(journal.county, NAME))
    facts = readable(kept[-1]) if kept else {}
    red, amber = facts.get("red"), facts.get("amber")
    if not (isinstance(red, int) and isinstance(amber, int)):
        return Rule()
    return Rule(red, amber, str(facts.get("by", "")), kept[-1].at)


def set_rule(journal: Journal, red: int, amber: int, by: str, now: datetime) -> Refused | None:
    """Keep another rule from now on. Refuses what is no share of a thousand above nought (``figures.no_share``)."""
    if not (1 <= red <= 1000 and 1 <= amber <= 1000):
        return Refused("figures.no_share", "red", {"red": red, "amber": amber})
    noted = append_note(journal, NAME, SET, {"red": red, "amber": amber, "by": by}, now, now)
    return noted if isinstance(noted, Refused) else None
