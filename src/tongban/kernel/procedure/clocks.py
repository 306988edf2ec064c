"""The clocks of a case: start, end, suspend, resume, extend, ring. Each act is one consequence."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from tongban.kernel.case import ClockState
from tongban.kernel.clock import (
    Calendar,
    Limit,
    Span,
    Stopped,
    Unit,
    awake,
    awake_before,
    before,
    due_text,
    due_with,
    local_date,
    may_extend,
)
from tongban.kernel.clock.day import INSTANT
from tongban.kernel.clock.limit import LONGEST
from tongban.kernel.events import (
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockRung,
    ClockStarted,
    ClockSuspended,
)
from tongban.kernel.expression import Expression
from tongban.kernel.procedure.evolve import Draft
from tongban.kernel.procedure.model import ClockRule, Extend, Kind, LimitRule, Notify, Suspend
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value


def limit_of(rule: ClockRule, at: datetime, sight: Mapping[str, Value | datetime]) -> Limit:
    """The limit in force at that moment for this case: the first rule in order whose condition holds.

    Of several rules with one and the same condition only the one that took effect last counts, so a new
    law is one line more. Cases older than every rule (imported history) are measured by the first rules
    there were. The check of a practice demands an unconditional rule; without one the shortest known
    limit is taken, because time fails closed. A day that has passed, or that nobody named, is today.
    """
    return _limit(_chosen(rule, at, sight), at, sight)


def _chosen(rule: ClockRule, at: datetime, sight: Mapping[str, Value | datetime]) -> LimitRule:
    for when, each in _in_force(rule, at).items():
        if when is None or when.holds(sight):
            return each
    return min(rule.limits, key=lambda each: each.limit.elapsed())


def _limit(rule: LimitRule, at: datetime, sight: Mapping[str, Value | datetime]) -> Limit:
    if rule.field:
        return _said(rule, sight.get(f"facts.{rule.field}"))
    if rule.month_days:
        return _next_of_month(rule, at)
    return _until(rule, at, sight) if rule.day else rule.limit


def _said(rule: LimitRule, amount: Value | datetime) -> Limit:
    """The amount that the case itself says, such as what was promised for its item. Where it says none the time is up at
    once: the check of a practice sees to it that it always does."""
    said = amount if isinstance(amount, int) else 0
    return replace(rule.limit, amount=min(max(said, 0), rule.limit.amount))


def field_of(rule: ClockRule, limit: Limit) -> str:
    """The field from which a limit was taken when the clock began; "" for one that the practice fixes."""
    return next(
        (
            each.field
            for each in rule.limits
            if each.field and (each.limit.source, each.limit.unit) == (limit.source, limit.unit)
        ),
        "",
    )


def _until(rule: LimitRule, at: datetime, sight: Mapping[str, Value | datetime]) -> Limit:
    """The days from now to the day that was named, or to so many days after it as the limit says."""
    most = LONGEST[Unit.NAMED_DAY]
    day = sight[f"facts.{rule.day}"] if sight[f"given.{rule.day}"] else ""
    days = (date.fromisoformat(day) - local_date(at)).days if isinstance(day, str) and day else -most
    amount = min(max(days + rule.limit.amount, 0), most)
    return Limit(amount, Unit.NAMED_DAY, rule.limit.source)


def _next_of_month(rule: LimitRule, at: datetime) -> Limit:
    """The days to the next of these days of the month. Whatever happens on one of them has until the one after."""
    today = local_date(at)
    ahead = (today + timedelta(days=n) for n in range(1, rule.limit.amount + 1))
    days = (day for day in ahead if day.day in _falling(rule.month_days, day))
    found = next(days, today + timedelta(days=rule.limit.amount))
    return Limit((found - today).days, Unit.NAMED_DAY, rule.limit.source)


def _falling(days: tuple[int, ...], month: date) -> set[int]:
    """On which days of a month they fall: the 31st of a shorter one is its last."""
    last = monthrange(month.year, month.month)[1]
    return {min(each, last) for each in days}


def longest_limit(rule: ClockRule, at: datetime, facts: Facts) -> Limit:
    """The longest limit that may still be given at that moment: what can be promised before it is known which one will be.
    One up to a day that is not named yet is longer than any.
    A rule whose condition holds by facts that are known ends the search, as it does when the clock starts; one up to a
    named day does not, for its days are not counted yet."""
    open_ones = []
    for when, each in _in_force(rule, at).items():
        open_ones.append(_foreseen(each, facts))
        if when is None or (not each.day and _surely(when, facts)):
            break
    return max(open_ones, key=lambda each: (each.unit is Unit.NAMED_DAY, _about(each)))


def _surely(when: Expression, facts: Facts) -> bool:
    """Whether a condition holds whatever else will be answered: it looks at nothing but what is known."""
    known: dict[str, Value] = {f"facts.{name}": value for name, value in facts.items()}
    known |= {f"given.{name}": True for name in facts}
    return when.names <= known.keys() and when.holds(known)


def _foreseen(rule: LimitRule, facts: Facts) -> Limit:
    return _said(rule, facts[rule.field]) if rule.field in facts else rule.limit


def _in_force(rule: ClockRule, at: datetime) -> dict[Expression | None, LimitRule]:
    today = max(local_date(at), min(each.since for each in rule.limits))
    latest: dict[Expression | None, LimitRule] = {}
    for each in rule.limits:
        known = latest.get(each.when)
        if each.since <= today and (known is None or known.since <= each.since):
            latest[each.when] = each
    return latest


def _about(limit: Limit) -> timedelta:
    """Its length for comparing: five working days are a week."""
    return limit.elapsed() * 7 / 5 if limit.unit is Unit.WORKING_DAYS else limit.elapsed()


def wake_of(
    rule: ClockRule, calendar: Calendar, due: datetime | None, rung: int, quiet: bool = False
) -> datetime | None:
    """When the next rung of the ladder falls due; None when the clock is stopped or the ladder climbed.

    A rung that comes again does so after twice its time, three times, and so on, seen from the due moment; for
    about ten years. ``quiet``: one that falls at night or on a day of rest waits for the morning, a warning comes the evening before.
    """
    step = rule.rung(rung)
    at = _falls(rule, calendar, due, rung)
    if at is None or step is None or not quiet:
        return at
    return awake_before(calendar, at) if step.before else awake(calendar, at)


def _falls(rule: ClockRule, calendar: Calendar, due: datetime | None, rung: int) -> datetime | None:
    step = rule.rung(rung)
    if due is None or step is None:
        return None
    if step.offset.amount == 0:
        return due
    if step.before:
        return before(calendar, step.offset, due)
    # Days after 24:00 of Monday are counted from Monday, so that the first of them is Tuesday.
    start = due - INSTANT if step.offset.unit.in_days else due
    times = max(1, rung - len(rule.ladder) + 2) if step.again else 1
    if step.offset.amount * times > LONGEST[step.offset.unit]:
        return None
    offset = Limit(step.offset.amount * times, step.offset.unit, step.offset.source)
    return due_with(calendar, offset, start).at_or(due)


def transitions(
    kind: Kind, draft: Draft, source: str, to: str, calendar: Calendar, sight: Mapping[str, Value | datetime]
) -> Iterator[ClockEnded | ClockStarted]:
    """Clocks that end because the case left their stages, then those that start because it came to them."""
    if source == to:
        return
    for rule in kind.clocks.values():
        state = draft.running(rule.id)
        if state is not None and to not in rule.runs_in:
            kept = rule.lasts or state.due is None or draft.at < state.due
            yield ClockEnded(rule.id, kept)
    for rule in kind.clocks.values():
        if to in rule.runs_in and source not in rule.runs_in and draft.running(rule.id) is None:
            chosen = _chosen(rule, draft.at, sight)
            limit, quiet = _limit(chosen, draft.at, sight), chosen.quiet
            due = due_with(calendar, limit, draft.at)
            assert not isinstance(due, Stopped)
            lap = 1 + sum(1 for each in draft.clocks if each.clock == rule.id)
            wake = wake_of(rule, calendar, due.at, 0, quiet)
            yield ClockStarted(rule.id, lap, limit, due.at, due.provisional, wake, quiet)


def suspend(follow: Suspend, draft: Draft, reason: str) -> Iterator[ClockSuspended | Refused]:
    """Stop the named clocks that run. Only a reason that the law lists will do, and only in time.

    A clock that has run out cannot be stopped: what is late would look as if it were not.
    """
    if reason not in follow.lawful:
        yield Refused(
            "clock.unlawful_reason", follow.field, {"reason": reason, "lawful": tuple(follow.lawful)}
        )
        return
    for clock in follow.clocks:
        state = draft.running(clock)
        if state is None or state.suspended:
            continue
        if state.due is not None and state.due <= draft.at:
            yield Refused("clock.suspension_late", follow.field, {"due": due_text(state.due)})
            return
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
        wake = wake_of(kind.clocks[clock], calendar, due.at, state.rung, state.quiet)
        yield ClockResumed(clock, due.at, due.provisional, wake)


def extend(follow: Extend, kind: Kind, draft: Draft, calendar: Calendar) -> Iterator[ClockExtended | Refused]:
    """More time for the named clocks that run, within what is left of ``times``.

    Asked for by an earlier step, it was asked when the case came to the stage it waits in: the check of a
    practice sees to it that only the asking leads there.
    """
    for clock in follow.clocks:
        state = draft.running(clock)
        if state is None:
            continue
        asked_at = draft.before.stage_since if follow.asked else draft.at
        refused = may_extend(state.due, asked_at or draft.at, state.extensions, follow.times)
        if refused is not None:
            yield refused
            return
        due = due_with(calendar, state.limit, state.started, state.spans, (*state.extensions, follow.limit))
        if isinstance(due, Stopped):
            yield ClockExtended(clock, follow.limit, None, state.provisional, None)
        else:
            wake = wake_of(kind.clocks[clock], calendar, due.at, state.rung, state.quiet)
            yield ClockExtended(clock, follow.limit, due.at, due.provisional, wake)


def ahead(kind: Kind, state: ClockState, calendar: Calendar, now: datetime) -> ClockRung | None:
    """The ladder from its first rung that lies after ``now`` or does more than tell somebody; None when it stands there."""
    rule = kind.clocks[state.clock]
    n, wake = state.rung, state.wake
    while wake is not None and wake <= now and (step := rule.rung(n)) is not None and _tells(kind, step.step):
        n += 1
        wake = wake_of(rule, calendar, state.due, n, state.quiet)
    return ClockRung(rule.id, n, wake) if n != state.rung else None


def _tells(kind: Kind, step: str) -> bool:
    """Whether a step leaves the case as it is and merely gives notice."""
    rule = kind.steps[step]
    return not any(branch.to for branch in rule.to) and all(
        isinstance(each, Notify) for each in rule.may_follow
    )


def rung(rule: ClockRule, state: ClockState, calendar: Calendar) -> ClockRung:
    """The next rung is climbed."""
    n = state.rung + 1
    return ClockRung(rule.id, n, wake_of(rule, calendar, state.due, n, state.quiet))


def climbed(rule: ClockRule, state: ClockState, follow: ClockRung) -> Iterator[ClockRung | ClockEnded]:
    """A rung that is climbed whatever came of its step, and the end of what lasted until then."""
    yield follow
    yield from over(rule, replace(state, rung=follow.rung, wake=follow.wake))


def over(rule: ClockRule, state: ClockState | None) -> Iterator[ClockEnded]:
    """The end of what lasts, once its day has come and its ladder is climbed, though the case stays where it is: nobody is
    waited for any more by that clock, and nobody is late. ``state``: the lap that runs, None where none does."""
    last = rule.rung(state.rung - 1) if state is not None and state.rung and state.wake is None else None
    if rule.lasts and last is not None and not last.before:
        yield ClockEnded(rule.id, True)


def moved(rule: ClockRule, state: ClockState, calendar: Calendar) -> ClockMoved | None:
    """The change that a new calendar brings to a running clock; None when it brings none."""
    due = due_with(calendar, state.limit, state.started, state.spans, state.extensions)
    if isinstance(due, Stopped) or (due.at == state.due and due.provisional == state.provisional):
        return None
    wake = wake_of(rule, calendar, due.at, state.rung, state.quiet)
    return ClockMoved(rule.id, due.at, due.provisional, wake, calendar.digest)
