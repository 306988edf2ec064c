"""What happened: one event for one step, with everything that followed from it inside.

A step and its consequences are sealed together, so nothing can have half happened. ``record`` and
``read`` turn an event into the plain values that the ledger seals, and back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from tongban.kernel.clock import Limit
from tongban.kernel.value import Facts


@dataclass(frozen=True, slots=True)
class Doer:
    """Who took a step and by what right.

    ``via`` is ``post``, ``superior``, ``mandate:<id>``, ``requester`` or ``system``.
    """

    person: str = ""
    unit: str = ""
    role: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The first event of a case also says what the case is."""

    number: str
    county: str
    practice: str
    adoption: str
    kind: str
    home: str
    division: str
    channel: str
    parent: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The case has a new holder; ``rule``, ``duty`` and ``reason`` say why."""

    unit: str
    rule: str = ""
    duty: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockStarted:
    clock: str
    lap: int
    limit: Limit
    due: datetime
    provisional: bool
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class ClockEnded:
    clock: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ClockSuspended:
    """``reason`` is the lawful reason's code; ``until`` a planned end, if there is one."""

    clock: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockResumed:
    clock: str
    due: datetime
    provisional: bool
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class ClockExtended:
    clock: str
    by: Limit
    due: datetime | None
    provisional: bool
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class ClockRung:
    """A rung of the clock's ladder has been acted on; ``wake`` is the next one's moment."""

    clock: str
    rung: int
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """A calendar changed and the due date with it."""

    clock: str
    due: datetime
    provisional: bool
    wake: datetime | None
    calendar: str


@dataclass(frozen=True, slots=True)
class SubcaseOpened:
    case: str
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice is due to somebody.

    ``to`` is ``requester``, ``holder``, ``previous``, ``home``, ``superior`` or ``parent``.
    """

    notice: str
    to: str


@dataclass(frozen=True, slots=True)
class RatingAsked:
    """The requester is asked; the asking counts even when nobody answers."""

    notice: str


@dataclass(frozen=True, slots=True)
class Mandated:
    mandate: str
    unit: str
    powers: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MandateEnded:
    mandate: str


@dataclass(frozen=True, slots=True)
class Written:
    """A row of a register is set by this step: the named facts under its key."""

    register: str
    key: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Something of the case is proposed or released for the public: ``case``, ``card``, ``refusal``."""

    what: str


@dataclass(frozen=True, slots=True)
class Joined:
    """This case follows another one's outcome and keeps its own number, receipt and rating."""

    case: str


@dataclass(frozen=True, slots=True)
class Settled:
    outcome: str


@dataclass(frozen=True, slots=True)
class Resettled:
    """A settled case came back: it counts as open again."""


Consequence: TypeAlias = (
    Held
    | ClockStarted
    | ClockEnded
    | ClockSuspended
    | ClockResumed
    | ClockExtended
    | ClockRung
    | ClockMoved
    | SubcaseOpened
    | Noticed
    | RatingAsked
    | Mandated
    | MandateEnded
    | Written
    | Published
    | Joined
    | Settled
    | Resettled
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step of one case, complete. ``source`` is "" for the step that opens it.

    ``facts`` go into the ledger in plain. ``content`` (erasable texts and files) and ``identity`` (who
    asks) do not: the ledger gets a salted digest of each value, the values live in their own stores.
    """

    case: str
    seq: int
    at: datetime
    step: str
    source: str
    to: str
    by: Doer
    facts: Facts = field(default_factory=dict)
    content: Facts = field(default_factory=dict)
    identity: Facts = field(default_factory=dict)
    follows: tuple[Consequence, ...] = ()
    opened: Opened | None = None
