"""What histories say: what happened and who did it, in words for whoever reads of it later."""

from __future__ import annotations

import json

import msgspec
import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.casework.look import look
from tongban.apps.casework.standing import standing
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office
from tongban.apps.people.accounts import add_person
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

RECEIPTS = ("承办单位已收到通知", "请尽快联系", "请把编号", "编号已生成", "thank you")


def page_of(desk: Desk, number: str, language: str = "zh-Hans") -> CasePage:
    acting = msgspec.structs.replace(desk.acting(desk.reviewer), language=language)
    found = look(number, acting)
    assert not isinstance(found, Refused)
    return found


def test_a_history_names_what_happened_not_what_was_said_to_whoever_did_it(desk: Desk) -> None:
    number = desk.replied()
    assert desk.story(number) == ["已答复", "已联系诉求人", "已签收", "已派单", "已登记"]
    assert [line.what for line in page_of(desk, number, "en").story] == [
        "Answered", "Requester contacted", "Signed for", "Dispatched", "Registered",
    ]  # fmt: skip


def test_the_requester_and_the_api_read_the_same_words(desk: Desk) -> None:
    number = desk.dispatched()
    loaded = office().load(number.replace(" ", ""))
    assert loaded is not None
    owner = Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))
    own = look(number, msgspec.structs.replace(desk.acting(desk.clerk), actor=owner))
    told = standing(number, desk.acting(desk.reviewer))
    assert not isinstance(own, Refused) and not isinstance(told, Refused)
    assert [line.what for line in own.story] == ["已派单", "已登记"]
    assert [each.line.what for each in told.story] == ["已登记", "已派单"]
    said = json.dumps(msgspec.to_builtins(own)["story"], ensure_ascii=False)
    assert not [each for each in RECEIPTS if each in said]


def test_staff_are_named_by_their_names_in_the_language_of_the_page(desk: Desk) -> None:
    number = desk.signed()
    assert page_of(desk, number).story[0].who == "县综合行政执法局 郑金花"
    english = page_of(desk, number, "en").story[0].who
    assert english == "Zheng Jinhua, Urban Management and Enforcement Bureau"


def test_whoever_signs_in_reads_their_own_name_in_the_language_of_the_page(desk: Desk) -> None:
    from django.contrib.auth.models import User

    client = Client()
    client.force_login(User.objects.get(username=desk.handler))
    assert "郑金花" in client.get("/desk/").content.decode()
    assert "Zheng Jinhua" in client.get("/desk/?lang=en").content.decode()


def test_who_joined_a_minute_ago_is_known_by_name_already(desk: Desk) -> None:
    number = desk.dispatched()
    assert page_of(desk, number).story[0].who
    acting = desk.acting(desk.clerk)
    code = office().county.code
    assert add_person(code, "newcomer", "新来", "a-long-secret", [(desk.unit, "handler")], acting) is None
    desk.step(number, "sign", "newcomer")
    assert page_of(desk, number).story[0].who == "县综合行政执法局 新来"


def test_a_duty_list_entry_is_cited_in_english_on_an_english_page(desk: Desk) -> None:
    said = " ".join(page_of(desk, desk.dispatched(), "en").story[0].follows)
    assert "duty list" in said
    assert not [letter for letter in said if "一" <= letter <= "鿿"]
