"""An answer that names what no register holds is nobody's answer, whoever gives it and whichever door they use."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from procedure_builder import asks, extended, form, matter, step
from rich_practice import COUNTY, MONDAY, RICH, opening
from story import CLERK, ZHAO, Story

from tongban.kernel.commands import ANYBODY, Command, Related, Scene
from tongban.kernel.county import County, Division
from tongban.kernel.form import Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.refusal import Refused


def refused(
    step_: str, form_: Form, scene: Scene | None = None, **answers: object
) -> list[tuple[str, str, object]]:
    """Code, place and nearest of every fault of a step with such a form, taken on a case that ``housing`` holds."""
    told = extended(matter(step(step_, "working", "", "handler@holder", form=form_.id)), forms=(form_,))
    story = Story(told, category="01.01").then("dispatch", CLERK)
    decided = decide(told, story.case, Command(step_, answers), ZHAO, scene or Scene(COUNTY, story.now))
    every = decided.all() if isinstance(decided, Refused) else ()
    return [(each.code, each.where, each.facts["nearest"]) for each in every]


@pytest.mark.parametrize(
    ("kind", "given", "code", "nearest"),
    [
        ("category", "02.08", "form.unknown_category", "02.09"),
        ("division", "330899102", "form.unknown_division", "330899101"),
        ("unit", "housin", "form.unknown_unit", "housing"),
        ("units", ["urban", "towns"], "form.unknown_unit", "town"),
        ("duty", "H2", "form.unknown_duty", "H1"),
        ("case", "2026-9", "form.unknown_case", ""),
        ("files", ["nope"], "form.unknown_file", ""),
    ],
)
def test_what_is_not_registered_is_refused_with_the_nearest(
    kind: str, given: object, code: str, nearest: str
) -> None:
    asked = form("named", asks("named", kind, again="asked anew"))
    assert refused("name", asked, named=given) == [(code, "named", nearest)]


def test_what_is_registered_is_taken() -> None:
    fields = {"category": "02.09", "division": "330899101", "unit": "urban", "units": ["town"], "duty": "H1"}
    asked = form("named", *(asks(f"the_{kind}", kind) for kind in (*fields, "case", "files")))
    other = Related("other", "2026-2", "rich", "urban", settled=False)
    scene = Scene(COUNTY, MONDAY.replace(hour=9), related={"2026-2": other}, files=frozenset({"a1"}))
    answers = {f"the_{kind}": value for kind, value in fields.items()}
    assert refused("name", asked, scene, **answers, the_case="2026-2", the_files=["a1"]) == []


def placed(county: County, **answers: object) -> list[tuple[str, str]]:
    """Code and place of what is refused of a form that asks units which must have to do with the place it names."""
    asked = form("named", asks("where", "division", required=False), asks("who", "units", placed="where"))
    told = extended(matter(step("name", "working", "", "handler@holder", form="named")), forms=(asked,))
    story = Story(told, category="01.01").then("dispatch", CLERK)
    decided = decide(told, story.case, Command("name", answers), ZHAO, Scene(county, story.now))
    return [(each.code, each.where) for each in decided.all()] if isinstance(decided, Refused) else []


def test_a_unit_of_another_place_is_refused_and_one_there_within_it_or_around_it_is_taken() -> None:
    assert placed(COUNTY, where="330899101", who=["town", "housing"]) == []
    assert placed(COUNTY, where="330899", who=["town"]) == []
    assert placed(COUNTY, who=["town"]) == []
    beside = Division("330899102", COUNTY.divisions["330899101"].level, "330899")
    there = replace(COUNTY, divisions={**COUNTY.divisions, "330899102": beside})
    assert placed(there, where="330899102", who=["town", "housing"]) == [("form.unit_elsewhere", "who")]


def test_every_unregistered_answer_is_told_at_once_beside_what_else_is_wrong() -> None:
    asked = form("named", asks("a", "unit"), asks("b", "category", again="asked anew"), asks("c", "text"))
    told = extended(matter(step("name", "working", "", "handler@holder", form="named")), forms=(asked,))
    story = Story(told, category="01.01").then("dispatch", CLERK)
    decided = decide(told, story.case, Command("name", {"a": "x", "b": "y"}), ZHAO, Scene(COUNTY, story.now))
    assert isinstance(decided, Refused)
    assert {each.code for each in decided.all()} == {
        "form.required",
        "form.unknown_unit",
        "form.unknown_category",
    }


@pytest.mark.parametrize(
    ("unit", "entry"), [("urban", "U1"), ("urban", "H1"), ("village", "T2"), ("town", "T3")]
)
def test_a_duty_entry_is_of_the_holders_list_or_of_a_unit_named_beside_it(unit: str, entry: str) -> None:
    asked = form("returned", asks("to", "unit"), asks("entry", "duty"))
    assert refused("give_back", asked, to=unit, entry=entry) == []


def test_a_duty_entry_of_somebody_elses_list_proves_nothing() -> None:
    asked = form("returned", asks("to", "unit"), asks("entry", "duty"))
    assert [code for code, *_ in refused("give_back", asked, to="urban", entry="T1")] == ["form.unknown_duty"]


def test_what_the_case_says_already_may_be_said_again_though_the_register_dropped_it() -> None:
    story = Story(category="02.09")
    smaller = replace(COUNTY, categories=COUNTY.categories - {"02.09"})
    same = decide(
        RICH, story.case, Command("correct", {"category": "02.09"}), CLERK, Scene(smaller, story.now)
    )
    assert isinstance(same, Decided)
    fresh = Command("register", {"body": "x", "category": "02.09"}, opening("other", "2026-7"))
    assert isinstance(decide(RICH, None, fresh, ANYBODY, Scene(smaller, story.now)), Refused)


def test_what_the_system_carries_from_case_to_case_was_judged_before() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    smaller = replace(COUNTY, categories=frozenset[str]())
    command = Command("ask_help", {"units": ["urban"], "task": "look"})
    helped = decide(RICH, story.case, command, ZHAO, Scene(smaller, story.now))
    assert isinstance(helped, Decided) and helped.cases[1].facts["category"] == "01.01"
