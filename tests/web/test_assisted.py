"""Filling in for somebody else: who helps and how they agreed is said, the number is theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import PHONE, Visitor, unhurried, visitor
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office
from tongban.store.models import Content, EventRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


HELPED = {"helper_relation": "family", "helper_name": "王小丽", "helper_consent": "beside"}


def test_who_helped_and_how_they_agreed_stands_in_the_event_and_the_name_does_not(
    visitor: Visitor, desk: Desk
) -> None:
    visitor.begin().press().press(phone=PHONE, **HELPED)
    number = visitor.send()
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.facts["helper_relation"] == "family"
    assert loaded.case.facts["helper_consent"] == "beside"
    assert all("王小丽" not in row.body for row in EventRow.objects.all())
    assert all("王小丽" not in row.value for row in Content.objects.all())
    page = look(number, desk.acting(desk.clerk))
    assert isinstance(page, CasePage)
    told = {fact.label: fact.value for fact in page.facts}
    assert told["谁在帮着填"] == "家人"
    assert "王小丽" not in str(told)


def test_half_of_it_is_not_taken_and_told_beside_the_field(visitor: Visitor) -> None:
    visitor.begin().press().press(phone=PHONE, helper_relation="neighbour")
    assert visitor.status == 422
    assert 'id="field-helper_name-fault"' in visitor.page
    assert 'id="field-helper_consent-fault"' in visitor.page
    assert '<details class="folded" open>' in visitor.page


def test_whoever_writes_for_themselves_is_asked_none_of_it(visitor: Visitor) -> None:
    number = visitor.ready().send()
    loaded = office().load(number)
    assert loaded is not None
    assert not [name for name in loaded.case.facts if name.startswith("helper")]
    assert "编号和回执归本人" not in visitor.page


def test_number_and_receipt_are_the_requesters_and_the_helpers_browser_can_forget_them(
    visitor: Visitor,
) -> None:
    visitor.begin().press().press(phone=PHONE, **HELPED)
    number = visitor.send()
    assert "编号和回执归本人" in visitor.page
    visitor.post(f"/sent/{number}/handed-over/", {})
    assert visitor.get(f"/follow/{number}/").status == 404
    assert Visitor().prove(number).status == 200, "the requester follows it with number and telephone"


def test_the_desk_asks_the_same_with_what_the_requester_would_read_beside(desk: Desk) -> None:
    page = reader(desk.clerk).get("/desk/new/").content.decode()
    for shown in ("谁在帮着填", "本人怎样同意的", "诉求人看到的"):
        assert shown in page
    theirs = page.partition('class="theirs"')[2]
    assert "什么事" in theirs
    assert "标题" not in theirs, "what only the office is asked is not read out"


def test_a_practice_that_does_not_allow_it_asks_nobody(desk: Desk) -> None:
    from pathlib import Path

    from tongban.library.practice import Practice
    from tongban.library.reading import read_practice

    found = read_practice(Path("practices/task_force"))
    assert isinstance(found, Practice)
    assert not [each.id for form in found.forms.values() for each in form if each.id.startswith("helper")]
