"""One subcase for each code of a list: each meets the row of its own code, and later waves get what the case keeps aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace
from procedure_builder import asks, cel, clock, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Command, Opening, Scene
from tongban.kernel.form import AskedOf, Field, FieldKind
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.handing import handed_on, latest, rows_below
from tongban.kernel.procedure.ladder import climb
from tongban.kernel.procedure.model import Hold, OpenSubcases, Procedure, RoutingRule, Settle, Step, Trigger
from tongban.kernel.procedure.register import Register
from tongban.kernel.value import Facts

CARRY = ("child", "birthday")


def entries(name: str, **more: object) -> Field:
    return asks(name, "entries", of=("item",), **more)


def filled(name: str, of: str) -> Field:
    return asks(name, of, required=False, asked_of=AskedOf.nobody, infer=f"subject.{name}")


ITEM = Register(
    "item",
    ("item",),
    (Field("unit", FieldKind.unit), Field("days", FieldKind.whole)),
    brought=True,
    public=True,
)
ROWS = {
    ("item", "birth"): {"unit": "housing", "days": 1},
    ("item", "card"): {"unit": "urban", "days": 3},
    ("item", "old"): {"unit": "abolished"},
}
BUNDLE = kind(
    "bundle",
    "open done!",
    step(
        "apply", "", "open", "clerk@home", OpenSubcases("part", carry=CARRY, codes="first", named="item"), form="apply"
    ),
    step(
        "go_on", "open", "", "@system", OpenSubcases("part", carry=CARRY, codes="later", named="item"),
        on=Trigger.SUBCASES_SETTLED, at_most=1,
    ),
    step("end", "open", "done", "clerk@home", Settle("done")),
)  # fmt: skip
PART = kind(
    "part",
    "open done!",
    step("begin", "", "open", "@system", Hold("route"), form="part"),
    step("grant", "open", "done", "handler@holder", Settle("granted")),
)
PRACTICE: Procedure = replace(
    procedure(
        BUNDLE,
        PART,
        forms=(
            form(
                "apply",
                asks("child", "name"),
                asks("birthday", "date"),
                entries("first", required=False),
                entries("later", required=False),
            ),
            form(
                "part",
                asks("item", "entry", of=("item",)),
                asks("child", "name", required=False),
                asks("birthday", "date", required=False),
                filled("unit", "unit"),
                filled("days", "whole"),
            ),
        ),
        routing=(RoutingRule("named", "field:unit"), RoutingRule("rest", "kind:county_office")),
    ),
    registers=(ITEM,),
)
CLERK = somebody("chen", "clerk@office")
CODES: Mapping[str, Mapping[str, Facts]] = {"item": {"birth": {}, "card": {}, "old": {}}}


def scene(case: Case | None, name: str, answers: Mapping[str, object], **more: object) -> Scene:
    below = rows_below(PRACTICE, case, PRACTICE.kinds["bundle"].steps[name], answers, {})
    return Scene(COUNTY, MONDAY, entries=CODES, rows=below.among(ROWS, {}), **more)  # type: ignore[arg-type]


def applied(*first: str, later: tuple[str, ...] = ()) -> Decided:
    answers = {"child": "田小禾", "birthday": "2026-09-01", "first": first, "later": later}
    opening = Opening("root", "26-1", "a", "bundle", "office", "330899", "web")
    found = decide(PRACTICE, None, Command("apply", answers, opening), CLERK, scene(None, "apply", answers))
    assert isinstance(found, Decided), found
    return found


def test_each_code_opens_one_subcase_with_the_unit_and_the_days_of_its_own_row() -> None:
    _, *parts = applied("birth", "card").cases
    assert [(case.number, case.holder, case.facts["item"], case.facts["days"]) for case in parts] == [
        ("26-1-01", "housing", "birth", 1),
        ("26-1-02", "urban", "card", 3),
    ]


def test_no_code_opens_nothing_and_is_no_fault() -> None:
    assert len(applied().cases) == 1


def test_an_entry_whose_unit_has_ended_goes_to_whom_the_next_rule_finds() -> None:
    _, part = applied("old").cases
    assert part.holder == "office"


def test_a_name_is_kept_as_identity_of_the_subcase_and_is_no_fact_of_it() -> None:
    _, part = applied("birth").events
    assert dict(part.identity) == {"child": "田小禾"}
    assert part.facts["birthday"] == "2026-09-01"


def test_each_part_is_told_what_the_step_says_beside_its_code() -> None:
    opens = OpenSubcases(
        "part", carry=("child",), codes="first", named="item", says=(("birthday", "2026-09-02"),)
    )
    apply = replace(BUNDLE.steps["apply"], follows=(opens,))
    told = replace(BUNDLE, steps={**BUNDLE.steps, "apply": apply})
    practice = replace(PRACTICE, kinds={**PRACTICE.kinds, "bundle": told})
    answers = {"child": "田小禾", "birthday": "2026-09-01", "first": ("birth", "card")}
    opening = Opening("root", "26-1", "a", "bundle", "office", "330899", "web")
    begun = decide(practice, None, Command("apply", answers, opening), CLERK, scene(None, "apply", answers))
    assert isinstance(begun, Decided), begun
    parts = [event for event in begun.events if event.opened is not None and event.opened.parent]
    assert [part.facts["birthday"] for part in parts] == ["2026-09-02", "2026-09-02"]


def test_a_later_wave_gets_the_name_that_the_case_keeps_beside_the_ledger() -> None:
    begun = applied("birth", later=("card",))
    bundle, go_on = begun.cases[0], PRACTICE.kinds["bundle"].steps["go_on"]
    assert handed_on(bundle, go_on, {}) == {"child"}
    kept = latest(begun.events[:1], handed_on(bundle, go_on, {}))
    found = decide(PRACTICE, bundle, Command("go_on"), SYSTEM, scene(bundle, "go_on", {}, kept=kept))
    assert isinstance(found, Decided), found
    own, part = found.events
    assert (dict(own.identity), dict(part.identity)) == ({}, {"child": "田小禾"})
    assert found.cases[1].holder == "urban"


def test_two_waves_that_a_late_sweep_opens_at_once_each_get_what_they_need() -> None:
    waves = kind(
        "bundle",
        "open done!",
        step("apply", "", "open", "clerk@home", form="apply"),
        step(
            "one", "open", "", "@system", OpenSubcases("part", carry=("child",), codes="first", named="item"), at_most=1
        ),
        step("two", "open", "", "@system", OpenSubcases("part", carry=CARRY, codes="later", named="item"), at_most=1),
        step("end", "open", "done", "clerk@home", Settle("done")),
        clock("first", "open", "1 hours", ("due", "one"), ("2 hours", "two")),
    )  # fmt: skip
    practice = replace(PRACTICE, kinds={**PRACTICE.kinds, "bundle": waves})
    answers = {"child": "田小禾", "birthday": "2026-09-01", "first": ("birth",), "later": ("card",)}
    opening = Opening("root", "26-1", "a", "bundle", "office", "330899", "web")
    begun = decide(
        practice, None, Command("apply", answers, opening), CLERK, Scene(COUNTY, MONDAY, entries=CODES)
    )
    assert isinstance(begun, Decided), begun
    asked: list[str] = []

    def prepare(scene: Scene, case: Case, step: Step) -> Scene:
        asked.append(step.id)
        below = rows_below(practice, case, step, {}, {})
        kept = latest(begun.events, handed_on(case, step, {}))
        return replace(scene, rows=below.among(ROWS, {}), kept=kept)

    late = Scene(COUNTY, MONDAY + timedelta(days=1), entries=CODES)
    climbed = climb(practice, begun.cases[0], late, prepare)
    assert climbed is not None
    parts = [event for event in climbed.events if event.opened is not None]
    assert asked == ["one", "two"]
    assert [part.facts["item"] for part in parts] == ["birth", "card"]
    assert [dict(part.identity) for part in parts] == [{"child": "田小禾"}] * 2
    assert [case.holder for case in climbed.cases if case.parent] == ["housing", "urban"]


def test_what_was_erased_meanwhile_is_not_handed_on() -> None:
    bundle = applied("birth", later=("card",)).cases[0]
    found = decide(PRACTICE, bundle, Command("go_on"), SYSTEM, scene(bundle, "go_on", {}))
    assert isinstance(found, Decided), found
    assert dict(found.events[1].identity) == {}


def test_each_office_gets_only_what_its_own_row_says_it_needs() -> None:
    needed = cel('subject.unit == "housing"')
    sparing = form(
        "part",
        asks("item", "entry", of=("item",)),
        filled("unit", "unit"),
        asks("child", "name", required=False, when=needed),
        asks("birthday", "date", required=False),
    )
    told = replace(PRACTICE, forms={**PRACTICE.forms, "part": sparing})
    answers = {"child": "田小禾", "birthday": "2026-09-01", "first": ("birth", "card")}
    opening = Opening("root", "26-1", "a", "bundle", "office", "330899", "web")
    found = decide(told, None, Command("apply", answers, opening), CLERK, scene(None, "apply", answers))
    assert isinstance(found, Decided), found
    assert [dict(event.identity) for event in found.events[1:]] == [{"child": "田小禾"}, {}]
