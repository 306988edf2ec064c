"""Visits are counted, each but the first says why, and it is told whose word it is."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from procedure_builder import asks, choice, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Actor, ActorKind, Command, Opening, Scene
from tongban.kernel.events import Visited
from tongban.kernel.expression import Expression, compile_expression
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import Settle, VisitRule
from tongban.kernel.procedure.sight import Sight, variables
from tongban.kernel.record import case_from, state_of
from tongban.kernel.refusal import Refused

WAYS = ("counter", "post")
HOW = choice("how", *WAYS, again="each time")


def cel(source: str, **more: ValueKind) -> Expression:
    found = compile_expression(source, variables((form("h", HOW),), (), {}) | more, ValueKind.flag)
    assert isinstance(found, Expression), found
    return found


AGAIN = cel("case.visits > 0 && given.how == 'counter'", **{"given.how": ValueKind.text})
IN_PERSON = cel("facts.how == 'counter'")
WHY = choice("why_again", "paper_missing", "window_closed", when=AGAIN)
ALWAYS_WHY = choice("why_again", "paper_missing", "window_closed", when=cel("case.visits > 0"))
VISIT = VisitRule("why_again", IN_PERSON)
SERVICE = procedure(
    kind(
        "service",
        "received done!",
        replace(step("apply", "", "received", "clerk@home", form="apply"), visit=VisitRule("", IN_PERSON)),
        replace(step("bring", "received", "", "clerk@home @system", form="bring"), visit=VISIT),
        replace(
            step("came", "received done", "", "@requester", form="came", at_most=3),
            visit=VisitRule("why_again", unit="where"),
        ),
        step("grant", "received", "done", "clerk@home", Settle("done"), needs={"once": "case.kind != ''"}),
    ),
    forms=(
        form("apply", HOW),
        form("bring", HOW, WHY),
        form("came", asks("where", "unit", required=False), ALWAYS_WHY),
    ),
)
CLERK = somebody("chen", "clerk@office")
HOURS = timedelta(hours=1)


def take(case: Case | None, name: str, actor: Actor = CLERK, **answers: object) -> Case | Refused:
    opening = Opening("c", "1", "adoption", "service", "office", COUNTY.code, "web") if case is None else None
    scene = Scene(COUNTY, MONDAY + (case.seq if case else 0) * HOURS)
    found = decide(SERVICE, case, Command(name, answers, opening), actor, scene)
    if isinstance(found, Refused):
        return found
    assert isinstance(found, Decided)
    assert evolve(case, found.events[0]) == found.cases[0]
    assert case_from(state_of(found.cases[0])) == found.cases[0]
    return found.cases[0]


def taken(case: Case | None, name: str, actor: Actor = CLERK, **answers: object) -> Case:
    found = take(case, name, actor, **answers)
    assert isinstance(found, Case), found
    return found


def requester(case: Case) -> Actor:
    return Actor(ActorKind.REQUESTER, owns=frozenset({case.id}))


def test_who_comes_to_the_counter_has_come_and_who_writes_has_not() -> None:
    assert len(taken(None, "apply", how="counter").visits) == 1
    assert taken(None, "apply", how="post").visits == ()


def test_each_visit_but_the_first_says_why() -> None:
    case = taken(None, "apply", how="counter")
    refused = take(case, "bring", how="counter")
    assert isinstance(refused, Refused) and refused.where == "why_again"
    case = taken(case, "bring", how="counter", why_again="paper_missing")
    assert [(each.unit, each.why, each.told) for each in case.visits] == [
        ("office", "", False), ("office", "paper_missing", False),
    ]  # fmt: skip


def test_the_first_visit_of_a_case_that_began_by_post_needs_no_reason() -> None:
    case = taken(taken(None, "apply", how="post"), "bring", how="counter")
    assert [each.why for each in case.visits] == [""]


def test_a_form_that_forgets_the_reason_lets_nobody_come_again_without_one() -> None:
    kinds, forms = SERVICE.kinds, SERVICE.forms
    lax = replace(SERVICE, kinds=kinds, forms={**forms, "bring": form("bring", HOW)})
    case = taken(None, "apply", how="counter")
    found = decide(lax, case, Command("bring", {"how": "counter"}), CLERK, Scene(COUNTY, MONDAY + HOURS))
    assert isinstance(found, Refused) and found.code == "step.visit_reason"


def test_no_office_can_hide_a_visit_that_the_requester_tells() -> None:
    case = taken(None, "apply", how="post")
    told = taken(case, "came", requester(case), where="housing")
    told = taken(taken(told, "grant"), "came", requester(case), why_again="window_closed")
    assert [(each.unit, each.why, each.told) for each in told.visits] == [
        ("housing", "", True), ("office", "window_closed", True),
    ]  # fmt: skip
    sight = Sight(SERVICE, told, {}, Scene(COUNTY, MONDAY))
    assert (sight["case.visits"], sight["case.visits_told"]) == (2, 2)


def test_a_clock_that_ran_out_is_no_visit() -> None:
    case = taken(None, "apply", how="counter")
    assert taken(case, "bring", SYSTEM, how="counter", why_again="paper_missing").visits == case.visits


def test_a_visit_is_an_event_of_its_own_number() -> None:
    case = taken(None, "apply", how="counter")
    answers = {"how": "counter", "why_again": "paper_missing"}
    found = decide(SERVICE, case, Command("bring", answers), CLERK, Scene(COUNTY, MONDAY + HOURS))
    assert isinstance(found, Decided)
    assert found.events[0].follows == (Visited("office", 2, "paper_missing"),)
