"""Whatever anybody does with the money of a pool, in whatever order: it adds up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenario_ground import ROOT, calendar, practice_in
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, By, Ground, Opens

BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
POOL, ASIDE, APPROVED = 1_000, 600, 500
SIX = {
    "plan_unit": "county_office", "land_unit": "environment", "map_unit": "environment",
    "build_unit": "housing", "money_unit": "tax", "watch_unit": "labour",
}  # fmt: skip
MONEY = st.one_of(st.integers(0, 700), st.sampled_from([50, 100, 200, 250, 300, 500]))
UNIT, HOME, HEAD, TILL = (
    "handler@traffic",
    "handler@county_office",
    "leader@county_office",
    "treasurer@county_office",
)
MOVES = st.sampled_from(
    [
        ("claim", UNIT, "claimed"), ("pass", HOME, "passed"), ("send_back", HOME, ""), ("pay", TILL, "paid"),
        ("pay", f"{TILL}#2", "paid"), ("question", TILL, ""), ("bounce", TILL, "returned"), ("report_use", UNIT, "used"),
        ("accept_use", HEAD, ""), ("find_missed", HEAD, "to_return"), ("return_money", TILL, "returned"),
        ("drop", HEAD, "freed_money"), ("claim", HOME, "claimed"), ("pass", UNIT, "passed"),
    ]
)  # fmt: skip
ONWARD = {
    "planned": [("claim", UNIT, "claimed")], "reviewing": [("pass", HOME, "passed")],
    "payable": [("pay", TILL, "paid")], "paid_out": [("report_use", UNIT, "used"), ("bounce", TILL, "returned")],
    "judging_use": [("accept_use", HEAD, ""), ("find_missed", HEAD, "to_return")],
    "returning": [("return_money", TILL, "returned")], "proved": [("pay", TILL, "paid")],
    "bounced": [("pay", TILL, "paid")], "dropped": [("pay", TILL, "paid")],
}  # fmt: skip
"""What brings a milestone on from where it stands."""
WORDS = {
    "claim": {"deed": "路基", "evidence": "验收单"}, "send_back": {"send_back_reason": "章"},
    "question": {"send_back_reason": "章"}, "pay": {"voucher": "凭证"}, "bounce": {"bounce_reason": "账号"},
    "report_use": {"result": "通车"}, "find_missed": {"missed_reason": "一半"},
    "return_money": {"return_voucher": "凭证"}, "drop": {"drop_reason": "不做"},
}  # fmt: skip
EXACT = {
    "claimed": "part_money", "passed": "claimed", "paid": "passed", "freed_money": "part_money", "returned": "paid",
}  # fmt: skip
"""What an honest person would answer: the number that came before."""


def story() -> Rehearsal:
    practice = practice_in(ROOT / "practices" / "project_funding")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    told = Rehearsal(Ground(practice, {}, procedure, scenario_county(calendar()), BEGINS))
    draft = {"title": "池", "aim": "路", "put_in": POOL, "last_day": "2026-12-31", **SIX}
    opens = Opens("pool", "county_office", "330899", "office")
    assert told.open(Act("all", "draft", by(HOME), BEGINS, draft), opens).refused is None
    assert take(told, "all", "approve", HEAD, approval_document="纪要")
    given = {"project_name": "路", "unit": ["traffic"], "set_aside": ASIDE, "grant_day": "2026-11-30"}
    assert take(told, "all", "give", HOME, **given)
    assert take(told, "all/1", "apply", UNIT, wanted=ASIDE, purpose="路", performance="通车")
    assert take(told, "all/1", "send_round", HOME, **SIX)
    for n, unit in enumerate(SIX.values(), 1):
        assert take(told, f"all/1/{n}", "agree", f"handler@{unit}")
    assert take(told, "all/1", "approve_grant", HEAD, approved=APPROVED, grant_document="批复")
    return told


def by(who: str) -> By:
    role, _, unit = who.partition("@")
    return By(ActorKind.PERSON, who, role, unit.partition("#")[0])


def take(told: Rehearsal, case: str, step: str, who: str, **answers: object) -> bool:
    return told.step(Act(case, step, by(who), BEGINS, answers)).refused is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_is_paid_never_exceeds_what_was_approved_and_no_milestone_is_paid_twice(
    data: st.DataObject,
) -> None:
    told = story()
    for _ in range(data.draw(st.integers(5, 45))):
        below = milestones(told)
        if below == 0 or data.draw(st.integers(0, 4)) == 0:
            plan = {"milestone_code": "M", "milestone_name": "M", "proof": "单", "planned_day": "2026-06-30"}
            take(told, "all/1", "plan_milestone", UNIT, part_money=data.draw(MONEY), **plan)
        else:
            case = f"all/1/{6 + data.draw(st.integers(1, below))}"
            look = told.look(case)
            assert look is not None
            step, who, asked = data.draw(st.one_of(st.sampled_from(ONWARD[look.stage]), MOVES))
            amount: object = data.draw(MONEY)
            if asked in EXACT and data.draw(st.integers(0, 3)):
                amount = look.facts.get(EXACT[asked], amount)
            take(told, case, step, who, **({asked: amount} if asked else {}), **WORDS.get(step, {}))
        adds_up(told)


def milestones(told: Rehearsal) -> int:
    return sum(case.kind == "milestone" for case in told.cases.values())


def adds_up(told: Rehearsal) -> None:
    out = back = 0
    for case in told.cases.values():
        if case.kind != "milestone":
            continue
        paid, returned = (cast(int, case.facts.get(name, 0)) for name in ("paid", "returned"))
        assert case.counts.get("pay", 0) <= 1
        assert 0 <= returned <= paid <= cast(int, case.facts["part_money"])
        assert not paid or paid == case.facts["passed"] <= cast(int, case.facts["claimed"])
        assert not set(case.doers.get("pay", ())) & {
            *case.doers.get("pass", ()),
            *case.doers.get("claim", ()),
        }
        assert not set(case.doers.get("pass", ())) & set(case.doers.get("claim", ()))
        out, back = out + paid, back + returned
    assert out - back <= APPROVED
