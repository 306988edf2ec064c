"""Units that end and divisions that are merged while cases are open: nothing is held by nobody, and nothing is written over."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_tree_pages import issued

from desk_ground import Desk, county, desk
from scenario_ground import forget
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.casework.worklist import Filter, worklist
from tongban.apps.office import office
from tongban.apps.registry.loading import CountyLoaded, CountyPlan, load_county, plan_county
from tongban.apps.registry.succession import pass_on
from tongban.demo.script import county_folder
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route
from tongban.store.rebuilding import rebuild

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

GONE, INTO = "tonggong", "baishi"
OLD, NEW = "330822211", "330822104"
WHY = "浙政函〔2026〕1号（演示）"


@pytest.fixture
def folder(tmp_path: Path, desk: Desk) -> Iterator[Path]:
    """The county's folder, to be changed. What is kept in memory by a stamp that is rolled back must not outlive a test."""
    forget()
    for name in ("divisions.csv", "units.yaml", "duties.yaml", "categories.yaml"):
        shutil.copy(county_folder() / name, tmp_path / name)
    yield tmp_path
    forget()


def without_unit(folder: Path, *, successor: str = INTO) -> None:
    """The township office is no more; with ``successor`` the file says who took over."""
    units = (folder / "units.yaml").read_text(encoding="utf-8")
    lines = [line for line in units.splitlines() if f"{{id: {GONE}," not in line]
    if successor:
        lines += ["", "ended:", f"  - {{unit: {GONE}, succeeded_by: {successor}, because: {WHY}}}"]
    (folder / "units.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    duties = (folder / "duties.yaml").read_text(encoding="utf-8")
    (folder / "duties.yaml").write_text(duties.replace(f"{GONE}, ", "", 1), encoding="utf-8")


def merge_divisions(folder: Path, *, successor: str = NEW) -> None:
    """The township's villages belong to another one from now on."""
    path = folder / "divisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["succeeded_by"] = successor if row["code"] == OLD else ""
        row["valid_to"] = "2026-11-01" if row["code"] == OLD else row["valid_to"]
        row["parent"] = NEW if row["parent"] == OLD else row["parent"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def load(folder: Path) -> CountyLoaded:
    found = load_county(folder)
    assert isinstance(found, CountyLoaded), found.all()
    return found


def case(number: str) -> Case:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case


def held(unit: str) -> list[str]:
    sql = "SELECT number FROM store_case WHERE county = %s AND holder = %s AND standing <> 'end' ORDER BY number"
    return [str(row[0]) for row in office().rows(sql, [office().county.code, unit])]


def test_a_unit_abolished_in_mid_directive_hands_its_order_on_with_clocks_number_and_history(
    desk: Desk, folder: Path
) -> None:
    issued(desk, "townships")
    (number,) = held(GONE)
    before = case(number)
    without_unit(folder)
    merge_divisions(folder)
    done = load(folder)
    assert [(each.name, each.successor, each.cases) for each in done.passing if each.cases] == [
        (GONE, INTO, 1)
    ]
    after = case(number)
    assert (after.holder, after.number, after.clocks) == (INTO, before.number, before.clocks)
    assert held(GONE) == []
    # Said in the ledger with its reason; the events of before stay, and the projection made anew is the same.
    events = [each.event() for each in office().journal.events(after.id)]
    assert [each.step for each in events][-1] == "succeeded"
    assert WHY in str(events[-1].follows)
    assert rebuild(office().journal, office().procedure) > 0
    assert case(number) == after
    # Whoever works at the successor goes on with it; whoever is left at the old office no more.
    refused = take(number, "sign", {}, desk.acting("fangzhengyi"))
    assert isinstance(refused, Refused) and refused.code == "authority.not_yours"
    assert isinstance(take(number, "sign", {}, desk.acting("zengweimin")), Taken)


def test_without_a_successor_nothing_of_the_file_is_loaded_and_the_open_cases_are_counted(
    desk: Desk, folder: Path
) -> None:
    issued(desk, "townships")
    without_unit(folder, successor="")
    merge_divisions(folder)
    for read in (plan_county(folder), load_county(folder)):
        assert isinstance(read, Refused)
        assert ("registry.gone_with_cases", GONE, 1) in [
            (each.code, each.facts.get("name"), each.facts.get("cases")) for each in read.all()
        ]
    forget()
    assert GONE in office().county.units
    assert len(held(GONE)) == 1


def test_the_dry_run_says_who_takes_over_how_many_and_changes_nothing(desk: Desk, folder: Path) -> None:
    issued(desk, "townships")
    without_unit(folder)
    merge_divisions(folder)
    plan = plan_county(folder)
    assert isinstance(plan, CountyPlan), plan.all()
    assert [(each.name, each.successor, each.cases) for each in plan.loaded.passing] == [(GONE, INTO, 1)]
    forget()
    assert len(held(GONE)) == 1 and GONE in office().county.units


def test_cases_in_a_merged_division_keep_their_code_and_are_found_under_the_new_one(
    desk: Desk, folder: Path
) -> None:
    number = desk.register(division=OLD)
    without_unit(folder)
    merge_divisions(folder, successor="")
    assert {each.code for each in refusal(folder).all()} == {"registry.gone_with_cases"}
    merge_divisions(folder)
    load(folder)
    assert case(number).division == OLD
    here = office()
    assert here.names.division(OLD, "zh-Hans") == "同弓乡"
    assert OLD not in here.county.divisions and here.county.division_now(OLD) == NEW
    assert tuple(here.county.division_chain(OLD))[:2] == (NEW, "330822")
    for wanted in (NEW, OLD):
        found = worklist(desk.acting(desk.dispatcher), Filter(division=wanted))
        assert [row.number.replace(" ", "") for row in found.rows] == [number]
    assert not worklist(desk.acting(desk.dispatcher), Filter(division="330822001")).rows
    # What happens there goes to the unit that is there now.
    near = (RoutingRule("near", "kind:township"),)
    assert getattr(route(near, here.county, "01", OLD, {}, desk.acting("liuzeyu").now), "unit", "") == INTO


def refusal(folder: Path) -> Refused:
    found = load_county(folder)
    assert isinstance(found, Refused)
    forget()
    return found


def test_the_receiving_unit_may_end_too_and_new_cases_are_received_by_its_successor(
    desk: Desk, folder: Path
) -> None:
    number = desk.signed()
    duties = (folder / "duties.yaml").read_text(encoding="utf-8")
    (folder / "duties.yaml").write_text(
        duties.replace("  hotline-centre:", "  county-government:"), encoding="utf-8"
    )
    units = (folder / "units.yaml").read_text(encoding="utf-8")
    lines = [line for line in units.splitlines() if "{id: hotline-centre," not in line]
    (folder / "units.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "registry.gone_with_cases" in {each.code for each in refusal(folder).all()}
    lines += ["ended:", f"  - {{unit: hotline-centre, succeeded_by: government-service, because: {WHY}}}"]
    (folder / "units.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(folder)
    assert case(number).home == "government-service"
    here = office()
    columns = here.rows(
        "SELECT home, holder FROM store_case WHERE county = %s AND number = %s", [here.county.code, number]
    )
    assert columns == [("government-service", desk.unit)]
    adoption = case(number).adoption
    assert office().homes(adoption) == ("government-service",)
    page = look(number, desk.acting(desk.handler))
    assert isinstance(page, CasePage)
    assert any(WHY in " ".join(line.follows) for line in page.story), page.story[-1]


def test_villages_merged_while_an_order_is_out_hand_it_on_by_the_table_of_divisions_alone(
    desk: Desk, folder: Path
) -> None:
    issued(desk, "villages")
    path = folder / "divisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first, second = [row["code"] for row in rows if row["parent"] == NEW][:2]
    (number,) = held(f"village-{first}")
    before, there = case(number), held(f"village-{second}")
    for row in rows:
        row["succeeded_by"] = second if row["code"] == first else ""
        row["valid_to"] = "2026-11-01" if row["code"] == first else row["valid_to"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    load(folder)
    assert held(f"village-{second}") == sorted([*there, number])
    assert held(f"village-{first}") == []
    assert case(number).clocks == before.clocks
    # What is to be ordered tomorrow reaches each village that is there, once.
    units = {unit.id for unit in office().county.directed[INTO]}
    assert f"village-{second}" in units and f"village-{first}" not in units


def test_passing_cases_on_a_second_time_does_nothing(desk: Desk, folder: Path) -> None:
    issued(desk, "townships")
    (number,) = held(GONE)
    without_unit(folder)
    merge_divisions(folder)
    load(folder)
    assert pass_on(office().journal, office().county) == 0
    assert case(number).counts["succeeded"] == 1
