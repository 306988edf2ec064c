"""What only lasts (a term, a notice) and was left before its day: it stopped running and is not over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tongban.kernel.events import (
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockStarted,
    Consequence,
    Event,
)
from tongban.kernel.procedure.model import ClockRule


def left_early(events: Iterable[Event], rules: Mapping[str, ClockRule]) -> tuple[Consequence, ...]:
    """The ends of laps of clocks that last, before their day came: whoever reads the story is not told that a contract is over
    because something about it was told."""
    due: dict[str, datetime] = {}
    found: list[Consequence] = []
    for event in events:
        for follow in event.follows:
            match follow:
                case ClockStarted() | ClockExtended() | ClockMoved() | ClockResumed() if (
                    follow.due is not None
                ):
                    due[follow.clock] = follow.due
                case ClockEnded(clock=clock) if clock in rules and rules[clock].lasts and clock in due:
                    if event.at < due[clock]:
                        found.append(follow)
                case _:
                    pass
    return tuple(found)
