"""The clocks of a case: start, end, suspend, resume, extend, ring. Each act is one consequence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from tongban.kernel.case import ClockState
from tongban.kernel.clock import Calendar, Limit, Span, Stopped, due_with, local_date, may_extend
from tongban.kernel.events import (
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockRung,
    ClockStarted,
    ClockSuspended,
)
from tongban.kernel.expression import Bound
from tongban.kernel.procedure.evolve import Draft
from tongban.kernel.procedure.model import ClockRule, Extend, Kind, Suspend
from tongban.kernel.refusal import Refused


def limit_of(rule: ClockRule, at: datetime, sight: Mapping[str, Bound]) -> Limit:
    """The limit in force at that moment for this case: the last rule by date whose condition holds.

    The check of a practice demands an unconditional rule; without one the shortest known limit is taken,
    because time fails closed.
    """
    today = local_date(at)
    chosen = [
        each.limit
        for each in rule.limits
        if each.since <= today and (each.when is None or each.when.evaluate(sight) is True)
    ]
    return chosen[0] if chosen else min((e.limit for e in rule.limits), key=lambda limit: limit.amount)


def wake_of(rule: ClockRule, calendar: Calendar, due: datetime | None, rung: int) -> datetime | None:
    """When the next rung of the ladder falls due; None when the clock is stopped or the ladder climbed."""
    if due is None or rung >= len(rule.ladder):
        return None
    step = rule.ladder[rung]
    if step.offset.amount == 0:
        return due
    if step.before:
        return due - step.offset.elapsed()
    return due_with(calendar, step.offset, due, (), ()).at_or(due)


def transitions(
    kind: Kind, draft: Draft, source: str, to: str, calendar: Calendar, sight: Mapping[str, Bound]
) -> Iterator[ClockEnded | ClockStarted]:
    """Clocks that end because the case left their stages, then those that start because it came to them."""
    for rule in kind.clocks.values():
        state = draft.running(rule.id)
        if state is not None and to not in rule.runs_in:
            yield ClockEnded(rule.id, state.due is None or draft.at < state.due)
    for rule in kind.clocks.values():
        if to in rule.runs_in and draft.running(rule.id) is None and source not in rule.runs_in:
            limit = limit_of(rule, draft.at, sight)
            due = due_with(calendar, limit, draft.at, (), ())
            assert not isinstance(due, Stopped)
            lap = 1 + sum(1 for each in draft.clocks if each.clock == rule.id)
            wake = wake_of(rule, calendar, due.at, 0)
            yield ClockStarted(rule.id, lap, limit, due.at, due.provisional, wake)


def suspend(follow: Suspend, draft: Draft, reason: str) -> Iterator[ClockSuspended | Refused]:
    """Stop the named clocks that run. Only a reason that the law lists will do."""
    if reason not in follow.lawful:
        yield Refused("clock.unlawful_reason", follow.field, {"reason": reason, "lawful": follow.lawful})
        return
    for clock in follow.clocks:
        state = draft.running(clock)
        if state is not None and not state.suspended:
            yield ClockSuspended(clock, reason)


def resume(clocks: tuple[str, ...], kind: Kind, draft: Draft, calendar: Calendar) -> Iterator[ClockResumed]:
    for clock in clocks:
        state = draft.running(clock)
        if state is None or not state.suspended:
            continue
        last = state.spans[-1]
        spans = (*state.spans[:-1], Span(last.since, draft.at, last.reason))
        due = due_with(calendar, state.limit, state.started, spans, state.extensions)
        assert not isinstance(due, Stopped)
        wake = wake_of(kind.clocks[clock], calendar, due.at, state.rung)
        yield ClockResumed(clock, due.at, due.provisional, wake)


def extend(
    follow: Extend, kind: Kind, draft: Draft, calendar: Calendar
) -> Iterator[ClockExtended | Refused]:
    """More time for the named clocks that run, within what is left of ``times``."""
    for clock in follow.clocks:
        state = draft.running(clock)
        if state is None:
            continue
        asked_at = draft.before.last_at if follow.asked else draft.at
        refused = may_extend(state.due, asked_at or draft.at, state.extensions, follow.times)
        if refused is not None:
            yield refused
            return
        due = due_with(calendar, state.limit, state.started, state.spans, (*state.extensions, follow.limit))
        if isinstance(due, Stopped):
            yield ClockExtended(clock, follow.limit, None, state.provisional, None)
        else:
            wake = wake_of(kind.clocks[clock], calendar, due.at, state.rung)
            yield ClockExtended(clock, follow.limit, due.at, due.provisional, wake)


def rung(rule: ClockRule, state: ClockState, calendar: Calendar) -> ClockRung:
    """The next rung is climbed."""
    return ClockRung(rule.id, state.rung + 1, wake_of(rule, calendar, state.due, state.rung + 1))


def moved(rule: ClockRule, state: ClockState, calendar: Calendar) -> ClockMoved | None:
    """The change that a new calendar brings to a running clock; None when it brings none."""
    due = due_with(calendar, state.limit, state.started, state.spans, state.extensions)
    if isinstance(due, Stopped) or (due.at == state.due and due.provisional == state.provisional):
        return None
    wake = wake_of(rule, calendar, due.at, state.rung)
    return ClockMoved(rule.id, due.at, due.provisional, wake, calendar.digest)
