"""An adjudication through the use cases: it sends what comes next, is counted, proved by the ledger, and revoked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.casework.destination import would_take
from tongban.apps.casework.scenes import scene_of
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.kernel.commands import Command, Post
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.refusal import Refused
from tongban.store.batch import Append, Appended
from tongban.store.precedents import all_precedents, counts
from tongban.store.rebuilding import differences, rebuild

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

DRAINS = "01.05.04"
HOUSING = "housing"


def disputed(desk: Desk, category: str = DRAINS) -> str:
    number = desk.dispatched(category=category)
    desk.step(
        number, "return_case", desk.handler, return_reason="not_our_duty", proposed_unit=HOUSING,
        duty_entry="housing-01",
    )  # fmt: skip
    return desk.step(number, "bring_to_adjudication", desk.dispatcher)


DECISION = {"adjudication_reason": "由住建牵头。", "precedent": True, "precedent_entry": "housing-01"}


def adjudicated(desk: Desk, unit: str = HOUSING, **more: object) -> str:
    return desk.step(disputed(desk), "adjudicate", desk.adjudicator, unit=unit, **{**DECISION, **more})


def holder(number: str) -> str:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case.holder


def test_the_next_matter_goes_straight_to_the_unit_and_says_why(desk: Desk) -> None:
    number = adjudicated(desk)
    assert holder(desk.dispatched()) == HOUSING
    reasons = []
    for language in ("zh-Hans", "en"):
        found = would_take("hotline", DRAINS, "", replace(desk.acting(desk.clerk), language=language))
        assert found is not None
        reasons.append(found.reason)
    chinese, english = reasons
    assert (
        chinese.startswith("先例：")
        and "由县12345政务服务热线中心裁定" in chinese
        and "“住宅质量、" in chinese
    )
    assert english.startswith("precedent: case ") and "resting on duty entry" in english
    assert number[-4:] in chinese and number[-4:] in english


def test_an_adjudicated_case_says_so_and_not_that_somebody_chose_the_unit(desk: Desk) -> None:
    from tongban.apps.casework.look import look
    from tongban.apps.casework.views import CasePage

    page = look(adjudicated(desk), desk.acting(desk.reviewer))
    assert isinstance(page, CasePage)
    by_step = {line.what: line.follows for line in page.story}
    assert "由县住房和城乡建设局承办，依据：裁定" in by_step["已裁定"]


def test_what_it_sent_and_what_came_back_is_counted_and_proved_by_the_ledger(desk: Desk) -> None:
    number = adjudicated(desk)
    desk.dispatched()
    away = desk.dispatched()
    desk.step(away, "recall", desk.dispatcher, recall_reason="还要问清地点")
    here = office()
    assert counts(here.county.code)[number] == (2, 1)
    assert list(differences(here.journal, here.procedure)) == []
    before = all_precedents(here.county.code)
    rebuild(here.journal, here.procedure)
    assert all_precedents(here.county.code) == before
    assert counts(here.county.code)[number] == (2, 1)


def test_revoked_it_sends_nothing_more_and_what_it_sent_stays(desk: Desk) -> None:
    number = adjudicated(desk)
    sent = desk.dispatched()
    refused = take(number, "revoke_precedent", {"revoke_reason": "不好用"}, desk.acting(desk.dispatcher))
    assert isinstance(refused, Refused)
    assert refused.code == "authority.not_yours"
    desk.step(number, "revoke_precedent", desk.adjudicator, revoke_reason="职责已调整")
    assert (holder(sent), holder(desk.dispatched())) == (HOUSING, Desk.unit)
    kept = all_precedents(office().county.code)[0]
    assert (kept.ended is not None, kept.ended_by) == (True, number)


def test_one_who_did_not_know_what_stands_decides_anew(desk: Desk) -> None:
    """Two adjudicators at once whose decisions contradict: the second is told, not both are kept."""
    other = disputed(desk)
    here = office()
    loaded = here.load(other)
    assert loaded is not None
    procedure, acting = here.procedure(loaded.case.adoption), desk.acting(desk.adjudicator)
    command = Command(
        "adjudicate", {"unit": Desk.unit, **DECISION, "precedent_entry": "urban-enforcement-01"}
    )
    scene = scene_of(here, procedure, None, command, acting, loaded)
    decided = decide(procedure, loaded.case, command, acting.actor, scene)
    assert isinstance(decided, Decided)
    adjudicated(desk)
    late = Append(procedure, decided, loaded, None, here.stamp)
    assert here.journal.append([late], datetime.now(UTC)) == (Refused("step.conflict"),)
    refused = take(other, "adjudicate", command.answers, acting)
    assert isinstance(refused, Refused)
    assert refused.code == "routing.precedent_contradicts"
    knowing = replace(late, registers=office().stamp)
    [kept] = here.journal.append([knowing], datetime.now(UTC))
    assert isinstance(kept, Appended)


def test_a_duty_list_that_changes_ends_what_rests_on_it(desk: Desk) -> None:
    from tongban.store.models import DutyRow

    adjudicated(desk)
    assert holder(desk.dispatched()) == HOUSING
    DutyRow.objects.filter(unit=HOUSING, code="housing-01").update(categories=["01.01"])
    assert holder(desk.dispatched()) == Desk.unit


def at_the_last_resort_desk(desk: Desk) -> Acting:
    somebody = desk.acting("wengrongfu")
    return replace(somebody, actor=replace(somebody.actor, posts=(Post("last-resort-desk", "clerk"),)))


def assigned_by_the_last_resort_desk(desk: Desk) -> str:
    given = {"body": "下水道的事跑了三个单位都说不归它管。", "phone": "13812345678"}
    clerk = at_the_last_resort_desk(desk)
    taken = open_case("last_resort_desk", given, clerk, step="report", channel="desk")
    assert isinstance(taken, Taken), taken
    assigned = take(taken.number, "assign", {"way": "urgent", "category": DRAINS}, clerk)
    assert isinstance(assigned, Taken), assigned
    return taken.number


def test_what_was_adjudicated_in_the_hotline_also_sends_what_the_last_resort_desk_assigns(desk: Desk) -> None:
    assert holder(assigned_by_the_last_resort_desk(desk)) == desk.unit, "by the duty list"
    number = adjudicated(desk)
    assert holder(assigned_by_the_last_resort_desk(desk)) == HOUSING
    found = would_take("last_resort_desk", DRAINS, "", at_the_last_resort_desk(desk))
    assert found is not None and found.reason.startswith("先例：")
    assert counts(office().county.code)[number] == (1, 0), "it is counted like any other"
