"""What was handed out or paid so far: all answers to a number, added up; and a part that the holder has itself."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace
from procedure_builder import asks, clock, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY, person

from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Opening, Scene
from tongban.kernel.expression import Expression, compile_expression
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.procedure.check import check
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import Guard, OpenSubcases, Settle
from tongban.kernel.procedure.sight import variables
from tongban.kernel.record import case_from, state_of
from tongban.kernel.refusal import Refused

FORMS = (
    form("grant", asks("total", "whole")),
    form("pay", asks("paid", "whole", again="each"), asks("on", "date")),
)
NAMES = variables(FORMS, (), {})
WITHIN = compile_expression("sum.paid <= facts.total", NAMES, ValueKind.flag)
assert isinstance(WITHIN, Expression)
PAY = replace(step("pay", "granted", "", "handler@holder", form="pay"), needs=(Guard("within", WITHIN),))
GRANT = kind(
    "grant",
    "granted ended!",
    step("grant", "", "granted", "handler@home", form="grant"),
    PAY,
    step("part", "granted", "", "handler@holder", OpenSubcases("part")),
    step("end", "granted", "ended", "handler@home", Settle("done")),
    clock("whole", "granted", "3 working_days", ("due", "end")),
)
PART = kind(
    "part",
    "doing done!",
    step("begin", "", "doing", "@system"),
    step("finish", "doing", "done", "handler@holder", Settle("done")),
    clock("part", "doing", "3 working_days", ("due", "finish")),
)
PRACTICE = procedure(GRANT, PART, forms=FORMS)
WHO = person("chen", "handler@office")


def granted(total: int) -> Case:
    opening = Opening("root", "26-1", "a", "grant", "office", "330899", "web")
    decided = decide(PRACTICE, None, Command("grant", {"total": total}, opening), WHO, Scene(COUNTY, MONDAY))
    assert isinstance(decided, Decided), decided
    return decided.cases[0]


def take(case: Case, name: str, **answers: object) -> Decided | Refused:
    return decide(PRACTICE, case, Command(name, answers), WHO, Scene(COUNTY, MONDAY))


def paid(case: Case, amount: int) -> Case:
    decided = take(case, "pay", paid=amount, on=date(2026, 3, 2).isoformat())
    assert isinstance(decided, Decided), decided
    assert evolve(case, decided.events[0]) == decided.cases[0]
    return decided.cases[0]


def test_payments_add_up_to_no_more_than_was_granted() -> None:
    case = paid(paid(granted(100), 60), 39)
    refused = take(case, "pay", paid=2, on="2026-03-02")
    assert isinstance(refused, Refused) and refused.code == "step.condition"
    assert paid(case, 1).facts["paid"] == 1


def test_the_first_answer_to_a_number_is_its_own_sum_and_is_kept_nowhere_twice() -> None:
    case = paid(granted(100), 100)
    assert case.replaced == {}
    assert "replaced" not in state_of(case)
    assert case_from(state_of(paid(case, 0))).replaced == {"paid": 100}


def test_only_numbers_are_added_up() -> None:
    assert {name for name in NAMES if name.startswith("sum.")} == {"sum.total", "sum.paid"}


def test_a_part_may_stay_with_the_holder_itself() -> None:
    decided = take(granted(1), "part")
    assert isinstance(decided, Decided), decided
    part = decided.cases[1]
    assert (part.kind, part.holder, part.parent) == ("part", "office", "root")


def test_a_part_that_opens_itself_for_ever_is_found() -> None:
    endless = replace(
        PART, steps={**PART.steps, "begin": step("begin", "", "doing", "@system", OpenSubcases("part"))}
    )
    found = [fault.code for fault in check(procedure(GRANT, endless, forms=FORMS))]
    assert "check.subcase_loop" in found
