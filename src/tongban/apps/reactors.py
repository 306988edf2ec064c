"""Everything that follows from events, each reading the ledger from its own bookmark.

A reactor may meet an event twice (after a crash) and does the same again without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import NamedTuple, TypeAlias

from django.db import transaction
from msgspec import Struct

from tongban.apps.casework.following import follow
from tongban.apps.casework.hearing import hear
from tongban.apps.disclosure.publishing import publish
from tongban.apps.exchange.telling import tell_peers
from tongban.apps.observing.parts import part
from tongban.apps.office import Office, office
from tongban.apps.webhooks.writing import anybody_listens, write_events
from tongban.kernel.events import Event, Published, Settled, TakenDown, Told, Written
from tongban.store import below, jobs, search, webhooks
from tongban.store.batch import Mark, Stored
from tongban.store.stream import act_on, bookmarks, entry, following, pass_over, react, step_over

Reactor = Callable[[Office, Event], int]
Act: TypeAlias = Callable[[Sequence[Stored]], object]

REACTORS: Mapping[str, Reactor] = {"follow": follow, "hear": hear, "publish": publish, "tell": tell_peers}
READERS = (*REACTORS, search.REACTOR, below.REACTOR, webhooks.REACTOR)
"""Whoever reads the ledger, reactors and what is derived, by the name of the bookmark."""
ABOUT: Mapping[str, tuple[type, ...]] = {
    "follow": (Settled, Written),
    "hear": (Settled,),
    "publish": (Published, TakenDown),
    "tell": (Told,),
}
"""What must follow from a step for it to concern a reactor at all; a reader that is not here is concerned by every step."""
AT_ONCE = 1000
"""Events in one transaction."""


class Came(Struct, frozen=True):
    """What came of one reader's part: how many events it read, how much it made of them, milliseconds, and its fault, None for none."""

    read: int = 0
    made: int = 0
    took: int = 0
    fault: Exception | None = None


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


def read_together(names: Sequence[str]) -> dict[str, Came]:
    """Let several readers act on what they have not seen yet, each event read from the ledger once for all of them; what came of each.

    Each acts in a transaction of its own and fails alone. A reader for whom another process reads is left to that, and not named.
    """
    here = office()
    came = {name: Came() for name in names}
    calm = set(names)
    while calm:
        marks = bookmarks(here.journal, sorted(calm))
        events = following(here.journal, min(marks.values()), AT_ONCE)
        if not events:
            break
        steps = [Read(each, each.event()) for each in events]
        idle: dict[str, Mark] = {}
        made = 0
        for name in sorted(calm, key=READERS.index):
            mine = [each for each in steps if each.stored.mark > marks[name]]
            if not mine:
                continue
            if not any(concerned(name, each.event) for each in mine):
                idle[name] = marks[name]
                came[name] = _and(came[name], Came(len(mine)))
                continue
            did = _acted(here, name, marks[name], mine)
            if did is None:
                came.pop(name)
            else:
                came[name] = _and(came[name], did)
                made += did.made
            if did is None or did.fault is not None:
                calm.discard(name)
        calm -= idle.keys() - pass_over(here.journal, idle, events[-1].mark) if idle else set()
        if len(events) < AT_ONCE and not made:  # what reactors make are events, too
            break
    return came


class Read(NamedTuple):
    """An event as it stands in the ledger, and as what it says."""

    stored: Stored
    event: Event


def concerned(name: str, event: Event) -> bool:
    """Whether a reader may have anything to do with an event."""
    return name not in ABOUT or any(isinstance(each, ABOUT[name]) for each in event.follows)


def _acted(here: Office, name: str, after: Mark, events: Sequence[Read]) -> Came | None:
    """Act on events in one transaction; None where another process reads for it."""
    began = monotonic()
    stored = [each.stored for each in events]
    try:
        with part(f"job:read_{name}"):
            made = act_on(here.journal, name, after, stored, lambda _: _make(here, name, events))
    except Exception as fault:
        return Came(took=_since(began), fault=fault)
    return None if made is None else Came(len(events), made, _since(began))


def _and(before: Came, now: Came) -> Came:
    return Came(before.read + now.read, before.made + now.made, before.took + now.took, now.fault)


def _since(began: float) -> int:
    return int(1000 * (monotonic() - began))


def _make(here: Office, name: str, events: Sequence[Read]) -> int:
    """Act on events whose words are read already; how much was made of them that others wait for."""
    match name:
        case below.REACTOR:
            below.count_events(here.journal, here.procedure, [each.event for each in events])
            return 0
        case search.REACTOR:
            _index(here, [each.stored for each in events])
            return 0
        case webhooks.REACTOR:
            return write_events(here, [each.stored for each in events])
    return sum(REACTORS[name](here, each.event) for each in events if concerned(name, each.event))


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
        return lambda events: _index(here, events)
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


def _index(here: Office, events: Sequence[Stored]) -> None:
    """The places change only with the registers."""
    places = here.once("places by which cases are found", lambda: search.places_of(here.journal))
    search.index_events(here.journal, events, places)
