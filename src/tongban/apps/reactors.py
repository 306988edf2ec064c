"""Everything that follows from events, each reading the ledger from its own bookmark.

A reactor may meet an event twice (after a crash) and does the same again without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tongban.apps.casework.following import follow
from tongban.apps.casework.hearing import hear
from tongban.apps.disclosure.publishing import publish
from tongban.apps.exchange.telling import tell_peers
from tongban.apps.office import Office, office
from tongban.kernel.events import Event
from tongban.store.batch import Stored
from tongban.store.below import count_below
from tongban.store.search import index_new
from tongban.store.stream import react

Reactor = Callable[[Office, Event], int]

REACTORS: Mapping[str, Reactor] = {"follow": follow, "hear": hear, "publish": publish, "tell": tell_peers}


def run_once() -> int:
    """Let every reactor act on what it has not seen yet, until none is behind; how many events were read.

    What reactors do makes new events; those are acted on too.
    """
    here = office()
    total = 0
    while True:
        read = sum(react(here.journal, name, _acting(here, reactor)) for name, reactor in REACTORS.items())
        read += index_new(here.journal)
        read += count_below(here.journal, here.procedure)
        total += read
        if not read:
            return total


def _acting(here: Office, reactor: Reactor) -> Callable[[Sequence[Stored]], None]:
    def act(events: Sequence[Stored]) -> None:
        for stored in events:
            reactor(here, stored.event())

    return act
