"""A board that a step fixes is counted by nobody's hand and stays; whom chance picks, nobody does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

from msgspec.structs import replace
from procedure_builder import asks, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.board import BoardCount, Standing
from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Actor, Command, Opening, Scene
from tongban.kernel.draws import Draws, seeded
from tongban.kernel.events import Picked, SubcaseOpened
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import Fix, OpenSubcases, Settle
from tongban.kernel.record import case_from, state_of
from tongban.kernel.refusal import Refused

CONTEST = procedure(
    kind(
        "contest",
        "running closed!",
        step("open", "", "running", "leader@home", form="days"),
        step("count", "running", "", "@system", Fix("five", "first", "last")),
        step("visit", "running", "", "leader@home", OpenSubcases("site", "places", drawn=2), form="places"),
        step("close", "running", "closed", "leader@home", Settle("done")),
    ),
    kind(
        "site",
        "seen closed!",
        step("look", "", "seen", "@system"),
        step("close", "seen", "closed", "leader@home", Settle("done")),
    ),
    forms=(
        form("days", asks("first", "date"), asks("last", "date")),
        form("places", asks("places", "units")),
    ),
)
LEADER = somebody("chen", "leader@office")
DAY = timedelta(days=1)


def take(
    case: Case | None, name: str, scene: Scene, actor: Actor = LEADER, **answers: object
) -> Case | Refused:
    opening = Opening("c", "1", "adoption", "contest", "office", COUNTY.code, "web") if case is None else None
    found = decide(CONTEST, case, Command(name, answers, opening), actor, scene)
    if isinstance(found, Refused):
        return found
    assert isinstance(found, Decided)
    assert evolve(case, found.events[0]) == found.cases[0]
    return found.cases[0]


def begun() -> Case:
    first, last = (MONDAY + n * DAY for n in (0, 6))
    answers = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    found = take(None, "open", Scene(COUNTY, MONDAY), LEADER, **answers)
    assert isinstance(found, Case)
    return found


def counting(good: int) -> Scene:
    def count(board: str, since: str, until: str, above: str) -> Standing:
        return Standing(board, since, until, (), {"town": "township"}, (BoardCount("a", "town", good, 40),))

    return replace(Scene(COUNTY, MONDAY + 8 * DAY), count=count)


def test_days_that_are_not_over_are_not_counted() -> None:
    found = take(begun(), "count", replace(counting(1), now=MONDAY + 6 * DAY), SYSTEM)
    assert isinstance(found, Refused)
    assert found.code == "step.days_not_over"


def test_a_later_count_stands_beside_the_first_and_changes_nothing_of_it() -> None:
    once = take(begun(), "count", counting(30), SYSTEM)
    assert isinstance(once, Case)
    again = take(once, "count", replace(counting(29), now=MONDAY + 9 * DAY), SYSTEM)
    assert isinstance(again, Case)
    assert again.fixed[0] == once.fixed[0]
    assert [kept.standing.counts[0].numerator for kept in again.fixed] == [30, 29]
    assert case_from(state_of(again)) == again


def test_nobody_can_bring_a_count_along_as_an_answer() -> None:
    found = take(begun(), "count", counting(30), SYSTEM, numerator=40)
    assert isinstance(found, Refused)


def test_chance_picks_so_many_of_the_named_and_each_as_often_as_another() -> None:
    case, seen = begun(), Counter[str]()
    named = ["town", "housing", "urban"]
    assert set(named) <= COUNTY.units.keys()
    for n in range(600):
        draws = Draws("a seed", partial(seeded, n.to_bytes(32, "big")))
        scene = Scene(COUNTY, MONDAY + DAY, draws=draws)
        found = decide(CONTEST, case, Command("visit", {"places": named}), LEADER, scene)
        assert isinstance(found, Decided)
        opened = [each.unit for each in found.events[0].follows if isinstance(each, SubcaseOpened)]
        assert len(opened) == len(set(opened)) == 2
        assert Picked(tuple(named), tuple(opened), "a seed") in found.events[0].follows
        seen.update(opened)
    assert all(340 < seen[unit] < 460 for unit in named)  # 400 each; five standard deviations are 58
