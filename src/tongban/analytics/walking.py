"""The events of a case, walked through once: for each the row of the event log that it becomes.

A row says what the process mined from it needs and nothing else: no text, no name, no number of a case, no answer but the
category and the place. Where the case stood before is known from the rows before, so a chain is always walked from its
first event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec import Struct, field

from tongban.kernel import shapes
from tongban.kernel.procedure.evolve import RESERVED, SUCCEEDED

COLUMNS: Mapping[str, str] = {
    "chain": "UUID", "seq": "INTEGER", "moment": "BIGINT", "practice": "VARCHAR", "adoption": "VARCHAR", "kind": "VARCHAR",
    "parent": "VARCHAR", "opened": "BIGINT", "channel": "VARCHAR", "step": "VARCHAR", "source": "VARCHAR",
    "stage": "VARCHAR", "unit": "VARCHAR", "role": "VARCHAR", "via": "VARCHAR", "held": "VARCHAR", "holder": "VARCHAR",
    "worker": "VARCHAR", "home": "VARCHAR", "since": "BIGINT", "held_since": "BIGINT", "visit": "INTEGER",
    "handed": "BOOLEAN", "back": "BOOLEAN", "again": "BOOLEAN", "category": "VARCHAR", "township": "VARCHAR", "outcome": "VARCHAR",
    "late": "BOOLEAN", "clocks": "VARCHAR", "wrote": "VARCHAR", "own": "BOOLEAN", "last": "BOOLEAN",
}  # fmt: skip
"""The columns of the log and their types in DuckDB.

