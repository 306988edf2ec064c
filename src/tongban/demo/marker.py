"""What says that a ledger is a demo's: notes in the ledger itself, for ever and for everybody to see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id

NAME = "demo"
BEGUN = "demo_begun"
TOLD = "demo_told"
FILLED = "demo_filled"


def marks(journal: Journal) -> Mapping[str, Mapping[str, Value]]:
    """The notes of the demo by kind; {} in a ledger of real work."""
    found: dict[str, Mapping[str, Value]] = {}
    for entry in journal.events(chain_id(journal.county, NAME)):
        found[entry.kind] = entry.facts()
    return found


def is_demo(journal: Journal) -> bool:
    """Whether this ledger tells of an invented county, where time may be moved by hand."""
    return bool(marks(journal))


def begin(journal: Journal, now: datetime) -> datetime:
    """Mark the ledger; returns the moment at which the demo's two years end (of an interrupted run: its own).

    Refuses (``demo.real_cases``) a ledger in which real work has begun.
    """
    known = marks(journal).get(BEGUN)
    if known is not None:
        return instant_read(str(known["end"]))
    if journal.query("SELECT 1 FROM store_case WHERE county = %s LIMIT 1", (journal.county,)):
        raise RefusedError(Refused("demo.real_cases", "", {}))
    _note(journal, BEGUN, {"end": instant_text(now)}, now)
    return now


def begun(journal: Journal) -> datetime:
    """The moment at which the story of a marked ledger ends."""
    return instant_read(str(marks(journal)[BEGUN]["end"]))


def told(journal: Journal, cases: int, events: int, follow: Mapping[str, Value], now: datetime) -> None:
    """The two years are written. ``follow`` names a case to try following."""
    _note(journal, TOLD, {"cases": cases, "events": events, **follow}, now)


def filled(journal: Journal, now: datetime) -> None:
    """Everything that follows from the two years is there too."""
    _note(journal, FILLED, {}, now)


def _note(journal: Journal, kind: str, facts: Mapping[str, Value], now: datetime) -> None:
    noted = append_note(journal, NAME, kind, facts, now, now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)
