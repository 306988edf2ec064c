"""What a draft would have done with last year's cases, in words: for the studio and for the shell."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import said
from tongban.apps.dispatch.rerouting import Example, Move, Rerouted
from tongban.apps.naming import Registered
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.sight import visible
from tongban.apps.wording import moment, say
from tongban.kernel.routing import Routed
from tongban.library.practice import Practice

SHOWN = 3
"""Examples of each move."""
MOST_MOVES = 30


class Way(Struct, frozen=True):
    """A practice and the names of the county's units and duty lists: as they are, or as the draft has them."""

    practice: Practice
    names: Registered


class MoveLine(Struct, frozen=True):
    """Cases that go from one unit to another, why they went there and why they would go elsewhere."""

    before: str
    because_before: str
    after: str
    because_after: str
    cases: int
    judged: str
    examples: tuple[str, ...]


class RowLine(Struct, frozen=True):
    """A count under what is in force and under the draft."""

    name: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        return f"{self.after - self.before:+d}".replace("-", "−")


class Told(Struct, frozen=True):
    """``found`` has the numbers; the rest is worded for one reader, who may see the cases named. ``about`` are sentences."""

    found: Rerouted
    about: tuple[str, ...]
    measure: str
    hard: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """what hard rules would do that they do not do now, each with cases"""
    rows: tuple[RowLine, ...] = ()
    moves: tuple[MoveLine, ...] = ()
    more: str = ""
    loads: tuple[RowLine, ...] = ()


def worded(here: Office, found: Rerouted, before: Way, after: Way, acting: Acting) -> Told:
    """The comparison for a reader: examples are cases that they may see."""
    if found.same:
        return Told(found, (say("reroute.same", acting.language),), "")
    language = acting.language
    shown = found.moves[:MOST_MOVES]
    asked = [each for move in shown for each in move.examples]
    asked += [*found.passed_examples, *found.barred_examples]
    seen = visible(here, acting, list(dict.fromkeys(case for _, case, _ in asked))) if asked else set()
    more = found.moves[MOST_MOVES:]
    return Told(
        found=found,
        about=tuple(_about(found, language)),
        measure=_measure(found, language) if found.moved else "",
        hard=tuple(_hard(found, seen, language)),
        rows=_rows(found, language),
        moves=tuple(_move(each, before, after, seen, language) for each in shown),
        more=say("reroute.more", language, n=len(more), cases=sum(m.cases for m in more)) if more else "",
        loads=tuple(
            RowLine(after.names.unit(each.unit, language), each.before, each.after) for each in found.loads
        ),
    )


def _about(found: Rerouted, language: str) -> list[str]:
    """How many were compared, how many were not and why."""
    since = moment(found.since, language)
    told = [say("reroute.compared", language, since=since, cases=found.cases, compared=found.compared)]
    if found.newest_only:
        told.append(say("reroute.newest", language, n=found.cases))
    if found.by_hand:
        told.append(say("reroute.by_hand", language, n=found.by_hand))
    if found.left:
        stop = "；" if language == "zh-Hans" else "; "
        reasons = stop.join(say(f"reroute.left.{why}", language, n=n) for why, n in found.left)
        told.append(say("reroute.left", language, reasons=reasons))
    return told


def _measure(found: Rerouted, language: str) -> str:
    return say(
        "reroute.measure",
        language,
        moved=found.moved,
        settled=found.moved_settled,
        better=found.better,
        worse=found.worse,
        neither=found.moved_settled - found.better - found.worse,
    )


def _hard(found: Rerouted, seen: set[str], language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Units that draft rules want and may not have, and units that changed lists take what they have or had from."""
    if found.newly_passed:
        told = say("reroute.newly_passed", language, n=found.newly_passed)
        yield told, _numbers(found.passed_examples, seen)
    if found.lists_differ and not found.barred:
        yield say("reroute.barred_none", language), ()
    elif found.lists_differ:
        told = say("reroute.barred", language, n=found.barred, open=found.barred_open)
        yield told, _numbers(found.barred_examples, seen)


def _rows(found: Rerouted, language: str) -> tuple[RowLine, ...]:
    settled = say("reroute.settled_there", language, n=found.settled)
    return (
        RowLine(settled, found.right_before, found.right_after),
        RowLine(say("reroute.last", language), *found.last),
        RowLine(say("reroute.nobody", language), *found.nobody),
        RowLine(say("reroute.passed", language), *found.passed),
    )


def _move(move: Move, before: Way, after: Way, seen: set[str], language: str) -> MoveLine:
    key = "reroute.judged_are" if move.settled else "reroute.judged_none"
    return MoveLine(
        before=_unit(move.before, before, language),
        because_before=_reason(move.before, before, language),
        after=_unit(move.after, after, language),
        because_after=_reason(move.after, after, language),
        cases=move.cases,
        judged=say(key, language, settled=move.settled, better=move.better, worse=move.worse),
        examples=_numbers(move.examples, seen),
    )


def _unit(routed: Routed, way: Way, language: str) -> str:
    return way.names.unit(routed.unit, language) if routed.unit else say("reroute.no_unit", language)


def _reason(routed: Routed, way: Way, language: str) -> str:
    """The rule in the practice's words, with the precedent or the duty-list entry it rests on."""
    if not routed.unit:
        return say("reroute.reason_nobody", language)
    rule = said(way.practice, f"routing.{routed.rule}.reason", language)
    duty = way.names.duty(routed.duty, language) if routed.duty else ""
    if routed.precedent:
        return say(
            "reroute.reason_precedent", language, rule=rule, number=written(routed.precedent), duty=duty
        )
    return say("reroute.reason_duty", language, rule=rule, duty=duty, code=routed.duty) if duty else rule


def _numbers(examples: tuple[Example, ...], seen: set[str]) -> tuple[str, ...]:
    return tuple(written(number) for _, case, number in examples if case in seen)[:SHOWN]
