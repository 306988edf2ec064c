"""A portfolio with two projects and three milestones, told on days that a test names: what a plan and a monthly table are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from desk_ground import ROOT, Desk
from tongban.kernel.clock import LOCAL

HOME, LEAD, ROADS, HOUSES = "county-government", "transport", "tianma", "housing"
SEEN = {"seen_on": "2026-08-20", "seen": "现场在打桩，编号对得上。"}


def at(day: str) -> datetime:
    """Ten in the morning of a local day."""
    return datetime.fromisoformat(day).replace(hour=10, tzinfo=LOCAL)


class Portfolio:
    """Steps by anybody at a unit, at a moment; the moments must go on."""

    def __init__(self, desk: Desk) -> None:
        from tongban.apps.acting import Acting
        from tongban.apps.adoption.adopting import adopt
        from tongban.kernel.commands import SYSTEM
        from tongban.kernel.refusal import Refused

        self.desk = desk
        done = adopt(ROOT / "practices" / "project_portfolio", {}, (HOME,), Acting(at("2026-01-05"), SYSTEM))
        assert not isinstance(done, Refused), done
        self.number = self.open()

    def acting(self, unit: str, role: str, day: str, person: str = "") -> Any:
        from tongban.kernel.commands import Post

        acting = self.desk.acting("zengjiayi")
        actor = replace(acting.actor, person=person or f"{role} of {unit}", posts=(Post(unit, role),))
        return replace(acting, now=at(day), actor=actor)

    def open(self) -> str:
        from tongban.apps.casework.take import open_case
        from tongban.apps.casework.views import Taken

        draft = {
            "title": "乡村风景道",
            "aim": "旧路连成一条路。",
            "year": 2026,
            "total": 6000,
            "lead": LEAD,
            "last_day": "2026-12-31",
        }
        taken = open_case("project_portfolio", draft, self.acting(HOME, "handler", "2026-08-03"))
        assert isinstance(taken, Taken), taken
        self.number = taken.number
        self.step("", "approve", HOME, "leader", "2026-08-04", approval_document="纪要3号")
        days = {"start_day": "2026-08-20", "finish_day": "2026-12-20"}
        for name, unit, money in (("旧路拓宽", ROADS, 4000), ("停车场", HOUSES, 2000)):
            plan = {"project_name": name, "unit": [unit], "plan_money": money, **days}
            self.step("", "hand_out", LEAD, "leader", "2026-08-05", **plan)
        for part, unit in (("-01", ROADS), ("-02", HOUSES)):
            self.step(part, "sign", unit, "handler", "2026-08-06")
        for name, day, money in (("路基完成", "2026-10-10", 2000), ("路面完成", "2026-10-30", 1600)):
            self.milestone("-01", ROADS, name, day, money)
        self.milestone("-02", HOUSES, "场地平整", "2026-10-20", 500)
        for part, unit in (("-01", ROADS), ("-02", HOUSES)):
            started = {"permit": "3308222026001", "started_on": "2026-08-18"}
            self.step(part, "start", unit, "handler", "2026-08-19", **started)
            self.step(part, "confirm_start", HOME, "leader", "2026-08-21", **SEEN)
        return self.number

    def milestone(self, part: str, unit: str, name: str, day: str, money: int) -> None:
        plan = {"milestone_name": name, "proof": "交验单", "planned_day": day, "planned_money": money}
        self.step(part, "plan_milestone", unit, "handler", "2026-08-07", **plan)

    def told(self) -> None:
        """October: one milestone said beforehand and moved, one reached, one late; in November a figure is corrected."""
        self.step(
            "-01-02", "warn", ROADS, "handler", "2026-10-12", wished_day="2026-11-20", warn_reason="雨多。"
        )
        self.step("-01-02", "agree_move", HOME, "handler", "2026-10-13", planned_day="2026-11-15")
        report = {"deed": "完成。", "evidence": "交验单6号", "spent": 1960}
        self.step("-01-01", "report", ROADS, "handler", "2026-10-09", **report)
        self.step("-01-01", "accept", HOME, "leader", "2026-10-10")
        right = {"corrected_spent": 1906, "correct_reason": "数字颠倒。", "correct_basis": "结算单11号"}
        self.step("-01-01", "correct", HOME, "handler", "2026-11-03", **right)
        self.step("-02-01", "report", HOUSES, "handler", "2026-11-05", **{**report, "spent": 480})
        self.step("-02-01", "accept", HOME, "leader", "2026-11-06")

    def step(self, part: str, step: str, unit: str, role: str, day: str, /, **answers: object) -> None:
        from tongban.apps.casework.take import take
        from tongban.apps.casework.views import Taken

        taken = take(self.number + part, step, answers, self.acting(unit, role, day))
        assert isinstance(taken, Taken), taken
