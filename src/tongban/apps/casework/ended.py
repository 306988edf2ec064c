"""How a case ended otherwise than by being handled, and who ended it: the requester, somebody for them, or an office by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.apps.casework.called import requester
from tongban.apps.casework.story import who_did
from tongban.apps.casework.told_clocks import theirs_to_end
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.events import Event, Settled
from tongban.kernel.procedure.model import Kind, Relation


def ended_by(events: Sequence[Event], case: Case, kind: Kind, wording: Wording, *, resident: bool) -> str:
    """Who ended a case that ended otherwise than by being handled; "" for any other case."""
    last = ending(events, case, wording)
    if last is None:
        return ""
    who = who_did(last, wording, kind.id, resident=resident)
    if last.by.via != Relation.REQUESTER and not for_them(case, kind):
        return who
    key = _ENDED[last.by.via == Relation.REQUESTER, resident]
    return say(key, wording.language, who=who, requester=requester(wording, kind.id))


_ENDED = {
    (True, True): "case.ended.you",
    (False, True): "case.ended.for_you",
    (True, False): "case.ended.requester",
    (False, False): "case.ended.for_requester",
}
"""What is said by whether the requester ended it and whether it is the requester who reads."""


def for_them(case: Case, kind: Kind) -> bool:
    """Whether an office that ended the case so did it for the requester: the requester could have ended it so themselves."""
    return theirs_to_end(case.outcome, kind)


def called_off(case: Case, kind: Kind) -> frozenset[tuple[str, int]]:
    """The clocks (with their lap) that ended because the case was taken back before their day: nothing was kept there, and nothing
    was broken."""
    if not for_them(case, kind):
        return frozenset()
    return frozenset((state.clock, state.lap) for state in case.clocks if case.cut_short(state))


def ending(events: Sequence[Event], case: Case, wording: Wording) -> Event | None:
    """The event that ended a case otherwise than by its being handled, where a person took that step."""
    if not wording.ended_otherwise(case.stage, case.outcome):
        return None
    last = next((e for e in reversed(events) if any(isinstance(f, Settled) for f in e.follows)), None)
    return None if last is None or last.by.via == "system" else last


def drawn_words(case: Case, kind: Kind, wording: Wording, ended: str) -> Mapping[str, str]:
    """The practice's words for the drawing of a case: one that ended otherwise says so there, and by whom."""
    words = wording.practice.words.get(wording.language, {})
    if own := wording.of(f"requesters.{kind.id}"):
        words = {**words, "roles.requester": own}
    otherwise = wording.ended_otherwise(case.stage, case.outcome)
    if not otherwise:
        return words
    stage = kind.stages[case.stage]
    named = {f"stages.{stage.id}.title": otherwise, f"phases.{stage.phase}": otherwise}
    return {**words, **named, f"outcomes.{case.outcome}": ended}
