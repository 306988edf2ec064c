"""One subcase for each row of a register that fits: found by the rows themselves, and never a second time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace
from procedure_builder import asks, clock, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Opening, Scene
from tongban.kernel.events import PassedOver
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.handing import rows_below
from tongban.kernel.procedure.ladder import climb
from tongban.kernel.procedure.model import OpenSubcases, Procedure, RoutingRule, Settle, Step
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.rows import keys_of

FITS = compile_expression(
    "row.staff <= facts.most && !row.closed", {"row.staff": Kind.whole, "row.closed": Kind.flag, "facts.most": Kind.whole}, Kind.flag
)  # fmt: skip
assert isinstance(FITS, Expression)
FIRM = Register(
    "firm", ("firm",), (Field("staff", FieldKind.whole), Field("closed", FieldKind.flag)), brought=True
)
ROWS = {
    ("firm", "c"): {"staff": 5},
    ("firm", "a"): {"staff": 9},
    ("firm", "b"): {"staff": 500},
    ("firm", "d"): {"staff": 3, "closed": True},
    ("other", "a"): {"staff": 1},
}
MATCH = OpenSubcases("offer", named="firm", key=("firm",), register="firm", where=FITS)
PRACTICE: Procedure = replace(
    procedure(
        kind(
            "policy",
            "open done!",
            step("enter", "", "open", "clerk@home", form="enter"),
            step("match", "open", "", "clerk@home @system", MATCH),
            step("end", "open", "done", "clerk@home", Settle("done")),
            clock("again", "open", "1 hours", ("due", "match"), ("2 hours", "match"), ("3 hours", "match")),
        ),
        kind(
            "offer",
            "open done!",
            step("begin", "", "open", "@system", form="offer"),
            step("grant", "open", "done", "handler@holder", Settle("granted")),
        ),
        forms=(
            form("enter", asks("most", "whole")),
            form(
                "offer",
                asks("firm", "entry", of=("firm",)),
                asks("staff", "whole", required=False, infer="subject.staff"),
            ),
        ),
        routing=(RoutingRule("rest", "kind:county_office"),),
    ),
    registers=(FIRM,),
)
CLERK = somebody("chen", "clerk@office")


def entered(most: int) -> Case:
    opening = Opening("root", "26-1", "a", "policy", "office", "330899", "web")
    found = decide(PRACTICE, None, Command("enter", {"most": most}, opening), CLERK, Scene(COUNTY, MONDAY))
    assert isinstance(found, Decided), found
    return found.cases[0]


def prepared(scene: Scene, case: Case, step: Step) -> Scene:
    return replace(scene, rows=rows_below(PRACTICE, case, step, {}, {}).among(ROWS, {}))


def matched(case: Case, before: Mapping[str, Case] | None = None) -> Decided:
    step = PRACTICE.kinds["policy"].steps["match"]
    scene = prepared(Scene(COUNTY, MONDAY, keyed=keys_of(step, (before or {}).values())), case, step)
    found = decide(PRACTICE, case, Command("match"), CLERK, scene)
    assert isinstance(found, Decided), found
    return found


def test_each_row_that_fits_opens_one_with_what_it_says_in_the_order_of_the_codes() -> None:
    _, *offers = matched(entered(10)).cases
    assert [(each.number, each.holder, each.facts["firm"], each.facts["staff"]) for each in offers] == [
        ("26-1-01", "office", "a", 9),
        ("26-1-02", "office", "c", 5),
    ]


def test_no_row_that_fits_opens_nothing_and_is_no_fault() -> None:
    assert len(matched(entered(1)).cases) == 1


def test_a_row_that_has_one_already_gets_no_second() -> None:
    first = matched(entered(10))
    offers = {each.id: each for each in first.cases[1:]}
    assert len(matched(first.cases[0], offers).cases) == 1


def test_of_several_rungs_that_a_late_sweep_climbs_at_once_only_the_first_opens_them() -> None:
    late = Scene(COUNTY, MONDAY + timedelta(days=1))
    climbed = climb(PRACTICE, entered(10), late, prepared)
    assert climbed is not None
    assert [event.step for event in climbed.events if event.case == "root"] == ["match"] * 3
    assert [case.number for case in climbed.cases if case.parent] == ["26-1-01", "26-1-02"]


def test_the_rows_of_other_registers_are_not_even_read() -> None:
    below = rows_below(PRACTICE, entered(10), PRACTICE.kinds["policy"].steps["match"], {}, {})
    assert below.whole == {"firm"}
    assert {register for register, _ in below.among(ROWS, {})} == {"firm"}


HAD = Register("had", ("sort", "firm"), (Field("day", FieldKind.date),))
ASKED = Register("asked", ("sort", "firm"), (Field("open", FieldKind.flag),))
KNOWN = {
    ("had", '["loan","A"]'): {"day": "2026-01-05"},
    ("had", '["cut","c"]'): {"day": "2026-01-05"},
    ("asked", '["loan","c"]'): {},
    ("asked", '["loan","e"]'): {"open": True},
    ("asked", '["loan","b"]'): {"open": True},
}


def matched_unless(*registers: tuple[str, str]) -> Decided:
    """The same step for a case that says its sort; two more registers hold what was had and what is asked for."""
    policy = PRACTICE.kinds["policy"]
    looking = step("match", "open", "", "clerk@home @system", replace(MATCH, unless=registers))
    practice = replace(
        PRACTICE,
        kinds={**PRACTICE.kinds, "policy": replace(policy, steps={**policy.steps, "match": looking})},
        forms={**PRACTICE.forms, "enter": form("enter", asks("most", "whole"), asks("sort", "code"))},
        registers=(FIRM, HAD, ASKED),
    )
    opening = Opening("root", "26-1", "a", "policy", "office", "330899", "web")
    said = {"most": 10, "sort": "loan"}
    began = decide(practice, None, Command("enter", said, opening), CLERK, Scene(COUNTY, MONDAY))
    assert isinstance(began, Decided), began
    rows = ROWS | {("firm", "e"): {"staff": 7}} | KNOWN
    below = rows_below(practice, began.cases[0], looking, {}, {})
    found = decide(
        practice, began.cases[0], Command("match"), CLERK, Scene(COUNTY, MONDAY, rows=below.among(rows, {}))
    )
    assert isinstance(found, Decided), found
    return found


def test_a_row_that_fits_is_left_out_where_another_register_knows_it_and_the_step_says_how_many() -> None:
    found = matched_unless(("had", ""), ("asked", "open"))
    assert [each.facts["firm"] for each in found.cases[1:]] == ["c"]
    left = [each for each in found.events[0].follows if isinstance(each, PassedOver)]
    assert left == [PassedOver("offer", 1, register="asked"), PassedOver("offer", 1, register="had")]


def test_a_flag_that_is_not_yes_keeps_nobody_away_and_a_row_without_one_does() -> None:
    assert [each.facts["firm"] for each in matched_unless(("asked", "open")).cases[1:]] == ["a", "c"]
    assert [each.facts["firm"] for each in matched_unless(("asked", "")).cases[1:]] == ["a"]


def test_without_such_a_register_nothing_is_left_out_or_said() -> None:
    found = matched_unless()
    assert [each.facts["firm"] for each in found.cases[1:]] == ["a", "c", "e"]
    assert not any(isinstance(each, PassedOver) for each in found.events[0].follows)
