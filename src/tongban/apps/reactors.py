"""Everything that follows from events, each reading the ledger from its own bookmark.

A reactor may meet an event twice (after a crash) and does the same again without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from tongban.apps.casework.following import follow
from tongban.apps.casework.hearing import hear
from tongban.apps.disclosure.publishing import publish
from tongban.apps.exchange.telling import tell_peers
from tongban.apps.office import Office, office
from tongban.apps.webhooks.writing import anybody_listens, write_events
from tongban.kernel.events import Event
from tongban.store import below, jobs, search, webhooks
from tongban.store.batch import Stored
from tongban.store.stream import entry, react, step_over

Reactor = Callable[[Office, Event], int]
Act: TypeAlias = Callable[[Sequence[Stored]], None]

REACTORS: Mapping[str, Reactor] = {"follow": follow, "hear": hear, "publish": publish, "tell": tell_peers}
READERS = (*REACTORS, search.REACTOR, below.REACTOR, webhooks.REACTOR)
"""Whoever reads the ledger, reactors and what is derived, by the name of the bookmark."""
AT_ONCE = 1000
"""Events in one transaction."""


def reading(here: Office) -> tuple[str, ...]:
    """Those that read now: nobody writes for other systems while none listens, and whoever does not read is not behind."""
    listens = anybody_listens(here)
    return tuple(name for name in READERS if listens or name != webhooks.REACTOR)


def run_once() -> int:
    """Let every reader act on what it has not seen yet, until none is behind; how many events were read.

    What reactors do makes new events; those are acted on too.
    """
    total = 0
    while read := sum(_read(office(), name) for name in READERS):
        total += read
    return total


def catch_up(
    name: str, fault_of: Callable[[Exception], str] | None = None, now: datetime | None = None
) -> int:
    """Let one reader act on what it has not seen yet; how many events it read.

    With ``fault_of`` it has tried in vain often enough: it goes on without the event that it cannot act on, which is set aside
    under the words that ``fault_of`` finds for its fault. Where that gives "", the fault is not the event's and is raised.
    """
    total = 0
    while True:
        try:
            read = _read(office(), name)
        except Exception as fault:
            if fault_of is None or now is None or not fault_of(fault):
                raise
            read = _without(name, fault_of, now)
        total += read
        if not read:
            return total


def act_again(name: str, chain: str, seq: int) -> bool:
    """Act on an event that was set aside; False when it was not there. Raises what the reader raises."""
    here = office()
    event = entry(here.journal, chain, seq)
    if event is None:
        return False
    with transaction.atomic():
        _acting(here, name)([event])
        jobs.taken_up(here.county.code, name, chain, seq)
    return True


def _read(here: Office, name: str, limit: int = AT_ONCE) -> int:
    if name == webhooks.REACTOR and not anybody_listens(here):
        return 0  # whoever subscribes is told what comes after
    return react(here.journal, name, _acting(here, name), limit)


def _without(name: str, fault_of: Callable[[Exception], str], now: datetime) -> int:
    """Read one event at a time until one fails, and go on without that; how many were read."""
    here, read = office(), 0
    while True:
        try:
            got = _read(here, name, 1)
        except Exception as fault:
            words = fault_of(fault)
            if not words:
                raise
            with transaction.atomic():
                event = step_over(here.journal, name)
                if event is not None:
                    jobs.set_aside(here.county.code, name, event.chain, event.seq, words, now)
            return read + 1
        if not got:
            return read
        read += got


def _acting(here: Office, name: str) -> Act:
    if name == search.REACTOR:
        return lambda events: search.index_events(here.journal, events)
    if name == below.REACTOR:
        return lambda events: below.count_events(
            here.journal, here.procedure, [each.event() for each in events]
        )
    if name == webhooks.REACTOR:
        return lambda events: write_events(here, events)
    reactor = REACTORS[name]

    def act(events: Sequence[Stored]) -> None:
        for stored in events:
            reactor(here, stored.event())

    return act
