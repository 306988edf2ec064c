"""Registering on somebody's behalf: which ways there are, what is offered, what is handed over."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import TEXT, Desk, county, desk
from tongban.store.models import CaseRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def register(login: str, query: str = "", **answers: Any) -> Any:
    return reader(login).post(f"/desk/new/{query}", {"_key": str(uuid4()), **answers})


def test_a_clerk_writes_two_things_and_gets_a_number_a_date_and_a_unit(desk: Desk) -> None:
    response = register(desk.clerk, body=TEXT, phone="0570-5022222")
    assert response.status_code == 302
    page = reader(desk.clerk).get(response["Location"]).content.decode()
    assert re.search(r'class="big-number">\d{4} \d{4} \d{4}<', page)
    assert "前派给承办单位" in page
    assert "然后办好并答复您" in page
    assert "县12345政务服务热线中心" in page
    assert '<svg class="qr"' in page


@pytest.mark.parametrize("query", ["?practice=petition&kind=petition&step=bring", "?practice=nothing"])
def test_a_way_that_is_not_ones_own_is_refused_by_name_and_what_was_written_comes_back(
    desk: Desk, query: str
) -> None:
    before = CaseRow.objects.count()
    response = register(desk.clerk, query, body=TEXT, phone="0570-5022222")
    page = response.content.decode()
    assert response.status_code == 403
    assert "authority.way" in page
    assert TEXT in page
    assert CaseRow.objects.count() == before
    assert reader(desk.clerk).get(f"/desk/new/{query}").status_code == 403


def test_an_address_that_names_the_practice_alone_opens_its_first_way(desk: Desk) -> None:
    page = reader(desk.handler).get("/desk/new/?practice=last_resort_desk").content.decode()
    assert 'name="refused_matter"' in page


REFUSAL = {
    "refused_matter": "办理营业执照变更",
    "refused_by": "县人力资源和社会保障局",
    "refusal_ground": "papers_incomplete",
    "refusal_reason": "缺股东会决议",
    "basis": "办事指南第三条",
    "remedy": "补交决议",
    "category": "05.02",
}


@pytest.mark.parametrize(("phone", "followed"), [("13812345678", True), ("", False)])
def test_a_refusal_report_is_named_by_its_matter_and_followed_only_with_a_phone(
    desk: Desk, phone: str, followed: bool
) -> None:
    query = "?practice=last_resort_desk&kind=refusal_report&step=file"
    response = register(desk.handler, query, **REFUSAL, phone=phone)
    assert response.status_code == 302, response.content.decode()
    number = CaseRow.objects.latest("opened_at").number
    assert response["Location"] == f"/desk/{number}/receipt/"
    page = reader(desk.supervisor).get(f"/desk/{number}/receipt/").content.decode()
    assert "<dd>办理营业执照变更</dd>" in page
    assert "缺股东会决议" not in page
    assert ("凭编号和登记的电话就能查" in page) == ('<svg class="qr"' in page) == followed
    assert ("没有登记电话" in page) != followed


def test_places_and_categories_are_understood_by_their_labels(desk: Desk) -> None:
    answers = {"category": "城乡建设 / 市政设施 / 下水道堵塞与污水外溢", "division": "紫港街道"}
    response = register(desk.clerk, body=TEXT, phone="13812345678", **answers)
    page = reader(desk.clerk).get(response["Location"].replace("receipt/", "")).content.decode()
    assert "下水道堵塞与污水外溢" in page
    assert "紫港街道" in page


def test_a_refusal_keeps_what_was_said(desk: Desk) -> None:
    response = register(desk.clerk, body=TEXT, phone="12", place="菜市场", category="没有这一类")
    page = response.content.decode()
    assert response.status_code == 422
    for kept in (TEXT, 'value="12"', 'value="菜市场"', 'value="没有这一类"'):
        assert kept in page
    assert 'id="field-phone-fault"' in page


def test_sent_twice_it_is_one_case(desk: Desk) -> None:
    key = str(uuid4())
    seen = reader(desk.clerk)
    first, second = (
        seen.post("/desk/new/", {"_key": key, "body": TEXT, "phone": "13812345678"}) for _ in range(2)
    )
    assert first["Location"] == second["Location"]


def test_while_writing_the_likely_place_and_open_cases_like_it_are_offered(desk: Desk) -> None:
    before = desk.register()
    page = (
        reader(desk.clerk)
        .post("/desk/new/suggest/", {"body": "紫港街道城东菜市场后门的下水道又堵了，污水流到路上"})
        .content.decode()
    )
    assert "紫港街道" in page
    assert f"/desk/{before}/" in page


def test_a_telephone_number_in_the_words_is_pointed_out_and_can_be_moved(desk: Desk) -> None:
    def hint(**answers: str) -> str:
        page = reader(desk.clerk).post("/desk/new/suggest/", answers).content.decode()
        return page if 'class="told-number"' in page else ""

    told = hint(body=f"{TEXT}，请打 138 1234 5678")
    assert "138****5678" in told and 'data-hide="138 1234 5678"' in told and 'data-from="field-body"' in told
    assert 'data-fill="field-phone" data-value="138 1234 5678"' in told
    told = hint(body=f"{TEXT}，请打13812345678", phone="0570-5012345")
    assert "在文字里隐去" in told and 'data-fill="field-phone"' not in told, "a number stands there already"
    assert not hint(body=f"{TEXT}，工单 20260302，一共 12345678 元"), "not every number is somebody's"
    assert register(desk.clerk, body=f"{TEXT}，请打13812345678", phone="13812345678").status_code == 302


def test_two_words_are_too_few_to_offer_anything(desk: Desk) -> None:
    page = reader(desk.clerk).post("/desk/new/suggest/", {"body": "你好"}).content.decode()
    assert "data-fill" not in page


def test_without_scripts_a_button_asks_for_the_offer_and_sends_nothing(desk: Desk) -> None:
    response = register(desk.clerk, body=f"紫港街道{TEXT}", _suggest="1")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="fault"' not in page
    assert TEXT in page


def test_each_post_has_its_own_ways_to_register(desk: Desk) -> None:
    ways = {
        login: re.findall(r'href="(\?practice=[^"]+)"', reader(login).get("/desk/new/").content.decode())
        for login in (desk.clerk, desk.reviewer)
    }
    assert any("practice=hotline" in way for way in ways[desk.clerk])
    assert ways[desk.reviewer] == []
    assert reader(desk.reviewer).get("/desk/new/").status_code == 403


def test_the_page_begins_in_the_box_and_is_sent_by_the_keyboard(desk: Desk) -> None:
    page = reader(desk.clerk).get("/desk/new/").content.decode()
    assert "data-write" in page
    assert "Ctrl Enter" in page
