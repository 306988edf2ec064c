"""Who somebody is stays out of registers and ledger: the key of a row holds a keyed digest in its place."""

from __future__ import annotations

import hmac

import pytest
from msgspec.structs import replace
from procedure_builder import form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.commands import ANYBODY, Actor, Command, Opening, Scene
from tongban.kernel.events import KeySealed, Written
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Settle, Write
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.subjects import about, keys_of
from tongban.kernel.refusal import Refused

LI, WANG = "330881199003070012", "330881198001010011"
HELD = Register("held", ("holder", "paper"), (Field("level", FieldKind.code),), sealed=frozenset({"holder"}))
KNOWN = Register("known", ("holder",), (Field("rank", FieldKind.code),), sealed=frozenset({"holder"}))
APPLY = Form("apply", (Field("holder", FieldKind.id_card, required=True), Field("paper", FieldKind.code)))
GRANT = Form("grant", (Field("level", FieldKind.code, required=True),))
MATTER = kind(
    "matter",
    "open done!",
    step("apply", "", "open", "clerk@home @requester @anyone", form="apply"),
    step("grant", "open", "done", "clerk@home", Settle("done"), Write("held", ("holder", "paper"), ("level",)),
         form="grant", needs={"new": "!registered.held"}),
    step("part", "open", "", "clerk@home", OpenSubcases("part", carry=("holder", "paper"))),
)  # fmt: skip
PART = kind(
    "part",
    "asked given!",
    step("begin", "", "asked", "@system", form="part"),
    step("give", "asked", "given", "clerk@home", Settle("given"), needs={"new": "!registered.held"}),
)
PRACTICE: Procedure = replace(
    procedure(MATTER, PART, forms=(APPLY, GRANT, Form("part", (Field("paper", FieldKind.code),)), form("note"))),
    registers=(HELD, KNOWN),
)  # fmt: skip
CLERK = somebody("chen", "clerk@office")


def seal(register: str, name: str, value: str) -> str:
    return hmac.digest(b"key", f"{register}/{name}/{value}".encode(), "sha256").hex()


def go(case: Case | None, name: str, actor: Actor = CLERK, rows=None, **answers: object) -> Decided | Refused:
    rule = PRACTICE.kinds[case.kind if case else "matter"].steps[name]
    asked = PRACTICE.forms.get(rule.form)
    keys = keys_of(PRACTICE, case, answers, asked, MONDAY.date(), seal)
    known = about(PRACTICE.registers, rows or {}, keys)
    seen = Scene(COUNTY, MONDAY, subject=known.fields, registered=known.registers, seal=seal)
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web") if case is None else None
    return decide(PRACTICE, case, Command(name, answers, opening), actor, seen)


def done(found: Decided | Refused) -> Decided:
    assert isinstance(found, Decided), found
    return found


@pytest.fixture
def case() -> Case:
    return done(go(None, "apply", holder=LI, paper="deed")).cases[0]


def test_the_event_says_under_which_seals_and_never_who(case: Case) -> None:
    [event] = done(go(None, "apply", holder=LI, paper="deed")).events
    assert [each for each in event.follows if isinstance(each, KeySealed)] == [
        KeySealed("held", "holder", seal("held", "holder", LI)),
        KeySealed("known", "holder", seal("known", "holder", LI)),
    ]
    assert LI not in repr(event.follows) and LI not in repr(event.facts) and LI not in repr(case)
    assert evolve(None, event) == case


def test_the_same_person_has_another_seal_in_each_register(case: Case) -> None:
    assert len(set(case.sealed.values())) == 2


def test_a_later_step_writes_and_meets_the_row_without_asking_who_it_is(case: Case) -> None:
    decided = done(go(case, "grant", level="2"))
    [row] = [each for each in decided.events[0].follows if isinstance(each, Written)]
    assert row.key == f'["{seal("held", "holder", LI)}","deed"]'
    rows = {("held", row.key): {"level": "2"}}
    again = done(go(None, "apply", holder=LI, paper="deed", rows=rows)).cases[0]
    refused = go(again, "grant", rows=rows, level="1")
    assert isinstance(refused, Refused) and refused.facts["condition"] == "new"
    for holder, paper in ((WANG, "deed"), (LI, "id")):
        other = done(go(None, "apply", holder=holder, paper=paper, rows=rows)).cases[0]
        assert isinstance(go(other, "grant", rows=rows, level="1"), Decided)


def test_an_answer_that_was_given_before_is_not_sealed_again(case: Case) -> None:
    decided = done(go(case, "grant", level="2"))
    assert not [each for each in decided.events[0].follows if isinstance(each, KeySealed)]


def test_a_subcase_gets_the_seal_that_is_carried_to_it_and_no_other(case: Case) -> None:
    decided = done(go(case, "part"))
    child = decided.cases[1]
    assert child.kind == "part" and child.sealed == case.sealed
    assert LI not in repr(decided)


def test_a_requester_meets_no_row_about_anybody(case: Case) -> None:
    rows = {("known", seal("known", "holder", LI)): {"rank": "A"}}
    keys = keys_of(PRACTICE, None, {"holder": LI}, APPLY, MONDAY.date(), seal)
    assert about(PRACTICE.registers, rows, keys).registers == {"known"}
    decided = done(go(None, "apply", ANYBODY, rows, holder=LI))
    assert decided.cases[0].facts == {}


def test_without_a_key_nobody_is_looked_up_in_the_open() -> None:
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web")
    found = decide(PRACTICE, None, Command("apply", {"holder": LI}, opening), CLERK, Scene(COUNTY, MONDAY))
    assert isinstance(found, Refused) and found.code == "step.no_seal"
