"""What a draft would have done with last year's cases: changed rules, settings or duty lists, before they are in force.

Every case is sent once by what is in force today and once by the draft, with the answers that its first dispatch had. The
county's precedents of today take part on both sides. Which unit is right is asked of what happened: the unit whose work
settled the case. As cases mostly stay where they were sent, that measure leans towards what is in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heappush, heappushpop
from typing import TypeAlias

from msgspec import Struct, field

from tongban.apps.dispatch.passed import Left, Past, Sent
from tongban.apps.office import Office
from tongban.apps.registry.county_files import FALLBACK
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.routing import Routed, may_hold, offers
from tongban.kernel.value import Value

PAST = timedelta(days=365)
KEPT = 12
"""Cases that are remembered of each move, the newest: a reader may not see all of them."""
MOST_ANSWERS = 50_000
"""Different questions whose answers are remembered, for each side."""
NOT_KNOWN = ("took.", "drawn.", "sum.", "subject.", "subcases.", "case.late", "case.public", "case.precedent")
"""What a past dispatch does not tell any more."""
NOBODY = Routed("", "")

Seen: TypeAlias = "Value | datetime"
Example: TypeAlias = tuple[datetime, str, str]
"""When a case was opened, its id, its number."""


class Draft(Struct, frozen=True):
    """A practice as it is or would be bound, in a county as it is or would be."""

    procedure: Procedure
    county: County


class Move(Struct, frozen=True):
    """Cases that go from one unit to another by the same reasons; a unit of "" is nobody.

    ``better`` were settled by the unit that the draft finds, ``worse`` by the one that it takes them from.
    """

    before: Routed
    after: Routed
    cases: int
    settled: int
    better: int
    worse: int
    examples: tuple[Example, ...]


class Load(Struct, frozen=True):
    unit: str
    before: int
    after: int


class Rerouted(Struct, frozen=True):
    """``same``: rules, their settings and the county's registers are as they are; no case was looked at.
    ``newest_only``: not all of the year's cases were; ``lists_differ``: the draft has other units or duty lists.

    Of ``cases`` opened ``since`` then ``compared`` were sent by both; ``left`` says why others were not. ``otherwise`` stay
    with their unit for another reason. ``settled`` were settled by the work of a unit: by the one that is found now in
    ``right_before``, by the one that the draft finds in ``right_after``. ``last``: with the unit of last resort; ``passed``:
    a hard rule kept a rule's unit from leading, in ``newly_passed`` by the draft alone. ``barred``: whose unit, which has the case or settled it, may
    not have it any more by the draft's duty lists; ``barred_open`` of them are open.
    """

    practice: str
    since: datetime
    same: bool = False
    newest_only: bool = False
    lists_differ: bool = False
    cases: int = 0
    compared: int = 0
    by_hand: int = 0
    left: tuple[tuple[Left, int], ...] = ()
    moved: int = 0
    otherwise: int = 0
    settled: int = 0
    right_before: int = 0
    right_after: int = 0
    moved_settled: int = 0
    better: int = 0
    worse: int = 0
    nobody: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)
    passed: tuple[int, int] = (0, 0)
    newly_passed: int = 0
    passed_examples: tuple[Example, ...] = ()
    barred: int = 0
    barred_open: int = 0
    barred_examples: tuple[Example, ...] = ()
    moves: tuple[Move, ...] = ()
    loads: tuple[Load, ...] = ()


def rerouted(
    here: Office, practice: str, before: Draft, after: Draft, now: datetime, most: int = 0, say: Say = silent
) -> Rerouted:
    """The cases of a practice opened in the last year, or about ``most`` of them, the newest."""
    if _alike(before, after):
        return Rerouted(practice, now - PAST, same=True)
    past = Past.of(here, practice, now - PAST, most)
    tally = _Tally(_Side(before, now), _Side(after, now))
    for sent in past.sent(say):
        tally.add(sent)
    return tally.told(practice, past)


def _alike(one: Draft, other: Draft) -> bool:
    """Whether both send everything alike: the same rules, settings that they name, kinds and registers."""
    rules = one.procedure.routing
    names = {name.partition(".")[2] for name in _names(one.procedure) if name.startswith("settings.")}
    settings = all(one.procedure.settings.get(n) == other.procedure.settings.get(n) for n in names)
    kinds = one.procedure.kinds.keys() <= other.procedure.kinds.keys()
    return (
        rules == other.procedure.routing and settings and kinds and same_registers(one.county, other.county)
    )


def same_registers(one: County, other: County) -> bool:
    """Whether two counties have the same units, divisions, duty lists, categories and precedents."""
    if one is other:
        return True
    parts = ("units", "divisions", "duties", "categories", "precedents")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _names(procedure: Procedure) -> tuple[str, ...]:
    """What the conditions of the rules look at."""
    found = {name for rule in procedure.routing if rule.when is not None for name in rule.when.names}
    return tuple(sorted(found))


class _Answer(Struct, frozen=True):
    """Where a case goes; ``passed``: past a unit that a hard rule keeps it from; ``last``: to the last resort."""

    to: Routed
    passed: bool
    last: bool


class _Side:
    """One of the two ways to send. Most cases ask what another asked before, so each question is answered once."""

    def __init__(self, draft: Draft, now: datetime) -> None:
        self.procedure, self.county, self.now = draft.procedure, draft.county, now
        self.names = _names(draft.procedure)
        self.unknowable = any(name.startswith(NOT_KNOWN) for name in self.names)
        rules = draft.procedure.routing
        self.last = rules[-1].id if rules else ""
        self.answers: dict[tuple[object, ...], _Answer] = {}

    def send(self, sent: Sent) -> _Answer:
        values: dict[str, Seen] = {}
        if self.names:
            sight = Sight(self.procedure, sent.then, {}, Scene(self.county, sent.at))
            values = {name: sight.get(name) for name in self.names}
        key = (sent.category, sent.division, sent.then.recused, *values.values())
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_ANSWERS:
                self.answers.clear()
            found = self.answers[key] = self._answer(sent, values)
        return found

    def _answer(self, sent: Sent, values: Mapping[str, Seen]) -> _Answer:
        rules, recused = self.procedure.routing, sent.then.recused
        passed = False
        for found, kept_from in offers(
            rules, self.county, sent.category, sent.division, values, self.now, recused
        ):
            if kept_from is None:
                return _Answer(found, passed, found.rule == self.last or found.duty == FALLBACK)
            passed = True
        return _Answer(NOBODY, passed, last=False)


class _Moving(Struct):
    cases: int = 0
    settled: int = 0
    better: int = 0
    worse: int = 0
    newest: list[Example] = field(default_factory=list)


class _Tally:
    """All that is counted while the cases go by."""

    def __init__(self, before: _Side, after: _Side) -> None:
        self.before, self.after = before, after
        self.n: Counter[str] = Counter()
        self.left: Counter[Left] = Counter()
        self.moves: dict[tuple[Routed, Routed], _Moving] = {}
        self.loads: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.barred: list[Example] = []
        self.passed: list[Example] = []
        one, two = before.county, after.county
        self.lists_differ = one.duties != two.duties or one.units != two.units

    def add(self, sent: Sent | None) -> None:
        self.n["cases"] += 1
        why = self._left(sent)
        if sent is None or why is not None:
            self.left[why or "not_sent"] += 1
            return
        one, two = self.before.send(sent), self.after.send(sent)
        self.n["compared"] += 1
        self.n["by_hand"] += sent.by_hand
        for n, each in enumerate((one, two)):
            self.loads[n][each.to.unit] += 1
            self.n[f"nobody{n}"] += not each.to.unit
            self.n[f"last{n}"] += each.last
            self.n[f"passed{n}"] += each.passed
            self.n[f"right{n}"] += bool(sent.settled) and each.to.unit == sent.settled
        self.n["settled"] += bool(sent.settled)
        if one.to.unit != two.to.unit:
            self._move(sent, one.to, two.to)
        else:
            self.n["otherwise"] += one.to != two.to
        if two.passed and not one.passed:
            self.n["newly_passed"] += 1
            _remember(self.passed, sent)
        if self.lists_differ:
            self._bar(sent)

    def _left(self, sent: Sent | None) -> Left | None:
        """Why a case cannot be sent by both; None when it can."""
        if sent is None:
            return "not_sent"
        if self.before.unknowable or self.after.unknowable:
            return "unknowable"
        if sent.now.kind not in self.after.procedure.kinds:
            return "kind_gone"
        if not sent.category:
            return "no_category"
        scheme = self.after.county.categories
        return "category_gone" if scheme and sent.category not in scheme else None

    def _move(self, sent: Sent, before: Routed, after: Routed) -> None:
        moving = self.moves.setdefault((before, after), _Moving())
        better, worse = after.unit == sent.settled, before.unit == sent.settled
        moving.cases += 1
        moving.settled += bool(sent.settled)
        moving.better += bool(sent.settled) and better
        moving.worse += bool(sent.settled) and worse
        _remember(moving.newest, sent)

    def _bar(self, sent: Sent) -> None:
        """Whether the unit that has the case or settled it may no longer have it by the draft's duty lists."""
        case = sent.now
        unit = sent.settled or (
            "" if case.settled_at is not None or case.holder == case.home else case.holder
        )
        category = str(case.facts.get("category") or sent.category)
        if not unit or may_hold(self.before.county, unit, category, "lead") is not None:
            return
        if may_hold(self.after.county, unit, category, "lead") is not None:
            self.n["barred"] += 1
            self.n["barred_open"] += case.settled_at is None
            _remember(self.barred, sent)

    def told(self, practice: str, past: Past) -> Rerouted:
        n, moves = self.n, tuple(self._moves())
        return Rerouted(
            practice=practice,
            since=past.since,
            newest_only=past.newest_only,
            lists_differ=self.lists_differ,
            cases=n["cases"],
            compared=n["compared"],
            by_hand=n["by_hand"],
            left=tuple(self.left.most_common()),
            moved=sum(each.cases for each in moves),
            otherwise=n["otherwise"],
            settled=n["settled"],
            right_before=n["right0"],
            right_after=n["right1"],
            moved_settled=sum(each.settled for each in moves),
            better=sum(each.better for each in moves),
            worse=sum(each.worse for each in moves),
            nobody=(n["nobody0"], n["nobody1"]),
            last=(n["last0"], n["last1"]),
            passed=(n["passed0"], n["passed1"]),
            newly_passed=n["newly_passed"],
            passed_examples=tuple(sorted(self.passed, reverse=True)),
            barred=n["barred"],
            barred_open=n["barred_open"],
            barred_examples=tuple(sorted(self.barred, reverse=True)),
            moves=moves,
            loads=tuple(self._loads()),
        )

    def _moves(self) -> Iterator[Move]:
        """The most frequent first."""
        found = sorted(
            self.moves.items(), key=lambda item: (-item[1].cases, item[0][0].unit, item[0][1].unit)
        )
        for (before, after), each in found:
            newest = tuple(sorted(each.newest, reverse=True))
            yield Move(before, after, each.cases, each.settled, each.better, each.worse, newest)

    def _loads(self) -> Iterator[Load]:
        """Units that would have got more or fewer, the greatest differences first."""
        before, after = self.loads
        differ = [unit for unit in before | after if unit and before[unit] != after[unit]]
        for unit in sorted(differ, key=lambda each: (-abs(after[each] - before[each]), each)):
            yield Load(unit, before[unit], after[unit])


def _remember(newest: list[Example], sent: Sent) -> None:
    """Keep the newest few."""
    example = (sent.now.opened_at, sent.now.id, sent.now.number)
    if len(newest) < KEPT:
        heappush(newest, example)
    else:
        heappushpop(newest, example)
