"""A procedure: the stages, steps, guards and clocks of a practice, bound to one county's settings.

Built by the library from a practice folder and an adoption; the kernel never sees YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import force_setattr

from tongban.kernel.clock import Limit
from tongban.kernel.expression import Expression
from tongban.kernel.form import Form
from tongban.kernel.procedure.adjudicating import EndPrecedent as EndPrecedent
from tongban.kernel.procedure.adjudicating import SetPrecedent as SetPrecedent
from tongban.kernel.procedure.opening import OpenSubcases as OpenSubcases
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.stage import DROPPED as DROPPED
from tongban.kernel.procedure.stage import Stage as Stage
from tongban.kernel.procedure.stage import StageKind as StageKind
from tongban.kernel.procedure.tell import Tell as Tell
from tongban.kernel.procedure.trigger import Trigger as Trigger
from tongban.kernel.procedure.visiting import VisitRule as VisitRule
from tongban.kernel.value import Facts


class Relation(StrEnum):
    """Where somebody must stand to the case to take a step."""

    HOLDER = "holder"
    """a post at the unit that holds the case"""
    HOME = "home"
    """a post at the unit whose practice this is (the call centre, the desk)"""
    SUPERIOR = "superior"
    """a post at any unit above the holder"""
    PARENT = "parent"
    """a post at the unit that holds the parent case"""
    ANYWHERE = "anywhere"
    """the role, at any unit of the county"""
    MANDATE = "mandate"
    """a unit with a mandate in force that names this step"""
    REQUESTER = "requester"
    ANYONE = "anyone"
    """no account and no proof needed"""
    SYSTEM = "system"


class Who(Struct, frozen=True):
    relation: Relation
    role: str = ""


class Guard(Struct, frozen=True):
    """``that`` must hold; ``code`` names the refusal's words in the practice's texts."""

    code: str
    that: Expression


class Hold(Struct, frozen=True):
    """Who holds the case from now on.

    ``to`` is ``route`` (routing rules), ``home``, ``superior``, ``previous`` or ``answer`` (the unit named
    in ``field``). The hard rules of duty lists hold for every unit that gets the case to work on it: a
    superior or previous holder that may not lead it is passed over for the nearest unit above that may."""

    to: str
    field: str = ""


class Suspend(Struct, frozen=True):
    """Stop clocks for a lawful reason: the answer ``field`` must be one of ``lawful``."""

    clocks: tuple[str, ...]
    field: str
    lawful: tuple[str, ...]


class Resume(Struct, frozen=True):
    clocks: tuple[str, ...]


class Extend(Struct, frozen=True):
    """More time by a fixed limit, at most ``times`` a lap.

    ``asked`` names the earlier step that asked for it; without one, asking and granting are this step.
    Either way it must have been asked before the due moment (domain rules 1.2)."""

    clocks: tuple[str, ...]
    limit: Limit
    times: int = 1
    asked: str = ""


class Notify(Struct, frozen=True):
    """``quiet``: at night and on days of rest it waits for the next working morning. ``urgent``: no message of it ever waits.
    ``served``: it has legal weight, so that its delivery is proved."""

    notice: str
    to: str
    quiet: bool = False
    urgent: bool = False
    served: bool = False


class AskRating(Struct, frozen=True):
    notice: str


class Draw(Struct, frozen=True):
    """Chance alone says whether the case is in ``sample``: of a hundred such cases about ``of_hundred`` are.

    Drawn anew each time; who is to be asked is never anybody's choice (domain rules 1.5)."""

    sample: str
    of_hundred: int


class Fix(Struct, frozen=True):
    """Count a board over the days answered in ``since`` and ``until`` and keep what it says. Nobody writes a number."""

    board: str
    since: str
    until: str


class GiveMandate(Struct, frozen=True):
    """The unit answered in ``field`` may take ``powers`` on this case and below, until day ``until``."""

    field: str
    powers: tuple[str, ...]
    until: str = ""


class EndMandates(Struct, frozen=True):
    """All mandates given on this case end."""


class Write(Struct, frozen=True):
    """Set a row of a register: its key are the answers ``key``."""

    register: str
    key: tuple[str, ...]
    fields: tuple[str, ...]


