"""The clocks of a whole procedure, in words, for the sheet on which it is drawn."""

from __future__ import annotations

from collections.abc import Callable

from tongban.apps.wording import limit_words
from tongban.kernel.procedure.model import ClockRule, Kind
from tongban.web.words import say


def clock_lines(kind: Kind, of: Callable[[str], str], language: str) -> dict[str, tuple[str, ...]]:
    """For each stage the clocks that run there, each with the limit that holds when no other applies."""
    return {
        stage: tuple(_line(clock, of, language) for clock in kind.clocks.values() if stage in clock.runs_in)
        for stage in kind.stages
    }


def _line(clock: ClockRule, of: Callable[[str], str], language: str) -> str:
    title = of(f"clocks.{clock.id}.title")
    general = [rule for rule in clock.limits if rule.when is None] or list(clock.limits)
    if not general:
        return title
    last = general[-1]
    if last.field:
        limit = say("limit.any_amount", language)
    elif last.month_days:
        between = "、" if language == "zh-Hans" else ", "
        limit = say("limit.next_of_month", language, days=between.join(map(str, last.month_days)))
    else:
        limit = say("limit.any_day", language) if last.day else limit_words(last.limit, language)
    return say("loop.whole.clock", language, clock=title, limit=limit)
