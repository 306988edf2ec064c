"""Which cases make one journey, and their steps: a bounded number of queries, whatever it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tongban.apps.journeys.comparisons import Comparison, OfKind
from tongban.apps.journeys.path import Journey, Part, journey
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.value import Value
from tongban.store.ways import about_same, of_kinds, steps_taken, with_subcases

MOST_CASES = 2_000
"""Cases of a kind that are looked through, the latest."""
MOST_JOURNEYS = 60
"""Journeys of a side that are measured, the latest."""
MOST_PARTS = 3_000
"""Cases with their subcases whose steps are read."""
MOST_SAME = 50
"""Cases about one thing that make one journey."""


def about(case: Case, field: str) -> Value:
    """What the case is about, where the ledger knows it; None where nobody said."""
    value = case.facts.get(field)
    return value if value not in ("", ()) else None


def belonging(here: Office, case: Case, side: Sequence[OfKind], field: str) -> list[Case]:
    """The cases of a side about the same thing as this one, itself among them."""
    value = about(case, field)
    if not isinstance(value, str | int):
        return [case]
    found: dict[str, Case] = {case.id: case}
    for practice, kinds in _by_practice(side).items():
        for each in about_same(here.journal, practice, kinds, field, value, MOST_SAME):
            if about(each, field) == value:
                found.setdefault(each.id, each)
    return sorted(found.values(), key=lambda each: (each.opened_at, each.id))


def groups(here: Office, side: Sequence[OfKind], field: str) -> list[list[Case]]:
    """The journeys of a side that are over: the latest first, each with its cases. What was dropped is no journey."""
    by_thing: dict[Value, list[Case]] = {}
    for practice, kinds in _by_practice(side).items():
        for case in of_kinds(here.journal, practice, kinds, MOST_CASES):
            value = about(case, field)
            if isinstance(value, str | int):
                by_thing.setdefault(value, []).append(case)
    over = (cases for cases in by_thing.values() if all(_came_to_an_end(here, each) for each in cases))
    return sorted(over, key=lambda cases: max(each.last_at or each.opened_at for each in cases), reverse=True)


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
            Part(each, steps.get(each.id, ()), papers, each.settled_at is not None)
            for top in cases
            for each in below.get(top.id, [top])
        ]
        found.append(journey(parts, now))
    return found


def papers_of(known: Sequence[Comparison], case: Case) -> frozenset[str]:
    """The fields in which papers are handed in, of the first comparison that knows the case's kind."""
    return next((each.papers for each in known if each.side_of(case)), frozenset())