class Publish(Struct, frozen=True):
    """``term`` is how long it stays public; None for as long as nobody takes it down."""

    what: str
    term: Limit | None = None


class TakeDown(Struct, frozen=True):
    """What is public of the case is shown no longer; nothing where nothing was."""

    what: str


class Join(Struct, frozen=True):
    """Follow the case whose number is answered in ``field``."""

    field: str


class Place(Struct, frozen=True):
    """Stand under the case whose number is answered in ``field``: mandates given there reach this case, too."""

    field: str


class Settle(Struct, frozen=True):
    """The outcome of the case: a fixed one, or the choice answered in ``field``."""

    outcome: str = ""
    field: str = ""


Follow: TypeAlias = (
    Hold
    | OpenSubcases
    | Suspend
    | Resume
    | Extend
    | Notify
    | AskRating
    | Draw
    | Fix
    | GiveMandate
    | EndMandates
    | Write
    | SetPrecedent
    | EndPrecedent
    | Publish
    | TakeDown
    | Join
    | Place
    | Tell
    | Settle
)


class Branch(Struct, frozen=True):
    """Where a step leads: to the first branch whose ``when`` holds (None: always). "" is "stays".

    ``follows`` come after those of the step itself."""

    to: str
    when: Expression | None = None
    follows: tuple[Follow, ...] = ()


class Step(Struct, frozen=True):
    """A named move. ``source`` is empty for a step that opens a case.

    ``judges`` are the steps it passes judgement on: whoever took one of them in this case may not take
    this one. ``at_most`` bounds how often a case may see it (0: unbounded). ``work`` marks what is
    judged before a case may settle as solved. ``of``: the kind of subcase whose end it follows ("": any), or the message of
    another county. ``visit``: it is, or may be, a visit of the requester. ``finds``: the signs that it is taken for, each with
    the number that bounds it.
    """

    id: str
    source: frozenset[str]
    to: tuple[Branch, ...]
    by: tuple[Who, ...]
    form: str = ""
    needs: tuple[Guard, ...] = ()
    at_most: int = 0
    judges: frozenset[str] = frozenset()
    work: bool = False
    follows: tuple[Follow, ...] = ()
    on: Trigger = Trigger.NONE
    of: str = ""
    visit: VisitRule | None = None
    finds: tuple[tuple[str, int], ...] = ()

    @property
    def opens(self) -> bool:
        return not self.source

    @property
    def may_follow(self) -> tuple[Follow, ...]:
        """All that may follow, whichever branch is taken."""
        return (*self.follows, *(each for branch in self.to for each in branch.follows))


class LimitRule(Struct, frozen=True):
    """A limit from a date on, for the cases that ``when`` picks (None: all).

    ``day`` names the field whose day is the last one, in the place of an amount of time; ``limit`` then says how many
    days after it, and what it rests on. ``field`` names the field whose number is the amount; ``limit`` then says in which
    unit, what it rests on, and the most that it may be. ``month_days`` are days of the month: the next of them is the last one (in a
    month without it, that month's last)."""

    limit: Limit
    since: date
    when: Expression | None = None
    day: str = ""
    quiet: bool = False
    """Rungs that fall at night or on a day of rest wait for working hours."""
    field: str = ""
    month_days: tuple[int, ...] = ()


class Rung(Struct, frozen=True):
    """One rung of a ladder: the system takes ``step`` this long before (negative) or after the due moment.

    ``again``: and once more each time as much time has passed, for as long as the clock runs.
    """

    step: str
    offset: Limit
    before: bool = False
    again: bool = False


class ClockRule(Struct, frozen=True):
    """A clock runs while the case stands in one of ``runs_in``; leaving them ends the lap.

    ``owner`` says whose time it is: ``holder``, ``home``, ``parent`` (the unit that holds the parent case) or ``requester``. ``promise``: the requester is promised it.
    ``lasts``: how long something lasts, not by when something must be done; to reach its end is no delay."""

    id: str
    runs_in: frozenset[str]
    limits: tuple[LimitRule, ...]
    ladder: tuple[Rung, ...]
    owner: str = "holder"
    promise: bool = False
    lasts: bool = False

    @property
    def theirs(self) -> bool:
        """Whether whoever asked is shown it: it is promised to them, or it is their own time."""
        return self.promise or self.owner == "requester"

    def rung(self, n: int) -> Rung | None:
        """The rung that is climbed after ``n`` others; None at the top of a ladder that does not go on."""
        if n < len(self.ladder):
            return self.ladder[n]
        return self.ladder[-1] if self.ladder and self.ladder[-1].again else None


