"""What a case says itself: how long its clock runs, and which unit its rule of dispatch takes."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from procedure_builder import START, asks, cel, clock, form, kind, limit, procedure, step
from rich_practice import COUNTY, MONDAY, opening
from story import CLERK, Story

from tongban.kernel.clock import Limit, Unit, local_date
from tongban.kernel.commands import ANYBODY, SYSTEM, Command, Scene
from tongban.kernel.events import Heard
from tongban.kernel.form import AskedOf
from tongban.kernel.procedure.clocks import field_of, limit_of, longest_limit
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import LimitRule, RoutingRule, Settle, Trigger
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route
from tongban.kernel.value import Facts

MOST = Limit(60, Unit.WORKING_DAYS, "the catalogue of items")
PROMISED = clock("promise", "open", (LimitRule(MOST, START, field="promised"),))
FIXED = clock("promise", "open", "20 working_days")
RULES = (RoutingRule("named", "field:unit"), RoutingRule("rest", "unit:urban"))


@pytest.mark.parametrize(("said", "amount"), [(5, 5), (0, 0), (60, 60), (61, 60), (-3, 0)])
def test_a_clock_runs_for_as_long_as_the_case_says_and_never_for_longer_than_it_may(
    said: int, amount: int
) -> None:
    assert limit_of(PROMISED, MONDAY, {"facts.promised": said}) == replace(MOST, amount=amount)


def test_a_day_that_is_named_may_lie_decades_ahead_as_the_end_of_a_contract_does() -> None:
    until = clock("term", "open", (LimitRule(Limit(0, Unit.NAMED_DAY, "the contract"), START, day="until"),))
    named = {"facts.until": "2056-09-21", "given.until": True}
    assert limit_of(until, MONDAY, named).amount == (date(2056, 9, 21) - local_date(MONDAY)).days


def test_a_case_that_says_nothing_has_no_time_left_rather_than_endless_time() -> None:
    assert limit_of(PROMISED, MONDAY, {}).amount == 0


def test_what_may_be_promised_is_what_the_case_says_or_the_most_that_it_could_say() -> None:
    assert longest_limit(PROMISED, MONDAY, {"promised": 5}).amount == 5
    assert longest_limit(PROMISED, MONDAY, {}) == MOST


@pytest.mark.parametrize(
    ("facts", "amount"),
    [({"promised": 7}, 7), ({}, 60), ({"sort": "quick"}, 60), ({"sort": "quick", "promised": 7}, 7)],
)
def test_what_is_promised_is_not_the_limit_for_cases_that_say_nothing_once_the_case_says_its_own(
    facts: Facts, amount: int
) -> None:
    rules = (
        LimitRule(limit("1 working_days"), START, when=cel("count.redo > 0")),
        LimitRule(MOST, START, when=cel("given.promised"), field="promised"),
        LimitRule(limit("20 working_days"), START),
    )
    assert longest_limit(clock("promise", "open", rules), MONDAY, facts).amount == amount


def test_what_is_known_to_be_quick_is_promised_as_quick() -> None:
    rules = (
        LimitRule(limit("3 working_days"), START, when=cel('facts.sort == "quick"')),
        LimitRule(limit("20 working_days"), START),
    )
    answering = clock("promise", "open", rules)
    assert longest_limit(answering, MONDAY, {"sort": "quick"}).amount == 3
    assert longest_limit(answering, MONDAY, {"sort": "slow"}).amount == 20
    assert longest_limit(answering, MONDAY, {}).amount == 20


def test_a_running_limit_knows_the_field_that_it_was_taken_from() -> None:
    assert field_of(PROMISED, replace(MOST, amount=5)) == "promised"
    assert field_of(FIXED, limit("20 working_days")) == ""
    assert field_of(PROMISED, Limit(5, Unit.WORKING_DAYS, "an older law")) == ""


def test_a_promise_that_is_corrected_later_does_not_move_the_clock_that_runs_already() -> None:
    matter = kind(
        "matter",
        "open closed!",
        step("register", "", "open", "@anyone", form="register"),
        step("correct", "open", "", "clerk@home", form="promise"),
        step("end", "open", "closed", "clerk@home @system", Settle("done")),
        PROMISED,
    )
    promise = form("promise", asks("promised", "whole", required=True))
    register = form("register", asks("body", "text"), asks("promised", "whole", required=True))
    told = procedure(matter, forms=(promise, register))
    story = Story(told, promised=3)
    before = story.case.clocks
    assert [state.limit for state in before] == [replace(MOST, amount=3)]
    assert story.then("correct", CLERK, promised=30).case.facts["promised"] == 30
    assert story.case.clocks == before


@pytest.mark.parametrize("said", ["", "abolished"])
def test_where_no_unit_is_named_or_it_is_no_more_the_next_rule_is_asked(said: str) -> None:
    found = route(RULES, COUNTY, "", "330899", {"facts.unit": said} if said else {}, MONDAY)
    assert not isinstance(found, Refused)
    assert (found.unit, found.rule) == ("urban", "rest")


def test_a_rule_takes_the_unit_that_the_case_names_or_its_successor() -> None:
    for county, said in ((COUNTY, "housing"), (replace(COUNTY, succeeded={"old": "housing"}), "old")):
        found = route(RULES, county, "", "330899", {"facts.unit": said}, MONDAY)
        assert not isinstance(found, Refused)
        assert (found.unit, found.rule) == ("housing", "named")


def test_a_unit_that_may_not_lead_the_matter_does_not_get_it_by_being_named() -> None:
    found = route(RULES, COUNTY, "02.09", "330899101", {"facts.unit": "town"}, MONDAY)
    assert not isinstance(found, Refused)
    assert found.unit == "urban"


def test_a_limit_takes_effect_by_date_also_where_the_case_says_how_long() -> None:
    newer = LimitRule(replace(MOST, source="a newer catalogue"), date(2026, 1, 1), field="promised")
    rule = clock("promise", "open", (LimitRule(MOST, START, field="promised"), newer))
    assert limit_of(rule, MONDAY, {"facts.promised": 4}) == Limit(4, Unit.WORKING_DAYS, "a newer catalogue")


def test_what_is_only_filled_in_nobody_may_say_otherwise() -> None:
    listed = asks("promised", "whole", required=False, infer="subject.promised_days", asked_of=AskedOf.nobody)
    opened = kind(
        "matter",
        "open closed!",
        step("register", "", "open", "@anyone @system", form="register"),
        step("take_in", "open", "", "clerk@home", form="promise"),
        PROMISED,
    )
    told = procedure(opened, forms=(form("promise", listed), form("register", asks("body", "text"), listed)))
    story = Story(told)
    assert story.refused("take_in", CLERK, {"subject": {"promised_days": 5}}, promised=60) == "form.not_yours"
    assert story.then("take_in", CLERK, scene={"subject": {"promised_days": 5}}).case.facts["promised"] == 5
    mine = Command("register", {"body": "x", "promised": 60}, replace(opening("other", "2"), kind="matter"))
    scene = Scene(COUNTY, MONDAY, subject={"promised_days": 5})
    refused = decide(told, None, mine, ANYBODY, scene)
    assert isinstance(refused, Refused)
    assert refused.code == "form.not_yours"
    carried = decide(told, None, mine, SYSTEM, scene)
    assert isinstance(carried, Decided)
    assert carried.cases[0].facts["promised"] == 60
    listens = replace(opened.steps["register"], on=Trigger.TOLD, of="register")
    hears = replace(told, kinds={"matter": replace(opened, steps=opened.steps | {"register": listens})})
    from_there = decide(hears, None, replace(mine, heard=Heard("330825", "a", 1, "register")), SYSTEM, scene)
    assert isinstance(from_there, Refused) and from_there.code == "form.not_yours", from_there


def test_nothing_is_promised_in_days_while_somebody_may_still_name_a_later_day() -> None:
    rules = (
        LimitRule(Limit(0, Unit.NAMED_DAY, "the chief"), START, when=cel("given.last_day"), day="last_day"),
        LimitRule(limit("20 working_days"), START),
    )
    assert longest_limit(clock("promise", "open", rules), MONDAY, {}).unit is Unit.NAMED_DAY
