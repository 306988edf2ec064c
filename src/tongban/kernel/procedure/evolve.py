"""What a case becomes: the fold of its events. Used live, when rebuilding, and by the decision itself."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from tongban.kernel.board import KeptStanding
from tongban.kernel.case import Case, ClockState, Mandate, Visit
from tongban.kernel.clock import Span
from tongban.kernel.events import (
    CameBack,
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockRung,
    ClockStarted,
    ClockSuspended,
    Consequence,
    Drawn,
    Event,
    Fixed,
    Heard,
    Held,
    Joined,
    KeySealed,
    Mandated,
    MandateEnded,
    Noticed,
    Opened,
    PassedOver,
    Picked,
    Placed,
    PrecedentEnded,
    PrecedentSet,
    Published,
    RatingAsked,
    Recused,
    Resettled,
    Settled,
    SubcaseOpened,
    Succeeded,
    TakenDown,
    Told,
    Visited,
    Written,
)
from tongban.kernel.procedure.register import seal_place
from tongban.kernel.procedure.telling import talked

PASSED = "passed"
"""A rung of a ladder whose step was refused is climbed all the same."""
RECALCULATED = "recalculated"
"""Due dates follow a new calendar."""
TAKEN_OVER = "taken_over"
"""A case of the past goes on here: of its ladders what lay before, and would only tell somebody, is left out."""
SUCCEEDED = "succeeded"
"""Units that have ended are replaced by those that took over from them; clocks, number and history stay."""
HANDED_UP = "handed_up"
"""The rule by which the unit above holds what turned out to be about the receiving unit itself."""
RESERVED = frozenset({PASSED, RECALCULATED, TAKEN_OVER, SUCCEEDED})
"""Steps of the kernel itself; no practice may name one so. What they say is not an answer to anything."""


class Draft:
    """A case while one step is applied to it: consequences are added, then it is frozen again."""

    def __init__(self, before: Case, at: datetime) -> None:
        self.before = before
        self.at = at
        self.home = before.home
        self.holder = before.holder
        self.previous_holder = before.previous_holder
        self.clocks = list(before.clocks)
        self.mandates = before.mandates
        self.joined = before.joined
        self.under = before.under
        self.sent_by = before.sent_by
        self.public = before.public
        self.drawn = before.drawn
        self.fixed = before.fixed
        self.visits = before.visits
        self.sealed = dict(before.sealed)
        self.recused = before.recused
        self.talks = before.talks
        self.outcome = before.outcome
        self.settled_at = before.settled_at
        self.opened = 0
        """Subcases opened by this step so far."""

    def running(self, clock: str) -> ClockState | None:
        """The lap of a clock that has not ended."""
        for state in reversed(self.clocks):
            if state.clock == clock and state.ended is None:
                return state
        return None

    def apply(self, follow: Consequence) -> None:
        match follow:
            case Held():
                # Also when it stays: whoever receives cases may have done the work itself, and gets it back.
                self.previous_holder, self.holder = self.holder, follow.unit
                self.sent_by = follow.precedent or self.sent_by
            case ClockStarted():
                self.clocks.append(
                    ClockState(
                        follow.clock,
                        follow.lap,
                        self.at,
                        follow.limit,
                        follow.due,
                        follow.provisional,
                        wake=follow.wake,
                        quiet=follow.quiet,
                    )
                )
            case (
                ClockEnded()
                | ClockSuspended()
                | ClockResumed()
                | ClockExtended()
                | ClockRung()
                | ClockMoved()
            ):
                self._change_clock(follow)
            case Mandated():
                given = Mandate(
                    follow.mandate, follow.unit, follow.powers, self.at, follow.until, giver=follow.giver
                )
                self.mandates = (*self.mandates, given)
            case MandateEnded():
                self.mandates = tuple(
                    replace(m, ended=self.at) if m.id == follow.mandate else m for m in self.mandates
                )
            case Joined():
                self.joined, self.sent_by = follow.case, ""
            case Placed():
                self.under = follow.case
            case KeySealed():
                self.sealed[seal_place(follow.register, follow.field)] = follow.digest
            case Succeeded():
                self._succeed(follow)
            case CameBack():
                self.sent_by = ""
            case Settled():
                self.outcome, self.settled_at, self.sent_by = follow.outcome, self.at, ""
            case Resettled():
                self.outcome, self.settled_at = "", None
            case SubcaseOpened():
                self.opened += 1
            case Published():
                self.public = (*(each for each in self.public if each != follow.what), follow.what)
            case TakenDown():
                self.public = tuple(each for each in self.public if each != follow.what)
            case Recused():
                self.recused, self.home = follow.units, follow.home or self.home
                self.previous_holder = (
                    follow.home or self.previous_holder
                )  # nothing goes back to whom it is about
            case Drawn():
                others = (each for each in self.drawn if each != follow.sample)
                self.drawn = (*others, follow.sample) if follow.drawn else tuple(others)
            case Fixed():
                self.fixed = (*self.fixed, KeptStanding(self.at, follow.standing))
            case Told() | Heard():
                self.talks = talked(self.talks, follow)
            case Visited():
                self.visits = (*self.visits, Visit(self.at, follow.unit, follow.why, follow.told))
            case (
                Noticed()
                | RatingAsked()
                | Picked()
                | PassedOver()
                | Written()
                | PrecedentSet()
                | PrecedentEnded()
            ):
                pass
            case _:
                assert_never(follow)

    def _succeed(self, follow: Succeeded) -> None:
        def now(unit: str) -> str:
            return follow.to if unit == follow.unit else unit

        self.home, self.holder = now(self.home), now(self.holder)
        self.previous_holder = now(self.previous_holder)
        self.recused = tuple(dict.fromkeys(now(unit) for unit in self.recused))
        self.mandates = tuple(
            each if each.ended is not None else replace(each, unit=now(each.unit), giver=now(each.giver))
            for each in self.mandates
        )

    def _change_clock(
        self, follow: ClockEnded | ClockSuspended | ClockResumed | ClockExtended | ClockRung | ClockMoved
    ) -> None:
        state = self.running(follow.clock)
        if state is None:
            return
        match follow:
            case ClockEnded():
                spans = state.spans
                if state.suspended:
                    spans = (*spans[:-1], replace(spans[-1], to=self.at))
                changed = replace(state, spans=spans, ended=self.at, kept=follow.kept, wake=None)
            case ClockSuspended():
                spans = (*state.spans, Span(self.at, None, follow.reason))
                changed = replace(state, spans=spans, due=None, wake=None)
            case ClockResumed():
                spans = (*state.spans[:-1], replace(state.spans[-1], to=self.at))
                changed = replace(
                    state, spans=spans, due=follow.due, provisional=follow.provisional, wake=follow.wake
                )
            case ClockExtended():
                changed = replace(
                    state,
                    extensions=(*state.extensions, follow.by),
                    due=follow.due,
                    provisional=follow.provisional,
                    wake=follow.wake,
                )
            case ClockRung():
                changed = replace(state, rung=follow.rung, wake=follow.wake)
            case ClockMoved():
                changed = replace(state, due=follow.due, provisional=follow.provisional, wake=follow.wake)
        self.clocks[self.clocks.index(state)] = changed

    def freeze(self, event: Event) -> Case:
        """The case after the event whose consequences were applied."""
        before = self.before
        facts, given, replaced = before.facts, before.given, before.replaced
        if event.facts and event.step not in RESERVED:
            again = {name: old for name in event.facts if type(old := facts.get(name)) is int}
            if again:
                replaced = {**replaced, **{name: replaced.get(name, 0) + old for name, old in again.items()}}
            facts = {**facts, **event.facts}
        if event.content or event.identity:
            given = given | event.content.keys() | event.identity.keys()
        doers = before.doers
        if event.opened is not None and event.opened.doers:
            doers = {event.step: event.opened.doers}
        else:
            done = before.doers.get(event.step, ())
            new = tuple(each for each in event.by.people() if each not in done)
            if new:
                doers = {**doers, event.step: (*done, *new)}
        took = before.took
        if not event.by.person:
            took = {**took, event.step: event.by.via}
        elif event.step in took:
            took = {step: kind for step, kind in took.items() if step != event.step}
        division = event.facts.get("division")
        return Case(
            id=before.id,
            county=before.county,
            number=before.number,
            practice=before.practice,
            adoption=before.adoption,
            kind=before.kind,
            opened_at=before.opened_at,
            stage=event.to,
            home=self.home,
            holder=self.holder,
            division=division if isinstance(division, str) and division else before.division,
            channel=before.channel,
            parent=before.parent,
            root=before.root,
            about=before.about,
            previous_holder=self.previous_holder,
            facts=facts,
            given=given,
            counts={**before.counts, event.step: before.counts.get(event.step, 0) + 1},
            replaced=replaced,
            doers=doers,
            took=took,
            recused=self.recused,
            drawn=self.drawn,
            fixed=self.fixed,
            visits=self.visits,
            sealed=self.sealed,
            clocks=tuple(self.clocks),
            mandates=self.mandates,
            joined=self.joined,
            under=self.under,
            sent_by=self.sent_by,
            public=self.public,
            talks=self.talks,
            outcome=self.outcome,
            settled_at=self.settled_at,
            stage_since=self.at if event.to != event.source else before.stage_since,
            last_at=self.at,
            seq=event.seq,
        )


def unborn(case_id: str, opened: Opened, at: datetime) -> Case:
    """The case before its first event: everything that opening says and nothing that followed."""
    return Case(
        id=case_id,
        county=opened.county,
        number=opened.number,
        practice=opened.practice,
        adoption=opened.adoption,
        kind=opened.kind,
        opened_at=at,
        stage="",
        home=opened.home,
        holder=opened.home,
        division=opened.division,
        channel=opened.channel,
        parent=opened.parent,
        root=opened.root,
        about=opened.about,
    )


def evolve(case: Case | None, event: Event) -> Case:
    """The case after one more event. ``case`` is None exactly for the first.

    Raises ``ValueError`` when the event is not the next one of this case: a gap must never be folded over.
    """
    if case is None:
        if event.opened is None or event.seq != 1:
            raise ValueError(f"{event.case}: the first event must open the case")
        case = unborn(event.case, event.opened, event.at)
    if event.seq != case.seq + 1 or event.case != case.id:
        raise ValueError(f"{event.case}: event {event.seq} does not follow {case.id}/{case.seq}")
    draft = Draft(case, event.at)
    for follow in event.follows:
        draft.apply(follow)
    return draft.freeze(event)
