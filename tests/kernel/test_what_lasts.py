"""What lasts until a day, though the case stays where it is: time to answer, to object, to say what somebody has to say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from procedure_builder import asks, clock, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.commands import Command, Opening, Scene
from tongban.kernel.procedure.available import waits_on
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import climb, take_over
from tongban.kernel.procedure.model import LimitRule, Procedure, Settle
from tongban.kernel.procedure.sight import is_late

NAMED = (LimitRule(Limit(0, Unit.NAMED_DAY, "the letter"), MONDAY.date(), day="day"),)
LONG = (LimitRule(Limit(30, Unit.CALENDAR_DAYS, "the rule"), MONDAY.date()),)
OFFICE = somebody("li", "leader@office", "handler@office")
AFTER = datetime(2026, 9, 26, 16, tzinfo=UTC)


def _hearing(*, lasts: bool = True, at_most: int = 0) -> Procedure:
    theirs = replace(
        clock("answering", "heard", NAMED, ("due", "time_is_up"), owner="requester"), lasts=lasts
    )
    hearing = kind(
        "hearing",
        "heard closed!",
        step("write", "", "heard", "leader@home", form="letter"),
        step("time_is_up", "heard", "", "leader@home @system", at_most=at_most),
        step("decide", "heard", "closed", "handler@home @system", Settle("decided")),
        theirs,
        clock("deciding", "heard", LONG, ("due", "decide"), owner="home"),
    )
    return procedure(hearing, forms=(form("letter", asks("day", "date")),))


def _written(practice: Procedure) -> Decided:
    opening = Opening("h", "26-4", "a", "hearing", "office", "330899", "web")
    command = Command("write", {"day": "2026-09-25"}, opening)
    decided = decide(practice, None, command, OFFICE, Scene(COUNTY, MONDAY))
    assert isinstance(decided, Decided), decided
    return decided


def test_what_lasted_ends_on_its_day_and_the_case_waits_for_whoever_is_next() -> None:
    practice = _hearing()
    case = _written(practice).cases[0]
    assert waits_on(practice.kinds["hearing"], "heard", case) == "requester"
    climbed = climb(practice, case, Scene(COUNTY, AFTER))
    assert climbed is not None
    case = climbed.cases[-1]
    assert [(each.clock, each.kept) for each in case.clocks] == [("answering", True), ("deciding", None)]
    assert waits_on(practice.kinds["hearing"], "heard", case) == "home"
    assert not is_late(case, AFTER)


def test_a_case_whose_day_passed_before_waits_for_whoever_is_next_all_the_same() -> None:
    practice = _hearing()
    case = _written(practice).cases[0]
    passed = tuple(
        replace(each, rung=1, wake=None) if each.clock == "answering" else each for each in case.clocks
    )
    assert waits_on(practice.kinds["hearing"], "heard", replace(case, clocks=passed)) == "home"


def test_it_ends_also_where_the_step_of_its_day_was_refused() -> None:
    practice = _hearing(at_most=1)
    taken = decide(
        practice, _written(practice).cases[0], Command("time_is_up"), OFFICE, Scene(COUNTY, MONDAY)
    )
    assert isinstance(taken, Decided), taken
    climbed = climb(practice, taken.cases[0], Scene(COUNTY, AFTER))
    assert climbed is not None
    assert [each.step for each in climbed.events] == ["passed"]
    assert [each.kept for each in climbed.cases[-1].clocks] == [True, None]


def test_a_case_of_the_past_whose_time_to_answer_was_over_waits_for_whoever_is_next() -> None:
    practice = _hearing()
    taken = take_over(practice, _written(practice).cases[0], Scene(COUNTY, AFTER))
    assert taken is not None
    assert [each.kept for each in taken.cases[0].clocks] == [True, None]


@pytest.mark.parametrize("lasts", [True, False])
def test_a_day_by_which_something_must_be_done_goes_on_running_late(lasts: bool) -> None:
    climbed = climb(practice := _hearing(lasts=lasts), _written(practice).cases[0], Scene(COUNTY, AFTER))
    assert climbed is not None
    assert is_late(climbed.cases[-1], AFTER) is not lasts
