"""Where last year's cases would go by a draft, line by line: the same sentences as on the page, for a shell."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.apps.dispatch.rerouted_words import MoveLine, RowLine, Told
from tongban.apps.wording import say


def lines(told: Told, language: str) -> Iterator[str]:
    """What was compared, what would change, and how that compares with what happened."""
    yield from told.about
    if told.found.same:
        return
    for line, numbers in told.hard:
        yield line
        yield from _examples(numbers, language)
    if told.found.compared:
        yield from _change(told, language)
    else:
        yield say("reroute.nothing", language)


def _change(told: Told, language: str) -> Iterator[str]:
    if told.found.moved:
        yield told.measure
        yield say("reroute.leaning", language)
    else:
        yield say("reroute.none", language)
    if told.found.otherwise:
        yield say("reroute.otherwise", language, n=told.found.otherwise)
    yield from (_row(row, language) for row in told.rows)
    for move in told.moves:
        yield from _move(move, language)
    if told.more:
        yield told.more
    if told.loads:
        yield say("reroute.loads", language)
    yield from (f"  {_row(load, language)}" for load in told.loads)


def _row(row: RowLine, language: str) -> str:
    return say("reroute.row", language, name=row.name, before=row.before, after=row.after)


def _move(move: MoveLine, language: str) -> Iterator[str]:
    one, two = (
        say("reroute.unit_because", language, unit=unit, reason=reason)
        for unit, reason in ((move.before, move.because_before), (move.after, move.because_after))
    )
    yield say("reroute.way", language, n=move.cases, one=one, two=two)
    yield f"  {say('reroute.judged', language)} {move.judged}"
    yield from _examples(move.examples, language)


def _examples(numbers: tuple[str, ...], language: str) -> Iterator[str]:
    if numbers:
        joined = ("、" if language == "zh-Hans" else ", ").join(numbers)
        yield f"  {say('reroute.example', language, numbers=joined)}"
