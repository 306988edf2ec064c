"""What the requester has been promised, step by step: kept, running, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.apps.casework.ended import called_off
from tongban.apps.casework.views import ClockView, PromiseView
from tongban.apps.wording import Wording, limit_words, say
from tongban.kernel.case import Case
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.ahead import ahead
from tongban.kernel.procedure.clocks import longest_limit
from tongban.kernel.procedure.model import Kind


def promises(
    case: Case, kind: Kind, clocks: Iterable[ClockView], wording: Wording, now: datetime
) -> tuple[PromiseView, ...]:
    """The promised clocks of a kind in their order: each as its last lap stands; of those that have not begun and lie on the plain way
    only that they will, with the longest limit there is unless that is a day still to be named. An objection or a review, to which it
    may come, is no promise before it has; a settled case promises nothing more. What was taken back before its day was neither kept
    nor broken. The requester's own days promise them nothing, but for those in which they may say something, while they run."""
    off = {clock for clock, _ in called_off(case, kind)}
    last = {clock.id: clock for clock in clocks if clock.promise and clock.id not in off}
    way = ahead(kind, case.stage) if case.settled_at is None else frozenset()
    found = []
    for rule in kind.clocks.values():
        theirs = rule.owner == "requester"
        if theirs and (not rule.lasts or (rule.id in last and not last[rule.id].running)):
            continue
        what = wording.clock_plain(rule.id)
        clock = last.get(rule.id)
        if clock is not None:
            found.append(PromiseView(what, clock.tone, clock.words, clock.due, running=clock.running))
        elif rule.promise and not way.isdisjoint(rule.runs_in):
            coming = _coming(longest_limit(rule, now, case.facts), wording.language)
            found.append(PromiseView(what, "rest", "", "", coming=coming))
    return tuple(found)


def _coming(longest: Limit, language: str) -> str:
    """That a date will be told, and within what; a day that somebody will name is promised by nobody before."""
    if longest.unit is Unit.NAMED_DAY:
        return say("resident.then.day", language)
    return say("resident.then.when", language, limit=limit_words(longest, language))
