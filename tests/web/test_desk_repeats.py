"""A case that is told again: the unit that received it sees the earlier one, with one step, and nobody's number."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import TEXT, Desk, county, desk

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PHONE, OTHER = "13812345678", "13987654321"
LAMP = "老街口的路灯坏了快半个月。"
VILLAGE = "330822001001"


def shown(login: str, number: str, **headers: str) -> Any:
    client = Client(headers={"accept-language": "zh", **headers})
    client.force_login(User.objects.get(username=login))
    return client.get(f"/desk/{number}/repeats/")


def page(login: str, number: str) -> str:
    return str(shown(login, number, **{"hx-request": "true"}).content.decode())


def index_all(*numbers: str) -> None:
    from tongban.apps.office import office
    from tongban.store.search import index

    here = office()
    index(here.journal, [each.case.id for each in here.journal.load(numbers=list(numbers))])


def test_an_open_case_of_the_same_requester_and_matter_is_shown_with_the_step_that_joins_them(
    desk: Desk,
) -> None:
    first, second = desk.register(LAMP, phone=PHONE), desk.register(f"又来说一次，{LAMP}", phone=PHONE)
    part = page(desk.clerk, second)
    assert "同一诉求人" in part
    assert f'href="/desk/{second}/?step=merge&amp;into={first}"' in part
    assert PHONE not in part


def test_another_matter_of_the_same_requester_is_told_but_not_offered_to_be_joined(desk: Desk) -> None:
    first, second = desk.register(LAMP, phone=PHONE), desk.register(TEXT, phone=PHONE)
    part = page(desk.clerk, second)
    assert f'href="/desk/{first}/"' in part
    assert "step=merge" not in part


def test_a_settled_case_is_shown_with_the_step_that_opens_it_again(desk: Desk) -> None:
    first = desk.register(phone=PHONE)
    desk.step(first, "withdraw_for", desk.clerk, withdraw_asked="来电说不办了")
    part = page(desk.clerk, desk.register(phone=PHONE))
    assert f'href="/desk/{first}/?step=reopen"' in part


def test_the_same_matter_at_the_same_place_is_shown_whoever_tells_it(desk: Desk) -> None:
    first = desk.register(phone=PHONE, division=VILLAGE)
    second = desk.register("菜市场后门下水道堵了，污水流到路上没人管。", phone=OTHER, division=VILLAGE)
    lamp = desk.register(LAMP, phone="13711112222", division=VILLAGE)
    index_all(first, second, lamp)
    part = page(desk.clerk, second)
    assert "同一地点" in part
    assert first in re.findall(r'href="/desk/(\d+)/"', part)
    assert lamp not in part
    assert page(desk.clerk, lamp).strip() == ""


def test_the_earlier_case_does_not_name_the_later_one_as_what_it_repeats(desk: Desk) -> None:
    first = desk.register(phone=PHONE)
    desk.register(phone=PHONE)
    assert page(desk.clerk, first).strip() == ""


def test_a_unit_that_did_not_receive_the_case_is_not_told_who_asks_again(desk: Desk) -> None:
    desk.dispatched(phone=PHONE)
    second = desk.dispatched(phone=PHONE)
    assert page(desk.handler, second).strip() == ""
    assert shown(desk.other_handler, second).status_code == 404


def test_what_is_older_than_thirty_days_is_no_repeat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.apps.dispatch import repeats

    desk.register(phone=PHONE)
    second = desk.register(phone=PHONE)
    monkeypatch.setattr(repeats, "WITHIN", timedelta())
    assert page(desk.clerk, second).strip() == ""


def test_the_page_of_a_case_fetches_it_for_the_clerk_alone_and_without_scripts_there_is_a_link(
    desk: Desk,
) -> None:
    number = desk.dispatched(phone=PHONE)
    for login, there in ((desk.clerk, True), (desk.handler, False)):
        client = Client()
        client.force_login(User.objects.get(username=login))
        assert (f'href="/desk/{number}/repeats/"' in client.get(f"/desk/{number}/").content.decode()) is there
    whole = shown(desk.clerk, number)
    assert "三十天内没有" in whole.content.decode()
