"""What happened: one event for one step, with everything that followed from it inside.

A step and its consequences are sealed together, so nothing can have half happened. ``kernel.record`` says
how an event is written into the ledger, and reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import field

from tongban.kernel.board import Standing
from tongban.kernel.clock import Limit
from tongban.kernel.value import Facts, Record


class Doer(Record, frozen=True):
    """Who took a step and by what right.

    ``via`` is ``post``, ``superior``, ``mandate:<id>``, ``requester`` or ``system``. ``behalf`` is the person in whose
    place they stood, "" where they acted for themselves.
    """

    person: str = ""
    unit: str = ""
    role: str = ""
    via: str = ""
    behalf: str = ""

    def people(self) -> tuple[str, ...]:
        """Everybody whose step it counts as."""
        return tuple(each for each in (self.person, self.behalf) if each)


class Opened(Record, frozen=True):
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
    about: str = ""
    """the case that settled elsewhere and that this one is about"""
    doers: tuple[str, ...] = ()
    """the persons who had a part in that: they count as those who took the opening step"""


class _Follows(Record, frozen=True, tag_field="is"):
    """A consequence of a step; it is written with its name under ``is``."""


class Held(_Follows, frozen=True, tag="held"):
    """The case has a new holder; ``rule``, ``duty`` and ``reason`` say why.

    ``precedent`` is the number of the adjudicated case that it was sent by. ``lacking`` is the field that another rule would have
    sent it by, had it named a unit.
    """

    unit: str
    rule: str = ""
    duty: str = ""
    reason: str = ""
    precedent: str = ""
    lacking: str = ""


class ClockStarted(_Follows, frozen=True, tag="clock_started"):
    clock: str
    lap: int
    limit: Limit
    due: datetime
    provisional: bool
    wake: datetime | None
    quiet: bool = False


class ClockEnded(_Follows, frozen=True, tag="clock_ended"):
    clock: str
    kept: bool


class ClockSuspended(_Follows, frozen=True, tag="clock_suspended"):
    """``reason`` is the lawful reason's code; ``until`` a planned end, if there is one."""

    clock: str
    reason: str


class ClockResumed(_Follows, frozen=True, tag="clock_resumed"):
    clock: str
    due: datetime
    provisional: bool
    wake: datetime | None


class ClockExtended(_Follows, frozen=True, tag="clock_extended"):
    clock: str
    by: Limit
    due: datetime | None
    provisional: bool
    wake: datetime | None


class ClockRung(_Follows, frozen=True, tag="clock_rung"):
    """A rung of the clock's ladder has been acted on; ``wake`` is the next one's moment."""

    clock: str
    rung: int
    wake: datetime | None


class ClockMoved(_Follows, frozen=True, tag="clock_moved"):
    """A calendar changed and the due date with it."""

    clock: str
    due: datetime
    provisional: bool
    wake: datetime | None
    calendar: str


class SubcaseOpened(_Follows, frozen=True, tag="subcase_opened"):
    case: str
    kind: str
    unit: str


class PassedOver(_Follows, frozen=True, tag="passed_over"):
    """So many findings opened nothing: other cases of ``kind`` say the same and are in somebody's hands, or were ruled on; ``cases`` are
    the first of their numbers. Or so many rows did, which fit and of which ``register`` knows already."""

    kind: str
    n: int
    cases: tuple[str, ...] = ()
    register: str = ""


class Noticed(_Follows, frozen=True, tag="noticed"):
    """A notice is due to somebody.

    ``to`` is ``requester``, ``holder``, ``previous``, ``home``, ``superior`` or ``parent``. It waits until ``not_before``.
    ``urgent``: messages of it wait for nothing. ``served``: its delivery is to be proved.
    """

    notice: str
    to: str
    not_before: datetime | None = None
    urgent: bool = False
    served: bool = False


class RatingAsked(_Follows, frozen=True, tag="rating_asked"):
    """The requester is asked; the asking counts even when nobody answers."""

    notice: str


class Recused(_Follows, frozen=True, tag="recused"):
    """The units that the matter is about, as far as anybody said by now; they have no part in the case.

    ``home`` is the unit that receives it from now on, where the one that had received it is among them.
    """

    units: tuple[str, ...]
    home: str = ""


class Drawn(_Follows, frozen=True, tag="drawn"):
    """Whether chance put the case into a sample. Kept either way: the share that was drawn can be proved."""

    sample: str
    drawn: bool
    lot: int = -1
    of_hundred: int = -1
    by: str = ""
    """The seed that the lot follows from (``kernel.draws``); without one nobody can draw it again, and it is not kept."""


