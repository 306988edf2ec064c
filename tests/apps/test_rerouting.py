"""What a draft of rules, settings or duty lists would have done with last year's cases, before it is in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from msgspec.structs import replace

from desk_ground import DRAINS, Desk
from desk_ground import county as county
from desk_ground import desk as desk
from desk_ground import sent_queries as sent_queries
from scenario_ground import ROOT
from tongban.apps.adoption.preview import Preview, preview
from tongban.apps.dispatch.rerouted_words import Way, worded
from tongban.apps.dispatch.rerouting import Draft, Rerouted, rerouted
from tongban.apps.office import office
from tongban.apps.registry.loading import CountyPlan, plan_county
from tongban.cli.importing import plan
from tongban.cli.words import Voice
from tongban.demo.script import county_folder
from tongban.kernel.county import Duty, DutyKind
from tongban.kernel.expression import Kind, compile_expression
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.reading import read_practice
from tongban.store.models import CaseRow, DutyRow
from tongban.store.registers import stamp

pytestmark = [pytest.mark.database, pytest.mark.django_db]
OTHER = "housing"
AT_OTHER = "gonghongwei"


@cache
def drains(take: str = f"unit:{OTHER}", *, guarded: bool = True) -> RoutingRule:
    """A rule that takes what is about blocked drains."""
    names = {"given.about_unit": Kind.flag, "facts.category": Kind.text}
    guard = "!given.about_unit && " if guarded else ""
    when = compile_expression(f'{guard}facts.category == "{DRAINS}"', names, Kind.flag)
    assert not isinstance(when, Refused)
    return RoutingRule("drains", take, when)


def compared(*rules: RoutingRule, most: int = 0, settings: Facts | None = None, **registers: Any) -> Rerouted:
    """The hotline's cases sent by what is in force and by a draft: rules put before the others, or other registers."""
    here, now = office(), datetime.now(UTC)
    present = here.procedure(here.adopted("hotline", now) or "")
    draft = replace(
        present, routing=(*rules, *present.routing), settings={**present.settings, **(settings or {})}
    )
    county = replace(here.county, **registers) if registers else here.county
    return rerouted(here, "hotline", Draft(present, here.county), Draft(draft, county), now, most)


def answered(desk: Desk, number: str, login: str | None = None) -> str:
    """The unit takes the case and settles it."""
    handler = login or desk.handler
    desk.step(number, "sign", handler)
    desk.step(number, "contact", handler, contact_way="phone")
    desk.step(number, "reply", handler, outcome="resolved", result="已经疏通。", basis="现场查看")
    desk.step(number, "approve", desk.reviewer)
    return desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)


def test_a_rule_more_sends_elsewhere_what_it_takes_and_nothing_else(desk: Desk) -> None:
    desk.dispatched()
    desk.dispatched(category="01.05.01")
    found = compared(drains())
    assert (found.cases, found.compared, found.moved) == (2, 2, 1)
    (move,) = found.moves
    assert (move.before.unit, move.after.unit, move.after.rule) == (Desk.unit, OTHER, "drains")
    assert move.before.duty.startswith(Desk.unit)
    assert {each.unit: each.after - each.before for each in found.loads} == {Desk.unit: -1, OTHER: 1}


