"""What a leader's pages show: plain values, words already in the reader's language."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.wording import Tone

AGES = (1, 3, 7, 15, 30, 60, 90)
"""Days since registration at which one column of the distribution ends and the next begins."""


class Standing(Struct, frozen=True):
    """How open cases stand. The four that wait (own, other, requester, stopped) make up ``open``.

    ``late`` and ``soon`` (due within 24 hours) leave out those that wait for the requester. ``ages`` counts
    by days since registration, one number for each column of ``AGES`` and one for what is older.
    """

    open: int = 0
    late: int = 0
    soon: int = 0
    own: int = 0
    other: int = 0
    requester: int = 0
    stopped: int = 0
    ages: tuple[int, ...] = (0,) * (len(AGES) + 1)

    def plus(self, more: Standing) -> Standing:
        return Standing(
            self.open + more.open,
            self.late + more.late,
            self.soon + more.soon,
            self.own + more.own,
            self.other + more.other,
            self.requester + more.requester,
            self.stopped + more.stopped,
            tuple(a + b for a, b in zip(self.ages, more.ages, strict=True)),
        )


class UnitLine(Struct, frozen=True):
    """A unit with all below it, or (``itself``) without them. ``below``: whether there is a level beneath."""

    unit: str
    name: str
    standing: Standing
    itself: bool = False
    below: bool = False


class Measure(Struct, frozen=True):
    """A step of oversight that the reader may take on a case now. ``asks``: it has a form.

    ``places`` is the field that names the case under which it places this one; "" for any other step.
    """

    step: str
    title: str
    asks: bool
    places: str = ""


class Watched(Struct, frozen=True):
    """A case as a leader's list shows it.

    ``since`` is when it came to its stage, ``stood`` how long ago that was; ``marks`` are the measures taken
    on it so far, with how often. ``path`` names the units it went through.
    """

    number: str
    title: str
    tone: Tone
    clock: str
    stage: str
    unit: str
    since: str
    stood: str
    opened: str
    kind: str
    waits: str
    outcome: str = ""
    open: bool = True
    marks: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def handed_on(self) -> int:
        """How often it changed units on its way."""
        return max(0, len(self.path) - 1)


class Escalation(Struct, frozen=True):
    """A notice by which an open case was raised to the unit above its holder.

    ``clock`` is the title of the clock that led to it, "" where somebody raised the case.
    """

    number: str
    title: str
    unit: str
    when: str
    what: str
    clock: str = ""


class KindLine(Struct, frozen=True):
    """Cases of a kind that is not the practice's main one. ``settled`` counts the last thirty days.

    ``reported``: people open such cases directly; the others are opened under a case.
    """

    practice: str
    kind: str
    title: str
    of: str
    open: int
    late: int
    settled: int
    reported: bool
    outcomes: tuple[tuple[str, int], ...] = ()
    latest: Watched | None = None


class Card(Struct, frozen=True):
    """What a closed case taught. ``marks`` are what was chosen on it (the cause), ``words`` the rest of its text."""

    id: str
    title: str
    marks: tuple[str, ...]
    words: str
    unit: str
    when: str


class Choice(Struct, frozen=True):
    value: str
    label: str


class Overview(Struct, frozen=True):
    """``units`` that have nothing open are left out and counted in ``idle``."""

    scope: str
    whole: bool
    units_overseen: int
    now: str
    total: Standing
    imported: int
    """late ones that came from an old list"""
    nobody: int
    """open ones that stand where nobody could go on with them"""
    units: tuple[UnitLine, ...]
    idle: int
    up: str
    """the unit to go back up to, "" at the top of the scope"""
    longest: tuple[Watched, ...]
    handed_on: tuple[Watched, ...]
    escalations: tuple[Escalation, ...]
    kinds: tuple[KindLine, ...]
    cards: tuple[Card, ...]
    practices: tuple[Choice, ...]
    focus: str


class WatchedPage(Struct, frozen=True):
    rows: tuple[Watched, ...]
    total: int
    """counted up to a thousand"""
    older: str
    scope: str
    practices: tuple[Choice, ...]
    units: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