class Picked(_Follows, frozen=True, tag="picked"):
    """Chance chose some units among several, by the seed that ``by`` names."""

    among: tuple[str, ...]
    picked: tuple[str, ...]
    by: str


class Fixed(_Follows, frozen=True, tag="fixed"):
    """A board was counted: what it says of its days stays in the ledger, whatever is corrected afterwards."""

    standing: Standing


class Mandated(_Follows, frozen=True, tag="mandated"):
    mandate: str
    unit: str
    powers: tuple[str, ...]
    until: datetime | None
    giver: str = ""


class MandateEnded(_Follows, frozen=True, tag="mandate_ended"):
    mandate: str


class Written(_Follows, frozen=True, tag="written"):
    """A row of a register is set by this step: the named facts under its key."""

    register: str
    key: str
    fields: tuple[str, ...]


class KeySealed(_Follows, frozen=True, tag="key_sealed"):
    """From now on the case is known to be about that row of a register, as far as this part of its key says: a keyed digest, from
    which nobody without the home's key learns who it is."""

    register: str
    field: str
    digest: str


class PrecedentSet(_Follows, frozen=True, tag="precedent_set"):
    """From now on matters like this one go to ``unit``; see ``kernel.precedent``."""

    unit: str
    category: str
    division: str
    listed: str
    duty: str
    entry: str
    until: datetime | None = None


class PrecedentEnded(_Follows, frozen=True, tag="precedent_ended"):
    """The precedent of a case, this one or another, takes no more matters."""

    precedent: str


class CameBack(_Follows, frozen=True, tag="came_back"):
    """A case that was sent by a precedent did not stay where that sent it."""

    precedent: str


class Published(_Follows, frozen=True, tag="published"):
    """Something of the case is proposed or released for the public: ``case``, ``card``, ``refusal``.

    ``until`` is the moment from which it is no longer shown; None for one without a term.
    """

    what: str
    until: datetime | None = None


class TakenDown(_Follows, frozen=True, tag="taken_down"):
    """What was published of the case is no longer shown."""

    what: str


class Visited(_Follows, frozen=True, tag="visited"):
    """The requester came in person, the ``visit``-th time, to ``unit``; ``why`` they had to come again is "" for the first.

    ``told``: it is the requester's own word; otherwise that of the office."""

    unit: str
    visit: int
    why: str = ""
    told: bool = False


class Joined(_Follows, frozen=True, tag="joined"):
    """This case follows another one's outcome and keeps its own number, receipt and rating."""

    case: str


class Placed(_Follows, frozen=True, tag="placed"):
    """From now on this case stands under another one."""

    case: str


class Succeeded(_Follows, frozen=True, tag="succeeded"):
    """A unit has ended; from now on ``to`` stands in its place in this case, whatever its part was. ``because`` is the
    decision by which it ended."""

    unit: str
    to: str
    because: str = ""


class Told(_Follows, frozen=True, tag="told"):
    """A message is due to another county, the ``n``-th that goes there in this conversation. It carries the answers to
    ``fields`` as they are now, which only their names stand for here, and what it ``says`` beside them."""

    peer: str
    conversation: str
    n: int
    message: str
    fields: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    """answers that are called otherwise there: by the name there, the field here"""


class Heard(_Follows, frozen=True, tag="heard"):
    """A message of another county made the system take this step: the ``n``-th that came in this conversation.

    ``digest`` names what was signed there, ``number`` is what the case is called there.
    """

    peer: str
    conversation: str
    n: int
    message: str
    digest: str = ""
    number: str = ""


class Settled(_Follows, frozen=True, tag="settled"):
    outcome: str


class Resettled(_Follows, frozen=True, tag="resettled"):
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
    | PassedOver
    | Noticed
    | RatingAsked
    | Drawn
    | Picked
    | Fixed
    | Recused
    | Mandated
    | MandateEnded
    | Written
    | KeySealed
    | PrecedentSet
    | PrecedentEnded
    | CameBack
    | Published
    | TakenDown
    | Visited
    | Joined
    | Placed
    | Succeeded
    | Told
    | Heard
    | Settled
    | Resettled
)


class Event(Record, frozen=True):
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

    def left_out(self) -> tuple[str, ...]:
        """The numbers of other cases for whose sake it opened nothing."""
        return tuple(
            each for follow in self.follows if isinstance(follow, PassedOver) for each in follow.cases
        )
