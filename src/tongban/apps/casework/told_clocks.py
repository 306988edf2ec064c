"""What a step did to the clocks of a case, in words, and which of them it merely called off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.apps.wording import Wording, due_moment, say
from tongban.kernel.events import (
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    Event,
    Settled,
)
from tongban.kernel.procedure.model import ClockRule, Kind, Relation, Settle

OfClock = ClockStarted | ClockEnded | ClockSuspended | ClockResumed | ClockExtended | ClockMoved


def theirs_to_end(outcome: str, kind: Kind) -> bool:
    """Whether whoever brought a case of this kind may themselves end it with this outcome: an office that does so does it for them.

    What was granted or refused is an office's own decision, and is nobody's word but its own."""
    return any(
        any(who.relation is Relation.REQUESTER for who in step.by)
        and any(isinstance(follow, Settle) and follow.outcome == outcome for follow in step.may_follow)
        for step in kind.steps.values()
    )


def taken_back(event: Event, kind: Kind) -> bool:
    """Whether an event took the case back, by whoever brought it or for them."""
    return any(isinstance(each, Settled) and theirs_to_end(each.outcome, kind) for each in event.follows)


def of_clock(
    follow: OfClock,
    wording: Wording,
    now: datetime,
    rules: Mapping[str, ClockRule],
    *,
    resident: bool,
    off: bool,
) -> str:
    """What became of a clock, in a line; "" where a resident was promised nothing by it. What was called off (``off``) before its
    day was neither kept nor broken."""
    language = wording.language
    name = (wording.clock_plain if resident else wording.clock)(follow.clock)
    rule = rules.get(follow.clock)
    match follow:
        case ClockStarted():
            if resident and not (rule and rule.promise):
                return ""
            due = due_moment(follow.due, language, now)
            key = "follow.clock_started_provisional" if follow.provisional else "follow.clock_started"
            return say(key, language, clock=name, due=due)
        case ClockEnded():
            if resident and not (rule and rule.promise):
                return ""
            if rule and rule.lasts:
                key = "over"
            elif follow.kept:
                key = "off" if off else "kept"
            else:
                key = "missed"
            return say(f"follow.clock_{key}", language, clock=name)
        case ClockSuspended():
            reason = wording.choice("lawful_reason", follow.reason)
            return say("follow.clock_suspended", language, clock=name, reason=reason)
        case ClockResumed() | ClockExtended() | ClockMoved():
            if follow.due is None:
                return ""
            due = due_moment(follow.due, language, now)
            done = {ClockResumed: "resumed", ClockExtended: "extended", ClockMoved: "moved"}[type(follow)]
            return say(f"follow.clock_{done}", language, clock=name, due=due)