class RoutingRule(Struct, frozen=True):
    """``take`` is ``precedent`` (what was adjudicated), ``duty`` (whose duty list has the category), ``kind:<unit kind>``,
    ``unit:<id>`` or ``field:<field>`` (the unit that the case names there; nobody while it names none)."""

    id: str
    take: str
    when: Expression | None = None


class Kind(Struct, frozen=True):
    """One case type of a practice."""

    id: str
    stages: Mapping[str, Stage]
    steps: Mapping[str, Step]
    clocks: Mapping[str, ClockRule]
    phases: tuple[str, ...] = ()
    apart: bool = False
    """Whether whoever holds a subcase of such a case is kept from the case itself."""
    shared: Expression | None = None
    """What must hold of an open case for other requesters to be told of it and join theirs; None: nobody may."""
    leaving: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """The steps that start at each stage; found in the steps."""
    awaited: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """The steps that each stage waits for; found in the stages and steps."""

    def __post_init__(self) -> None:
        """Asked for with every step and every row of a list, so found once."""
        force_setattr(self, "leaving", {each: tuple(self._leaving(each)) for each in self.stages})
        force_setattr(self, "awaited", {each: self._awaited(each) for each in self.stages})

    def steps_from(self, stage: str) -> tuple[Step, ...]:
        return self.leaving.get(stage, ())

    def next_from(self, stage: str) -> tuple[Step, ...]:
        """The steps that a stage waits for; where it names none, the first written that leads on from it."""
        return self.awaited[stage]

    @property
    def places(self) -> tuple[str, ...]:
        """Under what its cases are counted, in order: the phases, and last what was dropped, where that can be."""
        return (*self.phases, *((DROPPED,) if any(each.dropped for each in self.stages.values()) else ()))

    def done_at(self, place: str) -> bool:
        """Whether whatever is counted there is done: everything there is settled and nothing of it was dropped."""
        here = [each for each in self.stages.values() if each.place == place]
        return place != DROPPED and all(each.kind is not StageKind.OPEN for each in here)

    def _leaving(self, stage: str) -> Iterator[Step]:
        return (step for step in self.steps.values() if stage in step.source)

    def _awaited(self, stage: str) -> tuple[Step, ...]:
        named = tuple(self.steps[name] for name in self.stages[stage].next)
        if named or self.stages[stage].kind is not StageKind.OPEN:
            return named
        return tuple(s for s in self.leaving[stage] if any(b.to not in ("", stage) for b in s.to))[:1]

    def samples(self) -> frozenset[str]:
        """Those that its steps draw for."""
        follows = (each for step in self.steps.values() for each in step.may_follow)
        return frozenset(each.sample for each in follows if isinstance(each, Draw))

    def openings(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps.values() if step.opens)


class Procedure(Struct, frozen=True):
    """A practice bound to the settings of one adoption. ``digest`` pins the content of the folder."""

    practice: str
    version: str
    digest: str
    kinds: Mapping[str, Kind]
    forms: Mapping[str, Form]
    routing: tuple[RoutingRule, ...] = ()
    settings: Facts = field(default_factory=dict)
    registers: tuple[Register, ...] = ()
    hears: tuple[str, ...] = ()
    """The practices whose cases, when they settle, open one here."""
    recusing: tuple[str, ...] = ()
    """The fields that name units which have no part in a case; found in the forms."""
    handing_up: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those of them, by form, by which the unit above receives what is about the receiving unit itself."""

    def __post_init__(self) -> None:
        fields = [each for form in self.forms.values() for each in form.fields if each.recuses]
        force_setattr(self, "recusing", tuple(dict.fromkeys(each.id for each in fields)))
        handing_up = {
            name: tuple(each.id for each in form.fields if each.handed_up)
            for name, form in self.forms.items()
        }
        force_setattr(self, "handing_up", {name: ids for name, ids in handing_up.items() if ids})
