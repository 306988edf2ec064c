"""What a rung must be able to do so that a story can be told on it: open, step, sweep, look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct, field

from tongban.kernel.case import Case, ClockState
from tongban.kernel.commands import ActorKind, Door, Post, Subcases
from tongban.kernel.county import County
from tongban.kernel.events import Consequence, Drawn, Fixed, PassedOver
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.record import NAMES
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.practice import Practice
from tongban.library.story.brought import Brought


class By(Struct, frozen=True):
    """Who acts. ``person`` is ``handler@housing`` or ``handler@housing#2``; "" without an account."""

    kind: ActorKind
    person: str = ""
    role: str = ""
    unit: str = ""
    owns: bool = False
    """Whether the requester has proved that the case is theirs."""
    practices: tuple[str, ...] = ()
    """Those that the post names: the practice itself where it is guarded, unless the story says otherwise."""

    @property
    def posts(self) -> tuple[Post, ...]:
        if self.kind is not ActorKind.PERSON:
            return ()
        return (Post(self.unit, self.role, practices=self.practices),)


class Opens(Struct, frozen=True):
    """What an act opens: a case of ``kind`` whose home is the unit ``home``."""

    kind: str
    home: str
    division: str
    channel: str


class Act(Struct, frozen=True):
    """One step by somebody at one moment. ``case`` is the story's own name for the case, not its number."""

    case: str
    step: str
    by: By
    at: datetime
    answers: Mapping[str, object]
    rows: tuple[Mapping[str, object], ...] = ()
    channel: str = ""
    """by which way the step came, "" for the usual one of whoever takes it"""

    @property
    def door(self) -> Door:
        """What the door says of it: an office's post, a resident's own device, or what the story says."""
        usual = {ActorKind.PERSON: "desk", ActorKind.REQUESTER: "web", ActorKind.SYSTEM: ""}
        return Door(self.channel or usual[self.by.kind])


class Message(Struct, frozen=True):
    """What the county ``peer`` tells: ``n`` is the message's number in the conversation, 0 for the next one."""

    case: str
    message: str
    peer: str
    at: datetime
    fields: Mapping[str, object]
    n: int = 0


class Followed(Struct, frozen=True):
    """One consequence, by its name in the ledger and what it is about (a notice, a unit, a clock)."""

    name: str
    what: str = ""


class Did(Struct, frozen=True):
    """What came of an act or a sweep: a refusal, or what followed by the story's name of each case."""

    refused: Refused | None = None
    followed: Mapping[str, tuple[Followed, ...]] = field(default_factory=dict)
    warned: tuple[str, ...] = ()
    """Codes of the doubts that stopped nothing."""


class Look(Struct, frozen=True):
    """A case as it stands. ``clock`` says of each clock's latest lap: running, suspended, kept or missed."""

    number: str
    stage: str
    holder: str
    home: str
    outcome: str
    due: Mapping[str, datetime | None]
    clock: Mapping[str, str]
    count: Mapping[str, int]
    facts: Facts
    subcases_total: int
    subcases_open: int
    visits: int


class Elsewhere(Struct, frozen=True):
    """A case of another practice: the unit that did the work, and each person who had a part in it, the last of whom
    settled it."""

    kind: str
    unit: str
    by: tuple[By, ...]
    outcome: str
    channel: str
    category: str = ""
    division: str = ""


class Runner(Protocol):
    """One rung. The story names the cases (``case``, ``second``); ``case/1`` is a first subcase."""

    def open(self, act: Act, opens: Opens) -> Did: ...

    def step(self, act: Act) -> Did: ...

    def tell(self, told: Message) -> Did:
        """A message of another county comes; for a case that the story has not seen yet it is to open one."""
        ...

    def hear(self, name: str, elsewhere: Elsewhere, at: datetime) -> Did:
        """A case settles at another practice; what that opens here is called ``name``."""
        ...

    def sweep(self, until: datetime) -> Did:
        """Act on everything that falls due up to and including that moment, in order."""
        ...

    def look(self, case: str) -> Look | None:
        """None when the story has no such case."""
        ...

    def all_cases(self) -> Iterable[Case]:
        """All cases of the story's practice, subcases too, as they stand."""
        ...


class Ground(Struct, frozen=True):
    """What one story is told on. ``settings`` are those that differ from the defaults."""

    practice: Practice
    settings: Mapping[str, Value]
    procedure: Procedure
    county: County
    begins: datetime
    entries: Brought = field(default_factory=dict)
    """The rows of brought registers that are there when it begins."""


RunnerFactory = Callable[[Ground], Runner]
"""A fresh runner for each story."""

_ABOUT = ("message", "notice", "unit", "clock", "outcome", "what", "register", "case", "mandate")


def followed_of(consequence: Consequence) -> Followed:
    """A consequence as a story names it."""
    name = NAMES[type(consequence)]
    if isinstance(consequence, Drawn):
        return Followed(name, consequence.sample if consequence.drawn else "")
    if isinstance(consequence, Fixed):
        return Followed(name, consequence.standing.board)
    if isinstance(consequence, PassedOver):
        return Followed(name, str(consequence.n))
    if name == "subcase_opened":
        return Followed(name, getattr(consequence, "unit", ""))
    return Followed(name, next((str(getattr(consequence, a)) for a in _ABOUT if hasattr(consequence, a)), ""))


def clock_state(state: ClockState) -> str:
    """How a lap stands: running, suspended, kept or missed."""
    if state.running:
        return "suspended" if state.suspended else "running"
    return "kept" if state.kept else "missed"


def look_of(case: Case, subcases: Subcases) -> Look:
    """A case as a story looks at it; of each clock the latest lap."""
    latest = {state.clock: state for state in case.clocks}
    return Look(
        number=case.number,
        stage=case.stage,
        holder=case.holder,
        home=case.home,
        outcome=case.outcome,
        due={name: state.due for name, state in latest.items()},
        clock={name: clock_state(state) for name, state in latest.items()},
        count=case.counts,
        facts=case.facts,
        subcases_total=subcases.total,
        subcases_open=subcases.open,
        visits=len(case.visits),
    )
