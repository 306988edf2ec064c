"""One payment for one milestone: also for two people at the same moment, and however often an event is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scenario_ground import ROOT, calendar, practice_in
from threads_ground import together
from tongban.apps.acting import Acting
from tongban.apps.casework.following import follow
from tongban.apps.casework.scenes import scene_of
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.apps.reactors import run_once
from tongban.apps.rungs import settle
from tongban.kernel.commands import Actor, ActorKind, Command, Post
from tongban.kernel.events import Settled
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.library.story.runner import Ground
from tongban.store.batch import Append

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SIX = {
    "plan_unit": "county_office", "land_unit": "environment", "map_unit": "environment",
    "build_unit": "housing", "money_unit": "tax", "watch_unit": "labour",
}  # fmt: skip


def acting(by: str) -> Acting:
    """``treasurer@county_office#2``: the second such person."""
    role, _, unit = by.partition("@")
    return Acting(BEGINS, Actor(ActorKind.PERSON, by, (Post(unit.partition("#")[0], role),)))


def go(number: str, step: str, by: str, **answers: object) -> None:
    taken = take(number, step, answers, acting(by))
    assert isinstance(taken, Taken), (step, taken)


def facts(number: str) -> dict[str, object]:
    loaded = office().load(number)
    assert loaded is not None
    return {**loaded.case.facts, **{f"count.{name}": n for name, n in loaded.case.counts.items()}}


def plan(grant: str, code: str, money: str) -> Taken | Refused:
    answers = {"milestone_code": code, "milestone_name": code, "proof": "验收单", "planned_day": "2026-06-30"}
    return take(grant, "plan_milestone", {**answers, "part_money": money}, acting("handler@traffic"))


@pytest.fixture
def grant() -> str:
    """The number of a grant of 5,000,000 yuan."""
    practice = practice_in(ROOT / "practices" / "project_funding")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), BEGINS))
    draft = {"title": "资金池", "aim": "公路", "put_in": "10000000", "last_day": "2026-12-31", **SIX}
    pool = open_case(practice.id, draft, acting("handler@county_office"))
    assert isinstance(pool, Taken), pool
    go(pool.number, "approve", "leader@county_office", approval_document="纪要")
    given = {"project_name": "公路", "unit": ["traffic"], "set_aside": "6000000", "grant_day": "2026-11-30"}
    go(pool.number, "give", "handler@county_office", **given)
    number = f"{pool.number}-01"
    go(number, "apply", "handler@traffic", wanted="5000000", purpose="路基", performance="通车")
    go(number, "send_round", "handler@county_office", **SIX)
    for n, unit in enumerate(SIX.values(), 1):
        go(f"{number}-{n:02d}", "agree", f"handler@{unit}")
    run_once()
    go(number, "approve_grant", "leader@county_office", approved="5000000", grant_document="批复")
    return number


def payable(grant: str, code: str = "M1", money: str = "2000000") -> str:
    """The number of a milestone that was claimed and passed."""
    planned = plan(grant, code, money)
    assert isinstance(planned, Taken), planned
    loaded = office().load(grant)
    assert loaded is not None
    number = f"{grant}-{loaded.subcases.total:02d}"
    go(number, "claim", "handler@traffic", deed="路基", evidence="验收单第7号", claimed=money)
    go(number, "pass", "handler@county_office", passed=money)
    return number


def test_a_milestone_that_two_treasurers_pay_from_what_both_have_seen_is_paid_once(grant: str) -> None:
    number = payable(grant)
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    procedure = here.procedure(loaded.case.adoption)
    rule = procedure.kinds["milestone"].steps["pay"]

    def pay(by: str) -> object:
        command, who = Command("pay", {"paid": "2000000", "voucher": by}), acting(by)
        decided = decide(
            procedure, loaded.case, command, who.actor, scene_of(here, procedure, rule, command, who, loaded)
        )
        assert isinstance(decided, Decided), decided
        return office().journal.append([Append(procedure, decided, loaded)], BEGINS)[0]

    one, two = (lambda by=by: pay(by) for by in ("treasurer@county_office", "treasurer@county_office#2"))
    found = together(one, two)
    assert [each.code for each in found if isinstance(each, Refused)] == ["step.conflict"]
    assert facts(number)["count.pay"] == 1


@pytest.mark.parametrize("n", range(3))
def test_six_payments_of_one_milestone_at_the_same_moment_are_one(grant: str, n: int) -> None:
    number = payable(grant, f"M{n}")

    def pay(by: str) -> object:
        return take(number, "pay", {"paid": "2000000", "voucher": by}, acting(by))

    found = together(*(lambda by=f"treasurer@county_office#{k}": pay(by) for k in range(1, 7)))
    assert sum(isinstance(each, Taken) for each in found) == 1
    refused = {each.code for each in found if isinstance(each, Refused)}
    assert refused <= {"step.conflict", "step.not_from_here", "step.too_often"}
    assert facts(number)["count.pay"] == 1


def test_two_milestones_planned_at_the_same_moment_do_not_add_up_to_more_than_was_approved(
    grant: str,
) -> None:
    found = together(lambda: plan(grant, "A", "3000000"), lambda: plan(grant, "B", "3000000"))
    assert sum(isinstance(each, Taken) for each in found) == 1
    again = plan(grant, "C", "3000000")
    assert isinstance(again, Refused) and again.code == "step.condition"
    assert isinstance(plan(grant, "D", "2000000"), Taken)


def bounced(grant: str) -> str:
    number = payable(grant, money="5000000")
    go(number, "pay", "treasurer@county_office", paid="5000000", voucher="凭证")
    go(number, "bounce", "treasurer@county_office", returned="5000000", bounce_reason="账号")
    return number


def test_money_that_comes_back_is_heard_once_however_often_its_event_is_read(grant: str) -> None:
    number = bounced(grant)
    run_once()
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    (end,) = [
        event
        for event in (each.event() for each in here.journal.events(loaded.case.id))
        if any(isinstance(follows, Settled) for follows in event.follows)
    ]
    follow(here, end)
    follow(here, end)
    assert facts(grant)["count.hear_milestone"] == 1
    # Of what came back all may be planned again, and not a fen more.
    assert isinstance(plan(grant, "M2", "5000000.01"), Refused)
    assert isinstance(plan(grant, "M3", "5000000"), Taken)
    assert isinstance(plan(grant, "M4", "0.01"), Refused)


def test_money_that_comes_back_while_somebody_acts_on_the_grant_is_heard_all_the_same(grant: str) -> None:
    for n in range(3):
        number = payable(grant, f"M{n}", "1000000")
        go(number, "pay", "treasurer@county_office", paid="1000000", voucher="凭证")
        go(number, "bounce", "treasurer@county_office", returned="1000000", bounce_reason="账号")
        remind = lambda: [take(grant, "remind", {}, acting("leader@county_office")) for _ in range(5)]  # noqa: E731
        together(run_once, remind)
        run_once()
        assert facts(grant)["count.hear_milestone"] == n + 1
