"""Subcases from rows: a table is taken whole or not at all, and what is asked of all below is counted, not remembered."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace
from procedure_builder import asks, branch, choice, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Opening, Scene, Subcases
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Settle
from tongban.kernel.procedure.rows import MOST, MOST_TOLD, keys_of
from tongban.kernel.procedure.tallies import counted, named, named_at
from tongban.kernel.refusal import Refused

ROWS = OpenSubcases("home", carry=("year",), rows=True, holder="team", key=("house", "flat"))
CAMPAIGN = kind(
    "campaign",
    "drafted signing lapsed! moving!",
    step("draft", "", "drafted", "leader@home", form="draft"),
    step("list_homes", "drafted", "", "leader@holder", ROWS, form="source"),
    step("begin", "drafted", "signing", "leader@holder"),
    step(
        "take_stock",
        "signing",
        (
            branch(
                "moving", "subcases.took.sign * 100 >= 80 * subcases.of.home", Settle("effective")
            ),
            branch("lapsed", "", Settle("lapsed")),
        ),
        "leader@holder",
    ),
)  # fmt: skip
HOME = kind(
    "home",
    "listed signed!",
    step("list_home", "", "listed", "@system", form="home"),
    step("sign", "listed", "signed", "handler@holder", Settle("signed")),
)
PRACTICE: Procedure = procedure(
    CAMPAIGN,
    HOME,
    forms=(
        form("draft", asks("year", "whole")),
        form("source", asks("register", "code")),
        form(
            "home",
            asks("house", "code"),
            asks("flat", "code"),
            asks("area", "whole", min=1),
            choice("level", "c", "d"),
            asks("team", "unit", required=False),
            asks("owner", "name"),
            asks("year", "whole"),
        ),
    ),
)
LEADER = somebody("chen", "leader@office")
ROW = {"house": "7", "flat": "101", "area": "8830", "level": "d", "owner": "田小禾"}


def campaign() -> Case:
    opening = Opening("root", "26-1", "a", "campaign", "office", "330899", "web")
    decided = decide(PRACTICE, None, Command("draft", {"year": 2026}, opening), LEADER, Scene(COUNTY, MONDAY))
    assert isinstance(decided, Decided), decided
    return decided.cases[0]


def listed(*rows: Mapping[str, object], scene: Scene | None = None) -> Decided | Refused:
    command = Command("list_homes", {"register": "R-1"}, rows=rows)
    return decide(PRACTICE, campaign(), command, LEADER, scene or Scene(COUNTY, MONDAY))


def faults(found: Decided | Refused) -> list[tuple[str, str]]:
    assert isinstance(found, Refused)
    return [(each.code, each.where) for each in found.all()]


def test_every_row_opens_a_subcase_with_the_unit_it_names_or_the_holder_itself() -> None:
    decided = listed({**ROW, "team": "town"}, {**ROW, "flat": "102"})
    assert isinstance(decided, Decided)
    assert [(case.number, case.holder) for case in decided.cases[1:]] == [
        ("26-1-01", "town"),
        ("26-1-02", "office"),
    ]
    assert decided.cases[1].facts["area"] == 8830
    assert decided.cases[1].facts["year"] == 2026


def test_nothing_of_a_row_is_kept_with_the_case_that_opens() -> None:
    decided = listed(ROW)
    assert isinstance(decided, Decided)
    parent, child = decided.events
    assert (parent.facts, dict(parent.content), dict(parent.identity)) == ({"register": "R-1"}, {}, {})
    assert dict(child.identity) == {"owner": "田小禾"}
    assert "owner" not in child.facts


def test_what_was_decided_from_rows_is_what_the_record_says() -> None:
    decided = listed(ROW, {**ROW, "flat": "102"})
    assert isinstance(decided, Decided)
    assert evolve(campaign(), decided.events[0]) == decided.cases[0]
    assert [evolve(None, event) for event in decided.events[1:]] == list(decided.cases[1:])


def test_every_fault_of_every_row_is_told_with_its_row_and_nothing_is_opened() -> None:
    found = listed(ROW, {**ROW, "flat": "", "area": "0"}, {**ROW, "flat": "103", "level": "e", "rooms": "3"})
    assert faults(found) == [
        ("form.required", "rows/1/flat"),
        ("form.too_small", "rows/1/area"),
        ("form.unknown_field", "rows/2/rooms"),
        ("form.not_a_choice", "rows/2/level"),
    ]


def test_a_row_that_names_what_is_not_registered_is_refused_there() -> None:
    assert faults(listed({**ROW, "team": "nowhere"})) == [("form.unknown_unit", "rows/0/team")]


def test_the_same_key_twice_in_a_table_is_refused_at_the_second() -> None:
    found = listed(ROW, {**ROW, "flat": "102"}, dict(ROW))
    assert faults(found) == [("table.twice", "rows/2/house")]
    assert isinstance(found, Refused)
    assert found.facts == {"key": "7 101", "other": 1}


def test_a_key_that_a_subcase_has_already_is_refused() -> None:
    decided = listed(ROW)
    assert isinstance(decided, Decided)
    keyed = keys_of(CAMPAIGN.steps["list_homes"], decided.cases[1:])
    again = listed(ROW, {**ROW, "flat": "102"}, scene=Scene(COUNTY, MONDAY, keyed=keyed))
    assert faults(again) == [("table.there_already", "rows/0/house")]


def test_what_is_carried_is_not_said_again_in_a_row() -> None:
    assert faults(listed({**ROW, "year": 1999})) == [("table.carried", "rows/0/year")]


def test_a_table_without_rows_or_with_too_many_is_refused() -> None:
    assert faults(listed()) == [("table.none", "rows")]
    assert faults(listed(*([ROW] * (MOST + 1)))) == [("table.too_many", "rows")]


def test_of_very_many_faults_a_hundred_are_told_and_the_rest_is_counted() -> None:
    found = listed(*({**ROW, "flat": str(n), "level": "e"} for n in range(MOST_TOLD + 7)))
    assert isinstance(found, Refused)
    assert len(found.all()) == MOST_TOLD + 1
    assert (found.all()[-1].code, found.all()[-1].facts) == ("table.more_faults", {"n": 7})


def test_a_step_that_opens_nothing_from_rows_takes_none() -> None:
    command = Command("begin", rows=(ROW,))
    assert faults(decide(PRACTICE, campaign(), command, LEADER, Scene(COUNTY, MONDAY))) == [
        ("table.not_asked", "rows")
    ]


def test_a_unit_that_the_matter_is_about_gets_no_row() -> None:
    about = replace(campaign(), recused=("town",))
    command = Command("list_homes", {"register": "R-1"}, rows=(ROW, {**ROW, "flat": "102", "team": "town"}))
    opened = decide(PRACTICE, about, command, LEADER, Scene(COUNTY, MONDAY))
    assert isinstance(opened, Decided)  # the subcase has its own mind of whom it is about


@pytest.mark.parametrize(("signed", "stage"), [(79, "lapsed"), (80, "moving")])
def test_a_threshold_is_decided_by_how_many_subcases_took_the_step(signed: int, stage: str) -> None:
    begun = decide(PRACTICE, campaign(), Command("begin"), LEADER, Scene(COUNTY, MONDAY))
    assert isinstance(begun, Decided)
    tallies = {"took.sign": signed, "of.home": 100}
    scene = Scene(COUNTY, MONDAY, subcases=Subcases(100, 100 - signed, tallies))
    decided = decide(PRACTICE, begun.cases[0], Command("take_stock"), LEADER, scene)
    assert isinstance(decided, Decided)
    assert decided.cases[0].stage == stage


def test_a_threshold_that_nobody_counted_is_no_zero() -> None:
    begun = decide(PRACTICE, campaign(), Command("begin"), LEADER, Scene(COUNTY, MONDAY))
    assert isinstance(begun, Decided)
    scene = Scene(COUNTY, MONDAY, subcases=Subcases(3, 1))
    assert faults(decide(PRACTICE, begun.cases[0], Command("take_stock"), LEADER, scene)) == [
        ("step.not_counted", "")
    ]


def test_only_the_step_that_names_a_tally_asks_for_it() -> None:
    assert named(CAMPAIGN.steps["take_stock"]) == {"took.sign", "of.home"}
    assert named(CAMPAIGN.steps["begin"]) == frozenset()
    assert named_at(CAMPAIGN, "drafted") == frozenset()
    assert named_at(CAMPAIGN, "signing") == {"took.sign", "of.home"}


def test_tallies_of_cases_in_memory_are_counted_from_what_they_say() -> None:
    decided = listed(ROW, {**ROW, "flat": "102"})
    assert isinstance(decided, Decided)
    first, second = decided.cases[1:]
    first = replace(first, counts={"sign": 2}, facts={**first.facts, "agrees": True})
    second = replace(second, facts={**second.facts, "agrees": False})
    asked = ("of.home", "of.shop", "took.sign", "said.agrees")
    assert counted(asked, (first, second)) == {
        "of.home": 2, "of.shop": 0, "took.sign": 1, "said.agrees": 1,
    }  # fmt: skip
