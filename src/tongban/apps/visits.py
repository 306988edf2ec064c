"""Visits in words: that somebody came in person, the how-manieth time, why again, and on whose word."""

from __future__ import annotations

from tongban.apps.wording import Wording, say
from tongban.kernel.events import Visited

_ENGLISH = {1: "st", 2: "nd", 3: "rd"}


def visit_words(follow: Visited, wording: Wording, *, resident: bool) -> str:
    """One visit as its reader is told of it. Whose word it is, colleagues read; the requester knows."""
    language = wording.language
    key = "follow.visited_you" if resident else "follow.visited_told" if follow.told else "follow.visited"
    if follow.visit == 1:
        return say(key, language)
    why = reason_words(follow.why, wording)
    return say(f"{key}_again", language, time=ordinal(follow.visit, language), why=why)


def reason_words(why: str, wording: Wording) -> str:
    """The words of a reason for coming again, whichever field of the practice it was answered in; else its id."""
    fields = (
        step.visit.why
        for kind in wording.procedure.kinds.values()
        for step in kind.steps.values()
        if step.visit is not None and step.visit.why
    )
    return next((said for name in fields if (said := wording.choice(name, why)) != why), why)


def ordinal(n: int, language: str) -> str:
    """3, or 3rd."""
    if language != "en":
        return str(n)
    return f"{n}{'th' if n % 100 in (11, 12, 13) else _ENGLISH.get(n % 10, 'th')}"