def test_the_same_rules_look_at_no_case_and_say_so(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    desk.dispatched()
    found: list[Rerouted] = []
    queries = sent_queries(lambda: found.append(compared(settings={"help_limit": "3 working_days"})))
    assert found[0].same and not found[0].moved
    assert not any("store_case" in each for each in queries)


def test_a_case_that_left_the_unit_that_settled_it_is_told_as_worse(desk: Desk) -> None:
    answered(desk, desk.dispatched())
    found = compared(drains())
    assert (found.moved, found.moved_settled, found.better, found.worse) == (1, 1, 0, 1)
    assert (found.settled, found.right_before, found.right_after) == (1, 1, 0)


def test_a_case_that_the_draft_sends_where_it_was_settled_in_the_end_is_told_as_better(desk: Desk) -> None:
    number = desk.dispatched()
    desk.step(number, "redirect", desk.dispatcher, unit=OTHER, dispatch_reason="小区里的管网")
    answered(desk, number, AT_OTHER)
    found = compared(drains())
    assert (found.moved, found.better, found.worse) == (1, 1, 0)
    assert (found.right_before, found.right_after) == (0, 1)


def test_a_case_that_was_never_sent_or_sent_by_hand_is_counted_as_such(desk: Desk) -> None:
    desk.register()
    desk.step(desk.register(), "dispatch_to", desk.dispatcher, unit=OTHER, dispatch_reason="商定由住建办")
    found = compared(drains())
    assert (found.cases, found.compared, found.by_hand) == (2, 1, 1)
    assert found.left == (("not_sent", 1),)


def test_what_was_said_at_the_dispatch_counts_and_not_what_was_put_right_later(desk: Desk) -> None:
    number = desk.dispatched()
    desk.step(
        number, "redirect", desk.dispatcher, unit=OTHER, category="01.05.01", dispatch_reason="其实是路灯"
    )
    assert compared(drains()).moved == 1


def test_a_draft_rule_never_sends_a_matter_to_whom_it_is_about(desk: Desk) -> None:
    desk.dispatched(about_unit=OTHER)
    found = compared(drains(guarded=False))
    assert (found.moved, found.passed, found.newly_passed) == (0, (0, 1), 1)
    assert len(found.passed_examples) == 1


def test_a_draft_rule_never_gives_a_township_what_the_county_took_back(desk: Desk) -> None:
    taken = next(each for each in office().county.duties if each.kind is DutyKind.TAKEN_BACK)
    category = next(code for code in sorted(office().county.categories) if taken.match(code))
    desk.dispatched(category=category)
    found = compared(RoutingRule("down", f"unit:{taken.unit}"))
    assert (found.moved, found.newly_passed) == (0, 1)


def without(unit: str, category: str) -> tuple[Duty, ...]:
    return tuple(each for each in office().county.duties if each.unit != unit or not each.match(category))


def test_what_no_duty_list_names_any_more_falls_to_the_last_resort(desk: Desk) -> None:
    desk.dispatched()
    found = compared(duties=without(Desk.unit, DRAINS))
    assert found.moved == 1 and found.last == (0, 1) and found.nobody == (0, 0)
    assert found.moves[0].after.unit == "government-office"


def test_a_list_that_takes_a_matter_back_says_which_open_cases_are_with_who_may_not_have_them(
    desk: Desk,
) -> None:
    here = office()
    town = next(each for each in here.county.units.values() if each.level.value == "township")
    desk.step(desk.register(), "dispatch_to", desk.dispatcher, unit=town.id, dispatch_reason="镇里自己的")
    back = Duty(town.id, "back", DutyKind.TAKEN_BACK, (DRAINS,))
    found = compared(duties=(*here.county.duties, back))
    assert (found.lists_differ, found.barred, found.barred_open) == (True, 1, 1)
    assert len(found.barred_examples) == 1


def test_a_category_that_the_new_scheme_lacks_is_not_compared(desk: Desk) -> None:
    desk.dispatched()
    found = compared(categories=office().county.categories - {DRAINS})
    assert found.left == (("category_gone", 1),) and found.compared == 0


def test_a_rule_that_asks_what_is_not_known_any_more_compares_nothing_and_says_so(desk: Desk) -> None:
    desk.dispatched()
    when = compile_expression("case.late", {"case.late": Kind.flag}, Kind.flag)
    assert not isinstance(when, Refused)
    assert compared(RoutingRule("late", f"unit:{OTHER}", when)).left == (("unknowable", 1),)


def test_cases_of_more_than_a_year_ago_are_left_out_and_of_many_the_newest_are_asked(desk: Desk) -> None:
    numbers = [desk.dispatched() for _ in range(3)]
    old = datetime.now(UTC) - timedelta(days=400)
    CaseRow.objects.filter(number=numbers[0]).update(opened_at=old)
    assert compared(drains()).cases == 2
    newest = compared(drains(), most=1)
    assert (newest.cases, newest.newest_only) == (1, True)
    assert newest.moves[0].examples[0][2] == numbers[2]


def test_a_set_of_cases_costs_three_queries(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    for _ in range(3):
        desk.dispatched()
    compared(drains())
    queries = [
        each
        for each in sent_queries(lambda: compared(drains()))
        if "store_case" in each or "store_event" in each
    ]
    assert len(queries) == 3, queries


def test_only_cases_that_the_reader_may_see_are_named(desk: Desk) -> None:
    desk.dispatched()
    here, found = office(), compared(drains())
    way = Way(here.practice(here.adopted("hotline", datetime.now(UTC)) or ""), here.names)
    mine, others = (
        worded(here, found, way, way, desk.acting(login)) for login in (desk.clerk, desk.other_handler)
    )
    assert len(mine.moves[0].examples) == 1
    assert others.moves[0].examples == () and others.moves[0].cases == 1


def test_asking_what_a_folder_would_change_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    copytree(county_folder(), folder)
    duties = folder / "duties.yaml"
    text = duties.read_text(encoding="utf-8")
    duties.write_text(text.replace("code: urban-enforcement-01", "code: urban-enforcement-91", 1), "utf-8")
    assert duties.read_text(encoding="utf-8") != text
    before, rows = stamp("330822"), set(DutyRow.objects.values_list("unit", "code"))
    plan = plan_county(folder)
    assert isinstance(plan, CountyPlan), plan
    assert [each.code for each in plan.added] == ["urban-enforcement-91"]
    assert [each.code for each in plan.gone] == ["urban-enforcement-01"]
    assert {each.code for each in plan.county.duties} >= {"urban-enforcement-91"}
    assert (stamp("330822"), set(DutyRow.objects.values_list("unit", "code"))) == (before, rows)
    same = plan_county(county_folder())
    assert isinstance(same, CountyPlan) and same.loaded.changed == 0 and not same.added


def test_the_shell_says_what_other_duty_lists_would_do_before_they_are_loaded(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.dispatched()
    folder = copytree(county_folder(), tmp_path / "county")
    duties = folder / "duties.yaml"
    text = duties.read_text(encoding="utf-8")
    duties.write_text(text.replace("code: urban-enforcement-01", "code: urban-enforcement-91"), "utf-8")
    assert plan(Voice("en"), folder) == 0
    told = capsys.readouterr().out
    assert "nothing was written" in told and "urban-enforcement-91 (leads)" in told
    assert "\nHotline appeals\n" in told
    assert "No case would go elsewhere." in told and "1 stay with their unit, for another reason." in told


def test_the_preview_of_a_folder_tells_promises_and_dispatch(desk: Desk, tmp_path: Path) -> None:
    desk.dispatched()
    folder = copytree(ROOT / "practices" / "hotline", tmp_path / "hotline")
    rule = f'- {{id: drains, when: \'facts.category == "{DRAINS}"\', take: "unit:{OTHER}"}}\n'
    routing = folder / "routing.yaml"
    routing.write_text(rule + routing.read_text(encoding="utf-8"), encoding="utf-8")
    draft = read_practice(folder)
    assert not isinstance(draft, Refused)
    seen = preview("hotline", {}, datetime.now(UTC), folder=draft)
    assert isinstance(seen, Preview)
    assert seen.routing.moved == 1 and seen.ways[1].digest == draft.digest
