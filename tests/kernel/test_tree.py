"""One tree of cases: orders down the tree of units, authority down the tree of cases, days that somebody named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from procedure_builder import asks, branch, choice, clock, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case, Mandate
from tongban.kernel.clock import Limit, Unit, derive
from tongban.kernel.commands import Actor, Command, Opening, Related, Scene
from tongban.kernel.events import ClockStarted, Event
from tongban.kernel.procedure.decide import Decided, decide, decide_apart, decide_later
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.ladder import ring
from tongban.kernel.procedure.model import (
    EndMandates,
    GiveMandate,
    LimitRule,
    OpenSubcases,
    Place,
    Procedure,
    Settle,
)
from tongban.kernel.refusal import Refused

START = MONDAY.date()
NAMED = (LimitRule(Limit(0, Unit.NAMED_DAY, "the order itself"), START, day="day"),)
CARRY = ("day", "reach")
DOWN = OpenSubcases("order", "", CARRY, ("township", "village"))

DIRECTIVE = kind(
    "directive",
    "issued closed!",
    step("issue", "", "issued", "leader@home", DOWN, form="order"),
    step("lend", "issued", "", "leader@home", GiveMandate("lead", ("push",), "until"), form="lend"),
    step("end_lending", "issued", "", "leader@home", EndMandates()),
    step("close", "issued", "closed", "leader@home", Settle("done")),
    clock("whole", "issued", NAMED, ("due", "close")),
)
ORDER = kind(
    "order",
    "delivered finished!",
    step(
        "deliver", "", (branch("delivered", 'facts.reach == "straight"', DOWN), branch("delivered")), "@system",
        form="order", needs={"not_to_villages": 'case.holder_level != "village" || facts.reach != "towns"'},
    ),
    step("break_down", "delivered", "", "handler@holder", DOWN, at_most=1),
    step("push", "delivered", "", "handler@holder @mandate"),
    step("place", "delivered", "", "handler@holder leader@superior", Place("under"), form="place"),
    step("finish", "delivered", "finished", "handler@holder", Settle("done")),
    clock("deliver", "delivered", NAMED, ("due", "push")),
)  # fmt: skip
PRACTICE: Procedure = procedure(
    DIRECTIVE,
    ORDER,
    forms=(
        form("order", asks("day", "date"), choice("reach", "straight", "stepwise", "towns")),
        form("lend", asks("lead", "unit"), asks("until", "date")),
        form("place", asks("under", "case")),
    ),
)
OFFICE = somebody("chen", "leader@office")
TOWN = somebody("li", "handler@town")


def issued(reach: str = "stepwise", day: str = "2026-10-03", home: str = "office") -> Decided:
    opening = Opening("root", "26-1", "a", "directive", home, "330899", "web")
    actor = somebody("chen", f"leader@{home}")
    decided = decide(
        PRACTICE, None, Command("issue", {"day": day, "reach": reach}, opening), actor, Scene(COUNTY, MONDAY)
    )
    assert isinstance(decided, Decided), decided
    return decided


def take(
    case: Case, step: str, actor: Actor, scene: Scene | None = None, **answers: object
) -> Decided | Refused:
    return decide(PRACTICE, case, Command(step, answers), actor, scene or Scene(COUNTY, MONDAY))


def code(found: Decided | Refused) -> str:
    return found.code if isinstance(found, Refused) else ""


def test_an_order_goes_to_every_unit_directly_below_and_stops_there() -> None:
    assert [case.holder for case in issued().cases] == ["office", "town"]


def test_an_order_straight_to_the_villages_is_one_decision_down_the_whole_tree() -> None:
    decided = issued("straight")
    assert [(case.number, case.holder, case.parent) for case in decided.cases[1:]] == [
        ("26-1-01", "town", "root"),
        ("26-1-01-01", "village", decided.cases[1].id),
    ]
    assert {case.root for case in decided.cases[1:]} == {"root"}


def test_what_is_left_of_a_decision_says_later_what_it_would_have_said_at_once() -> None:
    opening = Opening("root", "26-1", "a", "directive", "office", "330899", "web")
    command = Command("issue", {"day": "2026-10-03", "reach": "straight"}, opening)
    apart = decide_apart(PRACTICE, None, command, OFFICE, Scene(COUNTY, MONDAY))
    assert not isinstance(apart, Refused)
    first, later = apart
    assert [case.id for case in first.cases] == ["root"]
    below = [decide_later(PRACTICE, each) for each in later]
    whole = issued("straight")
    events, cases = list(first.events), list(first.cases)
    for decided in below:
        assert isinstance(decided, Decided)
        events += decided.events
        cases += decided.cases
    assert (tuple(events), tuple(cases)) == (whole.events, whole.cases)


def test_each_level_breaks_down_what_it_got_for_those_below_it() -> None:
    town = issued().cases[1]
    passed = take(town, "break_down", TOWN)
    assert isinstance(passed, Decided)
    village = passed.cases[1]
    assert (village.holder, village.facts["day"]) == ("village", "2026-10-03")
    assert code(take(village, "break_down", somebody("wu", "handler@village"))) == "step.nobody_below"


def test_a_unit_that_the_matter_is_about_gets_no_order_about_itself() -> None:
    town = replace(issued().cases[1], recused=("village",))
    assert code(take(town, "break_down", TOWN)) == "step.nobody_below"


def test_a_condition_of_the_opening_step_sees_who_gets_the_subcase() -> None:
    town = replace(issued().cases[1], facts={"day": "2026-10-03", "reach": "towns"})
    refused = take(town, "break_down", TOWN)
    assert isinstance(refused, Refused)
    assert refused.facts["condition"] == "not_to_villages"


def test_a_named_day_stays_that_day_also_in_a_week_of_holidays() -> None:
    started = next(each for each in issued().events[0].follows if isinstance(each, ClockStarted))
    assert started.due == datetime(2026, 10, 3, 16, tzinfo=UTC)
    lines = derive(COUNTY.calendar, started.limit, MONDAY)
    assert [line.code for line in lines][1] == "clock.line.limit.named_day"
    assert lines[-1].facts["at"] == started.due.isoformat()


@pytest.mark.parametrize(("day", "last"), [("2026-09-20", 22), ("2026-09-21", 23), ("2026-09-01", 21)])
def test_days_are_counted_from_a_day_that_somebody_named(day: str, last: int) -> None:
    two_days = replace(NAMED[0], limit=Limit(2, Unit.NAMED_DAY, "two days after the flood"))
    whole = replace(DIRECTIVE.clocks["whole"], limits=(two_days,))
    practice = replace(
        PRACTICE, kinds={**PRACTICE.kinds, "directive": replace(DIRECTIVE, clocks={"whole": whole})}
    )
    opening = Opening("root", "26-1", "a", "directive", "office", "330899", "web")
    command = Command("issue", {"day": day, "reach": "stepwise"}, opening)
    decided = decide(practice, None, command, OFFICE, Scene(COUNTY, MONDAY))
    assert isinstance(decided, Decided), decided
    started = next(each for each in decided.events[0].follows if isinstance(each, ClockStarted))
    assert started.due == datetime(2026, 9, last, 16, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2026-09-01", "2026-09-21"])
def test_a_day_that_has_passed_ends_today(day: str) -> None:
    started = next(each for each in issued(day=day).events[0].follows if isinstance(each, ClockStarted))
    assert started.due == datetime(2026, 9, 21, 16, tzinfo=UTC)


@pytest.mark.parametrize("lasts", [True, False])
def test_what_lasts_until_its_day_is_not_late_on_it(lasts: bool) -> None:
    rule = replace(clock("loan", "lent", NAMED, ("due", "come_back")), lasts=lasts)
    loan = kind(
        "loan",
        "lent back!",
        step("lend", "", "lent", "leader@home", form="order"),
        step("come_back", "lent", "back", "@system", Settle("back")),
        rule,
    )
    practice = procedure(loan, forms=(form("order", asks("day", "date")),))
    opening = Opening("loan", "26-3", "a", "loan", "office", "330899", "web")
    lent = decide(
        practice, None, Command("lend", {"day": "2026-09-25"}, opening), OFFICE, Scene(COUNTY, MONDAY)
    )
    assert isinstance(lent, Decided), lent
    back = ring(practice, lent.cases[0], Scene(COUNTY, datetime(2026, 9, 25, 16, tzinfo=UTC)))
    assert back is not None
    assert [(each.ended is not None, each.kept) for each in back.cases[0].clocks] == [(True, lasts)]


# -- borrowed authority


def _lent(home: str, giver: Actor) -> tuple[Case, Scene]:
    """An order at the town, and the scene with what was lent over the directive it belongs to."""
    decided = issued(home=home)
    lent = decide(
        PRACTICE,
        decided.cases[0],
        Command("lend", {"lead": "housing", "until": "2026-09-25"}),
        giver,
        Scene(COUNTY, MONDAY),
    )
    assert isinstance(lent, Decided), lent
    town = issued().cases[1]
    return town, Scene(COUNTY, MONDAY, mandates=lent.cases[0].mandates)


def test_what_was_lent_over_a_case_reaches_those_below_it_until_its_last_second() -> None:
    town, scene = _lent("office", OFFICE)
    helper = somebody("qian", "handler@housing")
    pushed = take(town, "push", helper, scene)
    assert isinstance(pushed, Decided)
    assert pushed.events[0].by.via == f"mandate:{scene.mandates[0].id}"
    ends = datetime(2026, 9, 25, 16, tzinfo=UTC)
    last = replace(scene, now=ends - timedelta(microseconds=1))
    assert isinstance(take(town, "push", helper, last), Decided)
    late = take(town, "push", helper, replace(scene, now=ends))
    assert code(late) == "authority.not_yours"
    assert isinstance(late, Refused) and late.facts["roles"] == ("handler@holder", "handler@mandate")


def test_nobody_lends_more_than_they_have() -> None:
    narrow = Mandate("m", "housing", ("push",), MONDAY, giver="urban")
    elsewhere = replace(issued().cases[1], home="centre")
    helper = somebody("qian", "handler@housing")
    for giver, reaches in (("urban", False), ("town", True), ("office", True), ("centre", True), ("", False)):
        scene = Scene(COUNTY, MONDAY, mandates=(replace(narrow, giver=giver),))
        assert isinstance(take(elsewhere, "push", helper, scene), Decided) is reaches, giver


# -- placed under another case

OTHER = Related("other", "26-2", "another", "housing", settled=False)


def _placing(case: Case, other: Related = OTHER, actor: Actor = TOWN) -> Decided | Refused:
    return take(
        case, "place", actor, Scene(COUNTY, MONDAY, related={other.number: other}), under=other.number
    )


def _free() -> Case:
    return replace(issued().cases[1], parent="", root="")


def test_a_placed_case_keeps_its_number_holder_and_clocks() -> None:
    before = _free()
    placed = _placing(before)
    assert isinstance(placed, Decided)
    after = placed.cases[0]
    assert (after.under, after.stands_under) == ("other", "other")
    assert (after.number, after.holder, after.clocks) == (before.number, before.holder, before.clocks)
    event: Event = placed.events[0]
    assert evolve(before, event) == after


def test_no_case_comes_to_stand_under_itself() -> None:
    case = _free()
    assert code(_placing(case, replace(OTHER, id=case.id))) == "step.place_loop"
    assert code(_placing(case, replace(OTHER, above=frozenset({"x", case.id})))) == "step.place_loop"


def test_only_a_case_of_its_own_is_placed_and_only_under_one_that_is_open() -> None:
    assert code(_placing(issued().cases[1])) == "step.place_subcase"
    assert code(_placing(_free(), replace(OTHER, settled=True))) == "step.place_settled"
    assert code(take(_free(), "place", TOWN, under="26-9")) == "form.unknown_case"
