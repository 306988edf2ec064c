"""Fields that are typed into with a register behind them: what fits one choice is it, anything else stands as a fault."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def dispatch(desk: Desk, number: str, step: str = "dispatch", **answers: Any) -> Any:
    given = {"_key": str(uuid4()), **answers}
    return reader(desk.dispatcher).post(f"/desk/{number}/steps/{step}/", given)


def fault(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-fault">(.*?)</p>', page, re.S)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_words_that_several_categories_have_send_nothing_and_the_nearest_are_named(desk: Desk) -> None:
    number = desk.register()
    before = desk.story(number)
    response = dispatch(desk, number, category="灯")
    page = response.content.decode()
    assert response.status_code == 422 and desk.story(number) == before
    assert "路灯" in fault(page, "dispatch-category") and 'value="灯"' in page


def test_a_name_typed_in_the_other_language_brings_that_name_as_the_nearest(desk: Desk) -> None:
    number = desk.register()
    given = {"_key": str(uuid4()), "category": "灯"}
    page = reader(desk.dispatcher).post(f"/desk/{number}/steps/dispatch/?lang=en", given).content.decode()
    assert "lamp" in fault(page, "dispatch-category").lower()


def test_words_that_one_category_alone_has_are_that_category(desk: Desk) -> None:
    number = desk.register()
    assert dispatch(desk, number, category="路灯不亮").status_code == 302
    assert "城区路灯不亮" in reader(desk.dispatcher).get(f"/desk/{number}/").content.decode()


@pytest.mark.parametrize("typed", ["火星事务", "城乡建设 / 市政设施 / 下水道 / 不存在", "01.99", "<b>"])
def test_a_category_that_is_in_no_register_is_never_taken(desk: Desk, typed: str) -> None:
    number = desk.register()
    response = dispatch(desk, number, category=typed)
    assert response.status_code == 422
    assert "没有" in fault(response.content.decode(), "dispatch-category")


def test_a_unit_is_found_by_a_part_of_its_name(desk: Desk) -> None:
    number = desk.register()
    answers = {"unit": "住房和城乡建设", "dispatch_reason": "由住建局牵头"}
    assert dispatch(desk, number, "dispatch_to", **answers).status_code == 302
    assert "县住房和城乡建设局" in reader(desk.dispatcher).get(f"/desk/{number}/").content.decode()


def test_a_return_says_beside_each_field_what_it_lacks(desk: Desk) -> None:
    number = desk.dispatched()
    given = {"_key": str(uuid4()), "return_reason": "not_our_duty"}
    page = reader(desk.handler).post(f"/desk/{number}/steps/return_case/", given).content.decode()
    assert fault(page, "return_case-duty_entry") and fault(page, "return_case-proposed_unit")


def test_a_return_takes_a_unit_and_an_entry_that_exist_and_no_others(desk: Desk) -> None:
    number = desk.dispatched()
    seen = reader(desk.handler)
    given = {"_key": str(uuid4()), "return_reason": "not_our_duty"}
    address = f"/desk/{number}/steps/return_case/"
    page = seen.post(address, {**given, "proposed_unit": "火星局", "duty_entry": "随便写"}).content.decode()
    assert "火星局" in fault(page, "return_case-proposed_unit")
    assert "随便写" in fault(page, "return_case-duty_entry")
    good = {"proposed_unit": "县住房和城乡建设局", "duty_entry": "住宅质量、交付、住房保障与租售"}
    assert seen.post(address, {**given, **good}).status_code == 302
    assert "住宅质量、交付、住房保障与租售" in seen.get(f"/desk/{number}/").content.decode()


def test_the_unit_that_a_return_proposes_is_offered_to_whoever_sends_it_on(desk: Desk) -> None:
    number = desk.dispatched()
    given = {"return_reason": "not_our_duty", "proposed_unit": "housing", "duty_entry": "housing-01"}
    desk.step(number, "return_case", desk.handler, **given)
    page = reader(desk.dispatcher).get(f"/desk/{number}/").content.decode()
    offered = page.partition('id="redispatch-unit"')[2].partition("</div>")[0]
    assert 'data-value="县住房和城乡建设局"' in offered
    (link,) = re.findall(r'href="(/desk/[^"]+unit=housing)"', offered)
    taken = reader(desk.dispatcher).get(link.replace("&amp;", "&")).content.decode()
    assert re.search(r'id="redispatch-unit"[^>]*value="县住房和城乡建设局"', taken)


def test_a_wrong_dispatch_is_sent_on_or_taken_back_until_it_is_signed_for(desk: Desk) -> None:
    number = desk.dispatched()
    answers = {"unit": "县住房和城乡建设局", "dispatch_reason": "派错了"}
    assert dispatch(desk, number, "redirect", **answers).status_code == 302
    assert dispatch(desk, number, "recall", recall_reason="还要问清地点").status_code == 302
    assert dispatch(desk, number, "dispatch").status_code == 302
    desk.step(number, "sign", desk.handler)
    assert dispatch(desk, number, "redirect", **answers).status_code == 422
