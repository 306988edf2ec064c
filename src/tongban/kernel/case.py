"""The case: the one recursive thing the product knows, as it stands after its latest event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import field

from tongban.kernel.board import KeptStanding
from tongban.kernel.clock import Limit, Span
from tongban.kernel.value import Facts, Record


class ClockState(Record, frozen=True):
    """One lap of one clock of a case.

    ``due`` is None while the clock is lawfully suspended. ``wake`` is the next instant at which the
    sweep has something to do for it (None: nothing). ``rung`` counts the rungs of the ladder that have
    been acted on. ``kept`` is None while the lap runs.
    """

    clock: str
    lap: int
    started: datetime
    limit: Limit
    due: datetime | None
    provisional: bool = False
    spans: tuple[Span, ...] = ()
    extensions: tuple[Limit, ...] = ()
    rung: int = 0
    wake: datetime | None = None
    ended: datetime | None = None
    kept: bool | None = None
    quiet: bool = False
    """whether its rungs wait for working hours"""

    @property
    def running(self) -> bool:
        return self.ended is None

    @property
    def suspended(self) -> bool:
        return self.ended is None and bool(self.spans) and self.spans[-1].to is None


class Mandate(Record, frozen=True):
    """Borrowed authority over a case and all below it: dated, scoped, ended by itself.

    ``powers`` are step ids; ``unit`` may take them with any of the roles the step asks for. Nobody lends more than
    they have: it reaches what the unit that gave it (``giver``) received itself, and what it or a unit below it holds.
    """

    id: str
    unit: str
    powers: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    ended: datetime | None = None
    giver: str = ""

    def in_force(self, now: datetime) -> bool:
        return (
            self.since <= now
            and (self.until is None or now < self.until)
            and (self.ended is None or now < self.ended)
        )


class Visit(Record, frozen=True):
    """The requester came in person. ``why`` says why again ("" the first time), ``told`` that it is the requester's own word."""

    at: datetime
    unit: str
    why: str = ""
    told: bool = False


class Talk(Record, frozen=True):
    """What a case has said to another county and heard from it: how many messages went, and how many came.

    ``id`` is the conversation's, ``number`` what the case is called there ("" before they have said it).
    """

    peer: str
    id: str
    sent: int = 0
    heard: int = 0
    number: str = ""


class Case(Record, frozen=True):
    """Where one matter stands. A pure fold of its events.

    ``facts`` holds what the ledger holds in plain; ``given`` names the fields that were answered but are
    kept elsewhere (erasable content, identity). ``doers`` says which persons took each step.
    """

    id: str
    county: str
    number: str
    practice: str
    adoption: str
    kind: str
    opened_at: datetime
    stage: str
    home: str
    holder: str
    division: str
    channel: str
    parent: str = ""
    root: str = ""
    about: str = ""
    """the case of another practice that it is about: its requester is this one's"""
    previous_holder: str = ""
    facts: Facts = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    doers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replaced: Mapping[str, int] = field(default_factory=dict)
    """of numbers that were answered more than once: the total of all answers but the latest"""
    took: Mapping[str, str] = field(default_factory=dict)
    """who took a step last, where that was no person of an office: ``requester`` or ``system``"""
    recused: tuple[str, ...] = ()
    """the units that it is about, which have no part in it"""
    drawn: tuple[str, ...] = ()
    """the samples that chance put it into"""
    fixed: tuple[KeptStanding, ...] = ()
    """the boards that were counted for it, each beside the ones before"""
    sealed: Mapping[str, str] = field(default_factory=dict)
    """sealed parts of the keys of registers, by register and field: who it is about, to nobody without the home's key"""
    visits: tuple[Visit, ...] = ()
    """how often the requester came in person, each time by itself"""
    clocks: tuple[ClockState, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    joined: str = ""
    under: str = ""
    """the case that it was placed under: mandates given there and above reach it"""
    sent_by: str = ""
    """the precedent by which its unit got it, until it comes back, settles or joins another"""
    public: tuple[str, ...] = ()
    """what of it was published and not taken down since"""
    talks: tuple[Talk, ...] = ()
    """its conversations with other counties, one with each"""
    outcome: str = ""
    settled_at: datetime | None = None
    stage_since: datetime | None = None
    last_at: datetime | None = None
    seq: int = 0

    @property
    def stands_under(self) -> str:
        """The case whose mandates reach this one: its parent, or the one that it was placed under; "" for none."""
        return self.parent or self.under

    def cut_short(self, state: ClockState) -> bool:
        """Whether the case was settled while a lap ran and its day had not come: what settled it ended the lap, no work before."""
        return state.kept is True and state.ended == self.settled_at

    @property
    def worker(self) -> str:
        """The unit that did the work: the one before the receiving unit took the answer back."""
        return self.previous_holder if self.holder == self.home and self.previous_holder else self.holder

    def talk_with(self, peer: str) -> Talk | None:
        return next((each for each in self.talks if each.peer == peer), None)

    def running(self) -> tuple[ClockState, ...]:
        return tuple(state for state in self.clocks if state.running)

    def due(self) -> datetime | None:
        """The earliest moment at which a running clock runs out; None when none is counting."""
        return min((s.due for s in self.clocks if s.running and s.due is not None), default=None)

    def wake(self) -> datetime | None:
        """When the sweep must next look at this case."""
        return min((s.wake for s in self.clocks if s.running and s.wake is not None), default=None)