``moment``, ``opened`` (the case), ``since`` (the stage ``source``) and ``held_since`` (with ``held``) are microseconds since 1970, UTC. ``step``
led from ``source`` to ``stage``, and the case from the unit ``held`` to ``holder``; ``unit``, ``role`` and ``via`` are whose step it was, ``worker``
whoever did the work so far. ``visit`` counts how often the case has come to ``stage`` (0: it stayed there). ``handed``: people gave it to another unit,
``back``: to the one that it had just come from, ``again``: the same way as once before. ``late``: a clock ended too late; ``clocks``: ``suspended``, ``resumed``, ``extended``.
``wrote``: the row of a register that was written, under a mark. ``own``: a step of the kernel itself. ``last``: no event has followed yet.
"""
SUCCESSION = SUCCEEDED
TOWNSHIP = 9
"""Digits of the statistical code of a township."""
_CLOCKS = {"clock_suspended": "suspended", "clock_resumed": "resumed", "clock_extended": "extended"}


class _By(Struct, frozen=True):
    unit: str = ""
    role: str = ""
    via: str = ""


class _Opened(Struct, frozen=True):
    practice: str
    adoption: str
    kind: str
    home: str
    division: str
    channel: str
    parent: str = ""


class _Follow(Struct, frozen=True):
    what: str = field(name="is")
    unit: str = ""
    home: str = ""
    to: str = ""
    outcome: str = ""
    kept: bool = True
    register: str = ""
    key: str = ""


class _Facts(Struct, frozen=True):
    category: object = ""
    division: object = ""


_NOTHING = _Facts()


class _Deed(Struct, frozen=True):
    by: _By
    step: str
    to: str
    source: str = field(default="", name="from")
    facts: _Facts = _NOTHING
    follows: tuple[_Follow, ...] = ()
    opened: _Opened | None = None


class _Body(Struct, frozen=True):
    facts: _Deed


_read = shapes.reader(_Body)
Line = tuple[str, int, int, str]
"""Chain, number, moment (microseconds since 1970) and body of an event."""


class _Standing(Struct):
    """Where a case stands between two of its events."""

    opened: _Opened
    at: int
    holder: str
    home: str
    stage: str = ""
    since: int = 0
    held_since: int = 0
    before: str = ""
    """the unit that it was taken from last"""
    previous: str = ""
    category: str = ""
    township: str = ""
    visits: dict[str, int] = field(default_factory=dict)
    ways: set[tuple[str, str]] = field(default_factory=set)


class Walk:
    """Makes rows of events that come chain by chain, in order. ``columns`` hold what was made since ``empty``.

    ``mark`` gives the row of a register (its name and key) a name from which nobody learns the key.
    """

    def __init__(self, mark: Callable[[str, str], str]) -> None:
        self._mark = mark
        self.columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
        self._add = tuple(each.append for each in self.columns.values())
        self._chain = ""
        self._standing: _Standing | None = None

    def __len__(self) -> int:
        return len(self.columns["chain"])

    def empty(self) -> dict[str, list[object]]:
        """What was made so far, of chains that have ended; nothing is kept of it."""
        self._end()
        made, self.columns = self.columns, {name: [] for name in COLUMNS}
        self._add = tuple(each.append for each in self.columns.values())
        return made

    def take(self, lines: Iterable[Line]) -> None:
        for chain, seq, at, body in lines:
            try:
                deed = _read(body).facts
            except msgspec.DecodeError:  # somebody changed it: the ledger's own verification says so
                continue
            if chain != self._chain:
                self._end()
                self._chain = chain
                if deed.opened is None:
                    self._standing = (
                        None  # its first event cannot be read: the ledger's own verification says so
                    )
                    continue
                self._standing = _Standing(deed.opened, at, deed.opened.home, deed.opened.home)
                self._standing.since = self._standing.held_since = at
                self._standing.township = deed.opened.division[:TOWNSHIP]
            if self._standing is not None:
                self._row(self._standing, seq, at, deed)

    def begins(self, chain: str) -> bool:
        """Whether an event of this chain would be the first one of another case."""
        return chain != self._chain

    def _end(self) -> None:
        if self._standing is not None and self.columns["last"]:
            self.columns["last"][-1] = True
        self._chain, self._standing = "", None

    def _row(self, case: _Standing, seq: int, at: int, deed: _Deed) -> None:
        own = deed.step in RESERVED
        if not own:
            _answers(case, deed.facts)
        held, since, held_since = case.holder, case.since, case.held_since
        outcome, late, clocks, wrote = "", False, "", ""
        for each in deed.follows:
            what = each.what
            if what == "held":
                case.previous, case.holder = case.holder, each.unit
            elif what == "settled":
                outcome = each.outcome
            elif what == "clock_ended":
                late = late or not each.kept
            elif what in _CLOCKS:
                clocks = _CLOCKS[what]
            elif what == "written":
                wrote = f"{each.register}/{self._mark(each.register, each.key)}"
            elif what == "recused":
                case.home = each.home or case.home
            elif what == "succeeded":
                _succeed(case, each)
        handed = case.holder != held and deed.step != SUCCESSION and seq > 1
        back = handed and case.holder == case.before
        again = handed and (held, case.holder) in case.ways
        if case.holder != held:
            case.held_since = at
        if handed:
            case.before = held
            case.ways.add((held, case.holder))
        visit = 0
        if deed.to != case.stage:
            visit = case.visits[deed.to] = case.visits.get(deed.to, 0) + 1
            case.stage, case.since = deed.to, at
        opened = case.opened
        worker = case.previous if case.holder == case.home and case.previous else case.holder
        row = (
            self._chain, seq, at, opened.practice, opened.adoption, opened.kind, opened.parent, case.at, opened.channel,
            deed.step, deed.source, deed.to, deed.by.unit, deed.by.role or _role(deed.by.via), deed.by.via.partition(":")[0],
            held, case.holder, worker, case.home, since, held_since, visit, handed, back, again, case.category, case.township,
            outcome, late, clocks, wrote, own, False,
        )  # fmt: skip
        for add, value in zip(self._add, row, strict=True):
            add(value)


def _role(via: str) -> str:
    """Who is no person of an office is ``requester`` or ``system``."""
    return via if via in ("requester", "system") else ""


def _answers(case: _Standing, facts: _Facts) -> None:
    if isinstance(facts.category, str) and facts.category:
        case.category = facts.category.partition(".")[0]
    if isinstance(facts.division, str) and facts.division:
        case.township = facts.division[:TOWNSHIP]


def _succeed(case: _Standing, follow: _Follow) -> None:
    """A unit has ended: nobody handed the case on, and from now on it is another's."""
    for name in ("holder", "home", "before", "previous"):
        if getattr(case, name) == follow.unit:
            setattr(case, name, follow.to)
