"""The figures of a portfolio as the reports tell them: 78 projects in six counties, 61 of them started, 120 billion yuan."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import cast

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.disclosure.counting import counted_of
from tongban.apps.disclosure.ranking import ranks
from tongban.kernel.commands import ActorKind
from tongban.kernel.indicator import Tally
from tongban.kernel.procedure.seen import Seen
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind, bind_indicators
from tongban.library.counties import scenario_county
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, By, Ground, Opens

COUNTIES = ("town_a", "town_b", "housing", "urban", "water", "education")  # six units stand for six counties
BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ALL = 12_000_000  # ten-thousand yuan


def by(role: str, unit: str) -> By:
    return By(ActorKind.PERSON, f"{role}@{unit}", role, unit)


def test_61_of_78_projects_are_started_and_the_money_of_all_of_them_is_the_total() -> None:
    practice = practice_in(ROOT / "practices" / "project_portfolio")
    procedure, county = bind(practice, {}), scenario_county(calendar())
    assert not isinstance(procedure, Refused)
    story = Rehearsal(Ground(practice, {}, procedure, county, BEGINS))

    def take(case: str, step: str, who: By, **answers: object) -> None:
        done = story.step(Act(case, step, who, BEGINS, answers))
        assert done.refused is None, (case, step, done.refused)

    plan = {"title": "诗画风光带", "aim": "连成一片", "year": 2026, "total": ALL, "lead": "traffic"}
    opens = Opens("portfolio", "county_office", "330899", "office")
    draft = Act("all", "draft", by("handler", "county_office"), BEGINS, {**plan, "last_day": "2026-12-31"})
    assert story.open(draft, opens).refused is None
    take("all", "approve", by("leader", "county_office"), approval_document="纪要")
    days = {"start_day": "2026-04-30", "finish_day": "2026-11-30"}
    for n, unit in enumerate(COUNTIES, 1):
        lead = by("leader", unit)
        take("all", "give_share", by("leader", "traffic"), county=[unit], share_money=ALL // 6)
        take(f"all/{n}", "sign", lead)
        for m in range(1, 14):
            money = ALL // 6 - 12 * 150_000 if m == 13 else 150_000
            take(f"all/{n}", "hand_out", lead, project_name=f"{m}", unit=["health"], plan_money=money, **days)
            if (n - 1) * 13 + m > 61:
                continue
            project = f"all/{n}/{m}"
            take(project, "sign", by("handler", "health"))
            take(project, "start", by("handler", "health"), permit=f"330822-{n}-{m}", started_on="2026-03-02")
            take(
                project,
                "confirm_start",
                by("leader", "county_office"),
                seen_on="2026-03-02",
                seen="现场在打桩。",
            )

    projects = [case for case in story.cases.values() if case.kind == "project"]
    assert sum(cast(int, case.facts["plan_money"]) for case in projects) == ALL
    indicators = bind_indicators(practice, procedure.settings)
    assert not isinstance(indicators, Refused)
    total = Tally()
    for case in projects:
        total.add(counted_of(indicators["started_share"], Seen(procedure, county, case)))
    assert (total.numerator, total.denominator, total.excluded) == (61, 78, {})
    assert f"{100 * total.numerator / total.denominator:.1f}" == "78.2"
    assert Counter(case.kind for case in story.cases.values()) == {"portfolio": 1, "share": 6, "project": 78}
    few = {unit: Tally(10, 13) for unit in COUNTIES}
    assert not any(ranks(indicators["started_share"], few).values())  # thirteen projects rank no county
