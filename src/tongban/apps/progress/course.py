"""What happened with one case, told as of any moment: its days, its answers, how it ended.

A day that was moved stays beside the one it became, and an answer that was corrected beside the correction: nothing here is
overwritten, because nothing in the ledger is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from tongban.apps.wording import ends_a_day
from tongban.kernel.clock import last_date, local_date
from tongban.kernel.procedure.evolve import RESERVED
from tongban.library.shape.views import DUE, PlanSpec
from tongban.store.courses import Course


class Stand(Struct, frozen=True):
    """How a case stood at a moment. ``settled`` is None while it was open."""

    facts: Mapping[str, object]
    holder: str
    outcome: str
    settled: datetime | None

    def whole(self, *names: str) -> int | None:
        """The first of these numbers that was answered."""
        return next((n for name in names if type(n := self.facts.get(name)) is int), None)


class Days(Struct, frozen=True):
    """The days of one case. ``starts`` and ``ends`` are all that were ever planned, the latest last.

    ``began`` and ``ended`` are what happened; ``reached`` says whether it ended as planned for, ``late_since`` the first day
    after the planned one on which it was not reached.
    """

    starts: tuple[date, ...]
    ends: tuple[date, ...]
    began: date | None
    ended: date | None
    reached: bool
    said: tuple[date, ...]
    late_since: date | None

    @property
    def end(self) -> date | None:
        return self.ends[-1] if self.ends else None

    @property
    def start(self) -> date | None:
        return self.starts[-1] if self.starts else None

    @property
    def stopped(self) -> bool:
        return self.ended is not None and not self.reached


def upto(course: Course, moment: datetime | None) -> Course:
    """What was known before a moment; all of it for None."""
    return course if moment is None else tuple(each for each in course if each.known < moment)


def stand(course: Course) -> Stand:
    """How the case stands after all of this."""
    facts: dict[str, object] = {}
    holder, outcome, settled = "", "", None
    for each in course:
        if each.deed.step not in RESERVED:
            facts |= each.deed.facts
        for turn in each.deed.follows:
            match turn.what:
                case "held":
                    holder = turn.unit
                case "settled":
                    outcome, settled = turn.outcome, each.at
                case "resettled":
                    outcome, settled = "", None
    return Stand(facts, holder, outcome, settled)


def over_limit(course: Course, moment: datetime) -> bool:
    """Whether after all of this a limit had run out at a moment, as lists and trees say late: of an open case, by any clock that runs."""
    due: dict[str, datetime | None] = {}
    for turn in (turn for each in course for turn in each.deed.follows):
        if turn.what in _RUNS:
            due[turn.clock] = turn.due
        elif turn.what == "clock_ended":
            due.pop(turn.clock, None)
        elif turn.what == "settled":
            due.clear()
    return any(each is not None and each <= moment for each in due.values())


_RUNS = frozenset(("clock_started", "clock_suspended", "clock_resumed", "clock_extended", "clock_moved"))


def days(course: Course, plan: PlanSpec, today: date) -> Days:
    """The days of a case after all of this, seen on a day."""
    now = stand(course)
    ends = _planned(course, plan.end)
    reached = now.settled is not None and (not plan.reached or now.outcome in plan.reached)
    ended = local_date(now.settled) if now.settled is not None else None
    open_or_reached = now.settled is None or reached
    over = bool(ends) and open_or_reached and (ended or today) > ends[-1]
    return Days(
        starts=_planned(course, plan.start) if plan.start else (),
        ends=ends,
        began=_first(course, plan.began) if plan.began else local_date(course[0].at) if course else None,
        ended=ended,
        reached=reached,
        said=tuple(local_date(each.at) for each in course if each.deed.step in plan.said),
        late_since=date.fromordinal(ends[-1].toordinal() + 1) if over else None,
    )


def _planned(course: Course, day: str) -> tuple[date, ...]:
    """Every day that was planned, each once, in the order in which they came to hold."""
    clock = day.removeprefix(DUE) if day.startswith(DUE) else ""
    found: list[date] = []
    for each in course:
        named: list[date] = []
        if clock:
            named = [_last_day(turn.due) for turn in each.deed.follows if turn.clock == clock and turn.due]
        elif isinstance(text := each.deed.facts.get(day), str) and each.deed.step not in RESERVED:
            named = [date.fromisoformat(text)]
        for one in named:
            if not found or found[-1] != one:
                found.append(one)
    return tuple(found)


def _last_day(due: datetime) -> date:
    return last_date(due) if ends_a_day(due) else local_date(due)


def _first(course: Course, step: str) -> date | None:
    return next((local_date(each.at) for each in course if each.deed.step == step), None)
