"""Lets the reactors catch up with two years at once: in sets, and without doing again what the life has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tongban.apps import reactors
from tongban.apps.disclosure.publishing import publish
from tongban.apps.exchange.telling import tell_peers
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.store.batch import Stored
from tongban.store.search import index
from tongban.store.stream import react

SET = 4_000
"""Events read at once."""
TOLD = '"is":"told"'
PUBLIC = ('"is":"published"', '"is":"taken_down"')


def catch_up(events: int, say: Say = silent) -> None:
    """Bring every reactor to the end of the ledger, which holds about ``events``."""
    here = office()
    ways: dict[str, Callable[[Sequence[Stored]], None]] = {
        "follow": _nothing,
        "index": lambda found: _index(here, found),
        "publish": lambda found: _publish(here, found),
        "tell": lambda found: _tell(here, found),
    }
    done = 0
    for name, way in ways.items():
        while read := react(here.journal, name, way, SET):
            done += read
            say("demo.catching_up", done, max(done, events * len(ways)))
    reactors.run_once()


def _nothing(_: Sequence[Stored]) -> None:
    """The end of a case has had its consequences: the life told them itself."""


def _tell(here: Office, found: Sequence[Stored]) -> None:
    for each in found:
        if TOLD in each.body:
            tell_peers(here, each.event())


def _index(here: Office, found: Sequence[Stored]) -> None:
    index(here.journal, sorted({each.chain for each in found if each.seq == 1}))


def _publish(here: Office, found: Sequence[Stored]) -> None:
    for each in found:
        if any(mark in each.body for mark in PUBLIC):
            publish(here, each.event())
