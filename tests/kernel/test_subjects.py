"""What a register says of the thing a case is about: read by steps, never by whoever merely types a key."""

from __future__ import annotations

from msgspec.structs import replace
from procedure_builder import asks, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.commands import ANYBODY, Actor, Command, Opening, Scene
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import Procedure, Settle, Write
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.subjects import About, about, keys_of, names_registers, written_by
from tongban.kernel.refusal import Refused


def columns(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, FieldKind.code) for name in names)


LICENCE = Register("licences", ("licence",), columns("licence", "valid_until", "holder_kind"))
PERMIT = Register("permits", ("permit",), columns("permit", "area"))
FORM = Form(
    "apply",
    (
        Field("licence", FieldKind.code),
        Field("valid_until", FieldKind.date, infer="subject.valid_until"),
        Field("area", FieldKind.whole, infer="subject.area"),
    ),
)
MATTER = kind(
    "matter",
    "open done!",
    step("apply", "", "open", "clerk@home @requester @anyone", form="apply"),
    step("grant", "open", "done", "clerk@home", Settle("done"), Write("licences", ("licence",), ("licence", "valid_until")),
         needs={"valid": 'subject.valid_until >= "2026-09-21"'}),
    step("look", "open", "", "clerk@home", form="note"),
)  # fmt: skip
PRACTICE: Procedure = replace(
    procedure(MATTER, forms=(FORM, form("note", asks("note", "line")))), registers=(LICENCE, PERMIT)
)
CLERK = somebody("chen", "clerk@office")
KNOWN = {
    ("licences", "L-1"): {"licence": "L-1", "valid_until": "2030-01-31"},
    ("permits", "P-1"): {"area": 12},
}


def scene(**keys: str) -> Scene:
    found = about(PRACTICE.registers, KNOWN, keys)
    return Scene(COUNTY, MONDAY, subject=found.fields, registered=found.registers)


def apply(actor: Actor, seen: Scene, **answers: object) -> Decided:
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web")
    decided = decide(PRACTICE, None, Command("apply", answers, opening), actor, seen)
    assert isinstance(decided, Decided), decided
    return decided


def test_what_a_register_says_answers_a_field_that_nobody_answered() -> None:
    decided = apply(CLERK, scene(licences="L-1"), licence="L-1")
    assert decided.cases[0].facts == {"licence": "L-1", "valid_until": "2030-01-31"}


def test_whoever_answers_knows_better_than_the_register() -> None:
    decided = apply(CLERK, scene(licences="L-1"), licence="L-1", valid_until="2027-05-01")
    assert decided.cases[0].facts["valid_until"] == "2027-05-01"


def test_what_no_register_knows_answers_nothing_not_even_with_nought() -> None:
    assert apply(CLERK, scene(licences="L-9"), licence="L-9").cases[0].facts == {"licence": "L-9"}


def test_a_requester_who_types_a_key_is_told_nothing_of_what_is_registered_under_it() -> None:
    assert apply(ANYBODY, scene(licences="L-1"), licence="L-1").cases[0].facts == {"licence": "L-1"}


def test_a_condition_that_asks_the_register_does_not_hold_where_none_knows_the_thing() -> None:
    case = apply(CLERK, Scene(COUNTY, MONDAY), licence="L-9").cases[0]
    refused = decide(PRACTICE, case, Command("grant"), CLERK, scene(licences="L-9"))
    assert isinstance(refused, Refused) and refused.facts["condition"] == "valid"
    assert isinstance(decide(PRACTICE, case, Command("grant"), CLERK, scene(licences="L-1")), Decided)


def test_the_key_is_this_steps_answer_as_the_form_reads_it_else_the_latest() -> None:
    case, today = apply(CLERK, Scene(COUNTY, MONDAY), licence="L-1").cases[0], MONDAY.date()
    assert keys_of(PRACTICE, case, {}, None, today) == {"licences": "L-1"}
    assert keys_of(PRACTICE, case, {"licence": " Ｌ-2 "}, FORM, today) == {"licences": "L-2"}
    assert keys_of(PRACTICE, None, {"licence": ["no", "code"]}, FORM, today) == {}
    assert keys_of(PRACTICE, None, {"licence": "L-2"}, None, today) == {}


def test_a_row_is_what_the_step_that_wrote_it_knew() -> None:
    case = apply(CLERK, scene(licences="L-1"), licence="L-1").cases[0]
    granted = decide(PRACTICE, case, Command("grant"), CLERK, scene(licences="L-1"))
    assert isinstance(granted, Decided)
    assert dict(written_by(granted.events[0], granted.cases[0])) == {
        ("licences", "L-1"): {"licence": "L-1", "valid_until": "2030-01-31"}
    }


def test_several_registers_each_say_their_part() -> None:
    known = about(PRACTICE.registers, KNOWN, {"licences": "L-1", "permits": "P-1"})
    assert known.registers == {"licences", "permits"}
    assert known.fields == {
        "licence": "L-1",
        "licences.licence": "L-1",
        "valid_until": "2030-01-31",
        "licences.valid_until": "2030-01-31",
        "area": 12,
        "permits.area": 12,
    }
    assert about(PRACTICE.registers, KNOWN, {"permits": "P-2"}) == About()


def test_a_row_is_of_the_case_that_wrote_it_last() -> None:
    keys = {"licences": "L-1", "permits": "P-1"}
    assert about(PRACTICE.registers, KNOWN, keys).mine == frozenset()
    assert about(PRACTICE.registers, KNOWN, keys, {("permits", "P-1"), ("licences", "L-2")}).mine == {
        "permits"
    }


def test_only_steps_that_ask_a_register_wait_for_it() -> None:
    asking = {name for name, each in MATTER.steps.items() if names_registers(PRACTICE, each)}
    assert asking == {"apply", "grant"}
