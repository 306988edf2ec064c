"""The county at work: its registers, adopted practices, names and journal, as every use case needs them.

Everything here is read from the store and kept until the store says that it changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tongban.apps.naming import Registered
from tongban.apps.wording import Wording
from tongban.kernel.county import County
from tongban.store.journal import Journal


@dataclass
class Office:
    """One county. ``journal`` is its ledger."""

    county: County
    journal: Journal
    names: Registered
    stamp: int = 0
    demo: bool = False
    _wordings: dict[tuple[str, str], Wording] = field(default_factory=dict)
