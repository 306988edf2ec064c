"""Which cases make one journey, and their steps: a bounded number of queries, whatever it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tongban.apps.journeys.comparisons import Comparison, OfKind
from tongban.apps.journeys.path import Journey, Part, journey
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.store.ways import about_same, of_kinds, steps_taken, with_subcases

MOST_CASES = 2_000
"""Cases of a kind that are looked through, the latest."""
MOST_JOURNEYS = 60
"""Journeys of a side that are measured, the latest."""
MOST_PARTS = 3_000
"""Cases with their subcases whose steps are read."""
MOST_SAME = 50
"""Cases about one thing that make one journey."""


def about(case: Case, field: str) -> str | int | None:
    """What the case is about: an answer that the ledger holds, or the seal of one that it does not; None where nobody said."""
    value = case.facts.get(field)
    if value is None:
        seals = (case.sealed[place] for place in sorted(case.sealed) if place.rpartition(".")[2] == field)
        return next(seals, None)
    return value if isinstance(value, str | int) and value != "" else None


def belonging(here: Office, case: Case, of: Comparison) -> list[Case]:
    """The cases of the same side about the same thing as this one, itself among them."""
    value, side = about(case, of.about), of.side_of(case)
    found: dict[str, Case] = {case.id: case}
    if value is not None:
        for practice, kinds in _by_practice(side).items():
            for each in about_same(here.journal, practice, kinds, of.about, value, MOST_SAME):
                if about(each, of.about) == value:
                    found.setdefault(each.id, each)
    fits = _fitting(here, of, side)
    kept = [each for each in found.values() if each.id == case.id or fits(each)]
    return sorted(kept, key=lambda each: (each.opened_at, each.id))


def groups(here: Office, of: Comparison, side: Sequence[OfKind]) -> list[list[Case]]:
    """The journeys of a side that are over: the latest first, each with its cases. What was dropped is no journey."""
    by_thing: dict[str | int, list[Case]] = {}
    fits = _fitting(here, of, side)
    for practice, kinds in _by_practice(side).items():
        for case in of_kinds(here.journal, practice, kinds, MOST_CASES):
            value = about(case, of.about)
            if value is not None and fits(case):
                by_thing.setdefault(value, []).append(case)
    over = (cases for cases in by_thing.values() if all(_came_to_an_end(here, each) for each in cases))
    return sorted(over, key=lambda cases: max(each.last_at or each.opened_at for each in cases), reverse=True)


def _fitting(here: Office, of: Comparison, side: Sequence[OfKind]) -> Callable[[Case], bool]:
    """Which cases of a side are comparable at all: before, only those for something that the cases of after are for, too."""
    if not of.field or side != of.before:
        return lambda _: True
    after = of_kinds(here.journal, of.after.practice, [of.after.kind], MOST_CASES)
    lists = (case.facts.get(name) for case in after for name in of.among)
    wanted = {each for entries in lists if isinstance(entries, tuple) for each in entries}
    return lambda case: case.facts.get(of.field) in wanted


def _came_to_an_end(here: Office, case: Case) -> bool:
    stage = here.procedure(case.adoption).kinds[case.kind].stages[case.stage]
    return case.settled_at is not None and not stage.dropped


def _by_practice(side: Sequence[OfKind]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in side:
        found.setdefault(each.practice, []).append(each.kind)
    return found


def measured(
    here: Office, wanted: Sequence[Sequence[Case]], papers: frozenset[str], now: datetime
) -> list[Journey]:
    """The journey of each of these groups of cases, all subcases with them."""
    tops = [case.id for cases in wanted for case in cases]
    below = with_subcases(here.journal, tops, MOST_PARTS)
    steps = steps_taken(here.journal, [case.id for cases in below.values() for case in cases])
    found = []
    for cases in wanted:
        parts = [
            Part(each, steps.get(each.id, ()), papers, each.settled_at is not None, each.id == top.id)
            for top in cases
            for each in below.get(top.id, [top])
        ]
        found.append(journey(parts, now))
    return found


def papers_of(known: Sequence[Comparison], case: Case) -> frozenset[str]:
    """The fields in which papers are handed in, of the first comparison that knows the case's kind."""
    return next((each.papers for each in known if each.side_of(case)), frozenset())
