"""What a message says of a step: where the case stands and what proves it, nothing of who asked and nothing that anybody wrote.

A message is made from entries of the ledger alone, so that telling it again gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from tongban.kernel.events import (
    ClockEnded,
    ClockRung,
    ClockStarted,
    Event,
    Held,
    Opened,
    Resettled,
    Settled,
    Succeeded,
)
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.procedure.model import Procedure, StageKind
from tongban.store.batch import STEP, Stored

OPENED, ENDED, SETTLED, REOPENED = "case.opened", "case.ended", "case.settled", "case.reopened"
LATE, RUNG, HELD, MOVED, STEPPED = "case.late", "case.rung", "case.held", "case.moved", "case.stepped"
TRIAL = "trial"
_LENGTH = 28


class Told(Struct, frozen=True):
    """One entry as it is told. ``kinds`` is all that it is, the most telling first; ``holder`` who had the case after it."""

    chain: str
    seq: int
    at: datetime
    kinds: tuple[str, ...]
    practice: str
    holder: str
    home: str
    data: Mapping[str, object]


_SIGNS: Mapping[str, Callable[[Event], bool]] = {
    OPENED: lambda event: event.opened is not None,
    SETTLED: lambda event: any(isinstance(each, Settled) for each in event.follows),
    REOPENED: lambda event: any(isinstance(each, Resettled) for each in event.follows),
    LATE: lambda event: any(isinstance(each, ClockEnded) and not each.kept for each in event.follows),
    RUNG: lambda event: any(isinstance(each, ClockRung) for each in event.follows),
    HELD: lambda event: any(isinstance(each, Held) for each in event.follows),
    MOVED: lambda event: event.source != event.to,
    STEPPED: lambda _: True,
}
KINDS = (OPENED, ENDED, *list(_SIGNS)[1:])
"""Every kind of event, the most telling first: the first of those asked for that an entry is gives its message's type."""


def told(county: str, chain: Sequence[Stored], procedures: Callable[[str], Procedure]) -> tuple[Told, ...]:
    """The steps of one case, from its first entry on, each as it is told."""
    found: list[Told] = []
    opened: Opened | None = None
    holder = ""
    for stored in chain:
        if stored.kind != STEP:
            continue
        event = stored.event()
        opened = event.opened or opened
        for each in event.follows:
            if isinstance(each, Held):
                holder = each.unit
            elif isinstance(each, Succeeded) and each.unit == holder:
                holder = each.to
        if opened is not None:
            found.append(_one(county, stored, event, opened, holder, procedures(opened.adoption)))
    return tuple(found)


def _one(
    county: str, stored: Stored, event: Event, opened: Opened, holder: str, procedure: Procedure
) -> Told:
    stage = procedure.kinds[opened.kind].stages.get(event.to)
    ends = stage is not None and stage.kind is StageKind.END and event.source != event.to
    signs = {ENDED: ends, **{name: shows(event) for name, shows in _SIGNS.items()}}
    kinds = tuple(name for name in KINDS if signs[name])
    outcome = next((each.outcome for each in event.follows if isinstance(each, Settled)), "")
    data: dict[str, object] = {
        "county": county,
        "number": opened.number,
        "practice": opened.practice,
        "kind": opened.kind,
        "kinds": kinds,
        "step": event.step,
        "from": event.source,
        "stage": event.to,
        "unit": holder,
        "home": opened.home,
        "at": instant_text(event.at),
        "recorded": instant_text(stored.recorded),
        "entry": stored.seq,
        "seal": stored.seal.hex(),
        "deadlines": [
            {"clock": each.clock, "due": instant_text(each.due)}
            for each in event.follows
            if isinstance(each, ClockStarted)
        ],
    }
    if outcome:
        data["outcome"] = outcome
    return Told(stored.chain, stored.seq, event.at, kinds, opened.practice, holder, opened.home, data)


def written(kind: str, at: datetime, data: Mapping[str, object]) -> str:
    """The body as the standard lays it out: type, timestamp, data."""
    whole = {"type": kind, "timestamp": instant_text(at), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def message_id(county: str, webhook: str, chain: str, seq: int) -> str:
    """What a receiver knows a message by: the same for the same entry however often it is sent."""
    return "msg_" + sha256(f"{county}/{webhook}/{chain}/{seq}".encode()).hexdigest()[:_LENGTH]
