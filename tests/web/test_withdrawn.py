"""A case that was withdrawn says so wherever it is shown, by whom, and that it can be taken up again."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.casework.filtering import Filter
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.casework.worklist import worklist
from tongban.apps.office import office
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ASKED = "3月2日来电要求撤回"


def owner(number: str, language: str = "zh-Hans") -> Acting:
    loaded = office().load(number.replace(" ", ""))
    assert loaded is not None
    own = Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))
    return Acting(datetime.now(UTC), own, language=language)


def withdrawn(desk: Desk) -> str:
    number = desk.dispatched()
    assert isinstance(take(number, "withdraw", {}, owner(number)), Taken)
    return number


def seen(number: str, acting: Acting) -> CasePage:
    page = look(number, acting)
    assert not isinstance(page, Refused)
    return page


def test_the_requester_reads_that_they_withdrew_it_and_may_have_it_taken_up_again(desk: Desk) -> None:
    number = withdrawn(desk)
    page = seen(number, owner(number))
    assert page.plain == "已撤回；改了主意，可以在期限内要求重办"
    assert (page.outcome, page.ending) == ("已撤回", "您自己")
    assert "reopen" in [step.id for step in page.steps if not step.blocked]
    assert [clock.title for clock in page.clocks if clock.running and clock.own]


def test_withdrawn_for_them_it_names_the_unit_that_did_it(desk: Desk) -> None:
    number = desk.step(desk.dispatched(), "withdraw_for", desk.clerk, withdraw_asked=ASKED)
    assert seen(number, owner(number)).ending == "县12345政务服务热线中心代您"
    assert seen(number, owner(number, "en")).ending == "by 12345 Hotline Centre, for you"
    at_desk = seen(number, desk.acting(desk.reviewer))
    assert at_desk.ending == "县12345政务服务热线中心 徐秋菊代诉求人"


def test_what_was_taken_back_before_its_day_is_no_promise_that_was_kept(desk: Desk) -> None:
    number = desk.dispatched()
    before = [promise.what for promise in seen(number, owner(number)).promises if promise.tone == "kept"]
    assert isinstance(take(number, "withdraw", {}, owner(number)), Taken)
    assert [
        promise.what for promise in seen(number, owner(number)).promises if promise.tone == "kept"
    ] == before


def test_its_story_calls_off_the_days_that_had_not_come(desk: Desk) -> None:
    number = desk.dispatched()
    assert isinstance(take(number, "withdraw", {}, owner(number)), Taken)
    for acting in (owner(number), desk.acting(desk.reviewer)):
        told = seen(number, acting).story[0].follows
        assert any(line.endswith("撤回了，不再算") for line in told)
        assert not any(line.endswith("按时") for line in told)
    ended = [each for each in seen(number, desk.acting(desk.reviewer)).clocks if not each.running]
    assert "没到期就结束" in [each.words for each in ended]


def test_desk_and_lists_call_it_withdrawn_and_not_closed(desk: Desk) -> None:
    number = withdrawn(desk)
    page = seen(number, desk.acting(desk.reviewer))
    assert (page.stage, page.ending) == ("已撤回", "诉求人本人")
    rows = worklist(desk.acting(desk.clerk), Filter(view="settled")).rows
    assert [row.stage for row in rows if row.number == page.number] == ["已撤回"]
    english = seen(number, msgspec.structs.replace(desk.acting(desk.reviewer), language="en"))
    assert english.stage == "Withdrawn"


def test_its_loop_says_so_and_by_whom(desk: Desk) -> None:
    number = withdrawn(desk)
    client = Client()
    client.force_login(User.objects.get(username=desk.clerk))
    loop = client.get(f"/desk/{number}/").content.decode().partition("<figure")[2].partition("</figure>")[0]
    assert "已撤回" in loop
    assert "诉求人本人" in loop
    assert "已办结" not in loop


def test_a_case_that_ended_by_being_handled_names_nobody_as_its_end(desk: Desk) -> None:
    number = desk.step(desk.replied(), "approve", desk.reviewer)
    assert isinstance(take(number, "answer_callback", {"solved": "yes"}, owner(number)), Taken)
    page = seen(number, owner(number))
    assert (page.outcome, page.ending) == ("已解决", "")
