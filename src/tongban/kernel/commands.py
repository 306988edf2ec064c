"""What somebody wants to do (a command), who they are (an actor), what a decision may look at (a scene)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field

from tongban.kernel.board import Counting, uncounted
from tongban.kernel.case import Case, Mandate
from tongban.kernel.county import County
from tongban.kernel.draws import NO_DRAWS, Draws
from tongban.kernel.events import Heard
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts


class Opening(Struct, frozen=True):
    """What a new case needs that nobody is asked for: ids from outside keep the kernel free of chance.

    ``holder`` is set for a subcase (its parent says who gets it) and "" where the practice routes. ``place`` is where
    the request asks for it (``rows/3``), "" for what no row asks for. ``about`` is the id of the case that settled
    elsewhere and that this one is about, ``doers`` are the persons who had a part in that.
    """

    id: str
    number: str
    adoption: str
    kind: str
    home: str
    division: str
    channel: str
    parent: str = ""
    root: str = ""
    holder: str = ""
    place: str = ""
    sealed: Mapping[str, str] = field(default_factory=dict)
    """Sealed parts of keys that the case above passes on, by register and field."""
    about: str = ""
    doers: tuple[str, ...] = ()


class Door(Struct, frozen=True):
    """By which way a step came, as the door that it came through says; nobody who takes it can say it themselves.

    ``channel`` is one of ``form.CHANNELS`` ("" where no door says so), ``source`` a keyed digest of where it came from,
    which is another one every day ("" for none).
    """

    channel: str = ""
    source: str = ""


NO_DOOR = Door()


class Command(Struct, frozen=True):
    """One named step with the answers as they came in (strings from a page, values from JSON).

    ``opening`` is given exactly when the step opens a case. ``clock`` names the clock whose ladder
    asks for a system step. ``rows`` is the table that came with it: of each subcase that it opens the answers. They go
    there alone. ``door`` answers the fields that only the door may answer. ``heard`` is the message of another county that
    it answers to.
    """

    step: str
    answers: Mapping[str, object] = field(default_factory=dict)
    opening: Opening | None = None
    clock: str = ""
    rows: tuple[Mapping[str, object], ...] = ()
    door: Door = NO_DOOR
    heard: Heard | None = None


class ActorKind(StrEnum):
    PERSON = "person"
    REQUESTER = "requester"
    SYSTEM = "system"


class Post(Struct, frozen=True):
    """A role at a unit, in force now (dates are checked by whoever builds the actor).

    ``giver`` is the person in whose place somebody stands, "" for a post of one's own; ``giver_units`` are all units at
    which the giver holds a post. ``practices`` are those for which alone it was given, none for all that are not guarded.
    """

    unit: str
    role: str
    giver: str = ""
    giver_units: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()

    @staticmethod
    def written(unit: str, role: str) -> Post:
        """A post of one's own as it is written down: ``receiver`` for all practices that are not guarded, ``permits.receiver``
        for the practice ``permits`` alone."""
        practice, _, named = role.rpartition(".")
        return Post(unit, named, practices=(practice,) if practice else ())

    def covers(self, practice: str, guarded: Collection[str]) -> bool:
        """Whether it counts for a practice. For a ``guarded`` one only a post of one's own that names it does: neither what
        was given for all practices nor what a colleague lent."""
        if practice in guarded:
            return practice in self.practices and not self.giver
        return not self.practices or practice in self.practices


class Actor(Struct, frozen=True):
    """Who asks. ``owns`` are the cases that a requester has proved to be theirs."""

    kind: ActorKind
    person: str = ""
    posts: tuple[Post, ...] = ()
    owns: frozenset[str] = frozenset()

    @property
    def own_posts(self) -> tuple[Post, ...]:
        """Those that nobody gave for a time."""
        return tuple(post for post in self.posts if not post.giver)

    @property
    def unlimited(self) -> tuple[Post, ...]:
        """Those that count for every practice: what adds up many cases, or shows them, is not for the others."""
        return tuple(post for post in self.posts if not post.practices)

    def has_proved(self, case: Case) -> bool:
        """Whether a requester has proved that the case is theirs: the case itself, or the one that it is about."""
        return case.id in self.owns or (bool(case.about) and case.about in self.owns)


SYSTEM = Actor(ActorKind.SYSTEM)
ANYBODY = Actor(ActorKind.REQUESTER)


class Subcases(Struct, frozen=True):
    """Counts of the direct subcases of a case.

    ``tallies`` are those that a step names (``took.sign``): counted for the decision, since what is added up beside the
    ledger lags behind it.
    """

    total: int = 0
    open: int = 0
    tallies: Mapping[str, int] = field(default_factory=dict)
    holders: tuple[str, ...] | None = None
    """The units that hold those which are not settled; None where nobody asked for them."""

    def held_by(self) -> tuple[str, ...]:
        """Raises ``RefusedError`` (``step.not_counted``), as ``tally`` does."""
        if self.total and self.holders is None:
            raise RefusedError(Refused("step.not_counted", "", {"what": "holders"}))
        return self.holders or ()

    def tally(self, name: str) -> int:
        """Raises ``RefusedError`` (``step.not_counted``) where nobody counted: a condition must not take that for none."""
        if self.total and name not in self.tallies:
            raise RefusedError(Refused("step.not_counted", "", {"what": name}))
        return self.tallies.get(name, 0)


class Related(Struct, frozen=True):
    """Another case as far as a decision may see it: the one to be joined, or the parent."""

    id: str
    number: str
    practice: str
    holder: str
    settled: bool
    joined: str = ""
    shared: bool = False
    """Whether other requesters may be told of it and join theirs to it."""
    above: frozenset[str] = frozenset()
    """The ids of the cases that it stands under, all the way up."""

    @staticmethod
    def of(case: Case, above: Iterable[str] = (), *, shared: bool = False) -> Related:
        settled = case.settled_at is not None
        return Related(
            case.id, case.number, case.practice, case.holder, settled, case.joined, shared, frozenset(above)
        )


Sealer: TypeAlias = "Callable[[str, str, str], str]"
"""A keyed digest (hex) of one part of a key: by register, field and value. Without its key nobody can test a guess."""


def unsealed(register: str, name: str, value: str) -> str:
    """Raises ``RefusedError`` (``step.no_seal``): where nothing can be sealed, nobody is looked up in the open either."""
    del value
    raise RefusedError(Refused("step.no_seal", name, {"register": register}))


class Scene(Struct, frozen=True):
    """Everything beside the case that a decision may look at, at one moment."""

    county: County
    now: datetime
    subcases: Subcases = Subcases()
    parent: Related | None = None
    related: Mapping[str, Related] = field(default_factory=dict)
    """Cases named in answers, by number."""
    mandates: tuple[Mandate, ...] = ()
    """Mandates on the cases that this one stands under, all the way up."""
    subject: Facts = field(default_factory=dict)
    """What registers say of what the case is about."""
    registered: frozenset[str] = frozenset()
    """The registers that know it."""
    mine: frozenset[str] = frozenset()
    """Those whose row this case itself wrote last."""
    draws: Draws = NO_DRAWS
    """Chance, like ids, comes from outside: what is drawn for a decision follows from it and from the decision's mark."""
    count: Counting = uncounted
    """Counts the board that a step fixes: nobody writes its figures."""
    seal: Sealer = unsealed
    """Seals the part of a key that says who somebody is; its key comes from outside."""
    entries: Mapping[str, Mapping[str, Facts]] = field(default_factory=dict)
    """By brought register those codes named in answers that it holds, each with what its row says."""
    spelled: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By register and key, as answers have it, the key of the row that is there, where that one is written in other letters."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """By field a code that a register holds and that looks like the one answered, which none does."""
    rows: Mapping[tuple[str, str], Facts] = field(default_factory=dict)
    """What registers say of the codes for which the step opens subcases, by register and key; of nothing else."""
    met: tuple[Facts, ...] = ()
    """What rows of the register that the step names mean together, as answers of the subcases that it opens."""
    met_more: bool = False
    """Whether that is not all: a look opens no more than so many."""
    met_before: tuple[str, ...] = ()
    """The numbers of other cases that say what rows mean together already, one for each finding that is therefore left out."""
    kept: Facts = field(default_factory=dict)
    """Answers of the case that are kept beside the ledger and that the step carries into subcases; nothing else sees them."""
    files: frozenset[str] = frozenset()
    """Those attachments named in answers that are kept."""
    keyed: frozenset[tuple[str, ...]] = frozenset()
    """The keys that subcases have which were opened from rows before."""
