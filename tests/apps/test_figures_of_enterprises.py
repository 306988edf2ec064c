"""The figures that the reports give of enterprises, as the product's own tables and indicators add them up from told cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest

from scenario_ground import ROOT, calendar, ground, practice_in, told
from tongban.apps.acting import Acting
from tongban.apps.disclosure.counting import tallied
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind, bind_indicators
from tongban.library.counties import scenario_county
from tongban.library.story.brought import read_brought
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, By, Ground, Opens

BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SERVICES = ("审批中介", "工业设计", "金融超市", "招工", "用地", "用电", "法律", "出口")
"""Eight, as the report counts them; it names the first three, the others are invented."""


@pytest.fixture
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_ground")
def test_by_august_taxes_and_fees_were_cut_by_1385_million_yuan_and_september_is_not_in_it() -> None:
    from openpyxl import load_workbook

    from tongban.apps.progress.month import MonthTable, month_table
    from tongban.apps.progress.month_sheet import month_sheet
    from tongban.apps.rungs import Apps
    from tongban.store.models import CaseRow

    folder = ROOT / "practices" / "policy_entitlement"
    assert told(folder, "13-the-figure-of-the-report.yaml", Apps) == []
    number = CaseRow.objects.get(practice="policy_entitlement", kind="policy").number
    head = Actor(ActorKind.PERSON, "leader@tax", posts=(Post("tax", "leader"),))
    acting = Acting(datetime(2026, 10, 8, 1, 0, tzinfo=UTC), head, language="en")

    def total(month: str) -> MonthTable:
        found = month_table(number, acting, month)
        assert isinstance(found, MonthTable), found
        return found

    august, september = total("2026-08"), total("2026-09")
    assert august.sums == ("Amount settled (yuan)",)
    assert august.total.sums[0].then == "1,385,000,000.00"
    assert august.total.reached.number == 8
    assert september.total.sums[0].then == "1,430,000,000.00"
    sheet = load_workbook(BytesIO(month_sheet(august, acting))).worksheets[0]
    assert 1_385_000_000 in [cell.value for row in sheet.iter_rows() for cell in row]


class Told:
    """A story of one practice on the kernel, with the rows of brought registers; a step that is refused is a fault."""

    def __init__(self, name: str, **brought: list[dict[str, object]]) -> None:
        practice, self.county = practice_in(ROOT / "practices" / name), scenario_county(calendar())
        procedure = bind(practice, {})
        assert not isinstance(procedure, Refused)
        indicators = bind_indicators(practice, procedure.settings)
        assert not isinstance(indicators, Refused)
        rows = read_brought(procedure.registers, brought, self.county, date(2026, 3, 2))
        assert not isinstance(rows, Refused)
        self.procedure, self.indicators = procedure, indicators
        self.story = Rehearsal(Ground(practice, {}, procedure, self.county, BEGINS, rows))

    def open(self, case: str, step: str, who: By, kind: str, home: str, **answers: object) -> None:
        done = self.story.open(Act(case, step, who, BEGINS, answers), Opens(kind, home, "330899", "office"))
        assert done.refused is None, (case, done.refused)

    def take(self, case: str, step: str, who: By, **answers: object) -> None:
        done = self.story.step(Act(case, step, who, BEGINS, answers))
        assert done.refused is None, (case, step, done.refused)

    def parts(self, indicator: str, by: str) -> dict[str, Tally]:
        found: dict[str, dict[str, dict[str, Tally]]] = {}
        cases, wanted = self.story.cases.values(), {indicator: self.indicators[indicator]}
        start, end = BEGINS - timedelta(days=1), BEGINS + timedelta(days=30)
        tallied(cases, lambda _: self.procedure, self.county, wanted, start, end, found)
        return found[indicator][by]


def person(role: str, unit: str) -> By:
    return By(ActorKind.PERSON, f"{role}@{unit}", role, unit)


def test_eight_services_of_one_centre_are_eight_parts_of_one_figure() -> None:
    services = [
        {"service": f"s{n}", "title": each, "service_unit": "housing"} for n, each in enumerate(SERVICES)
    ]
    centre = Told("enterprise_service", service=list(services))
    for n in range(len(SERVICES)):
        case = f"c{n}"
        asked = {"enterprise_name": "一家厂", "service": f"s{n}", "body": "请办。", "phone": "13800000001"}
        centre.open(case, "tell", By(ActorKind.REQUESTER), "problem", "hall", **asked)
        centre.take(case, "assign", person("handler", "hall"), lead="housing", title="请办")
        if n == 7:
            continue  # still at work
        centre.take(case, "say_how", person("handler", "housing"), how="今天办。")
        centre.take(
            case, "report_result", person("handler", "housing"), outcome="resolved", result="办好了。"
        )
        centre.take(case, "pass_on", person("inspector", "hall"), inspected="问过。")
        centre.take(case, "feed_back", person("handler", "hall"))
        answer = Act(case, "rate", By(ActorKind.REQUESTER, owns=True), BEGINS, {"solved": "yes"})
        assert centre.story.step(answer).refused is None
    found = centre.parts("closed_share", "service")
    assert {name: (each.numerator, each.denominator) for name, each in found.items()} == {
        f"s{n}": (int(n < 7), 1) for n in range(8)
    }


def test_25_enterprises_expand_by_23_billion_yuan() -> None:
    """A second phase is a project: one of each enterprise, its money in units of ten thousand yuan."""
    total = 2_300_000
    all_of_it = Told("project_portfolio")
    office, lead = person("handler", "county_office"), person("leader", "labour")
    plan = {"title": "二期", "aim": "家家扩建。", "year": 2026, "total": total, "lead": "labour"}
    all_of_it.open("all", "draft", office, "portfolio", "county_office", **plan, last_day="2026-12-31")
    all_of_it.take("all", "approve", person("leader", "county_office"), approval_document="纪要")
    all_of_it.take("all", "give_share", lead, county=["town_a"], share_money=total)
    town = person("leader", "town_a")
    all_of_it.take("all/1", "sign", town)
    days = {"start_day": "2026-04-30", "finish_day": "2026-11-30"}
    for n in range(1, 26):
        project = {"project_name": f"第{n}家二期", "unit": ["housing"], "plan_money": total // 25}
        all_of_it.take("all/1", "hand_out", town, **project, **days)
        if n == 25:
            continue  # planned, not yet begun
        at, who = f"all/1/{n}", person("handler", "housing")
        all_of_it.take(at, "sign", who)
        all_of_it.take(at, "start", who, permit=f"330822-{n}", started_on="2026-03-02")
        seen = {"seen_on": "2026-03-02", "seen": "现场在打桩。"}
        all_of_it.take(at, "confirm_start", person("leader", "county_office"), **seen)
    projects = [case for case in all_of_it.story.cases.values() if case.kind == "project"]
    money = sum(cast(int, case.facts["plan_money"]) for case in projects)
    assert (len(projects), money, money // len(projects)) == (25, 2_300_000, 92_000)
