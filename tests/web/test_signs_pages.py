"""Signs are shown to those who oversee the county, of units, case by case; and anybody of the office may question one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.disclosure import counting
from tongban.apps.office import office
from tongban.apps.signs.looking import look_at
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LETTER = "您反映的问题已收悉，我单位高度重视，已安排专人到现场核实处理完毕，感谢您的支持与理解。"
MATTERS = (
    "城东菜市场后门的下水道堵了一个星期，污水流到路上。",
    "桥头第二盏路灯坏了半个月，老人晚上摔了一跤。",
    "小区门口的树枝压到电线，刮风的时候冒火花。",
)


def reader(login: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def page(login: str, address: str, status: int = 200, language: str = "en") -> str:
    response: Any = reader(login, language).get(address)
    assert response.status_code == status, response.content.decode()[:400]
    return str(response.content.decode())


@pytest.fixture
def marked(desk: Desk) -> list[str]:
    """Three cases answered with one letter, marked."""
    numbers = []
    for n, text in enumerate(MATTERS):
        number = desk.step(desk.dispatched(text, phone=f"1391234560{n}"), "sign", desk.handler)
        desk.step(number, "contact", desk.handler, contact_way="phone")
        desk.step(number, "reply", desk.handler, outcome="resolved", result=LETTER, basis="现场查看")
        desk.step(number, "approve", desk.reviewer)
        numbers.append(desk.step(number, "answer_callback", "wangsuzhen", solved="yes", rating=4))
    here = office()
    rows = here.rows("SELECT id::text FROM store_case WHERE county = %s", [here.county.code])
    assert look_at(here, [str(row[0]) for row in rows], datetime.now(UTC)) == 3
    counting.forget()
    return numbers


def sign_of(desk: Desk) -> str:
    return f"/lead/signs/hotline/alike_share/{desk.unit}/"


def test_units_stand_beside_signs_and_each_number_opens_its_cases(desk: Desk, marked: list[str]) -> None:
    text = page(desk.supervisor, "/lead/signs/")
    assert f"{sign_of(desk)}?months=3" in text
    assert "3 / 3" in text
    assert "/lead/signs/" in page(desk.supervisor, "/lead/")
    beside = page(desk.supervisor, sign_of(desk))
    assert beside.count("<blockquote") == 3
    assert beside.count("<mark>") == 4
    assert LETTER in beside
    assert "Nobody has looked yet" in beside
    desk.step(marked[0], "rule_on_signs", desk.supervisor, alike_ruling="explained", ruling_reason="一条电缆")
    counting.forget()
    assert "2 / 3" in page(desk.supervisor, "/lead/signs/?months=1")


def test_who_oversees_the_county_sees_all_and_a_unit_its_own_and_nobody_else(
    desk: Desk, marked: list[str]
) -> None:
    mine = page(desk.handler, "/lead/signs/")
    assert sign_of(desk) in mine and "3 / 3" in mine and "drawn_not_called" not in mine
    assert set(re.findall(r'href="/lead/signs/\w+/\w+/([^/"]+)/', mine)) == {desk.unit}
    assert sign_of(desk) not in page(desk.other_handler, "/lead/signs/")
    assert "/lead/signs/" in page(desk.handler, "/lead/")
    assert page(desk.handler, sign_of(desk)).count("<blockquote") == 3
    assert "signs.not_yours" in page(desk.other_handler, sign_of(desk), 403)
    drawn = (
        f"/lead/signs/hotline/drawn_not_called/{desk.unit}/"  # whom chance chose is not for the unit to know
    )
    assert "signs.not_yours" in page(desk.handler, drawn, 403)
    page(desk.supervisor, drawn)
    assert "signs.unknown" in page(desk.supervisor, f"/lead/signs/hotline/resolution_rate/{desk.unit}/", 404)
    assert "signs.unknown" in page(desk.supervisor, "/lead/signs/hotline/alike_share/nowhere/", 404)
    assert Client().get("/lead/signs/").status_code == 302


def test_the_public_is_told_no_unit_of_a_sign(desk: Desk, marked: list[str]) -> None:
    text = str(Client().get("/open/figures/").content.decode())
    assert "alike_share" not in text or "综合行政执法" not in text.partition("alike_share")[2][:4000]


def test_a_number_is_questioned_with_all_that_is_known_filled_in(desk: Desk, marked: list[str]) -> None:
    assert "Question this number" not in page(desk.supervisor, sign_of(desk))
    done = adopt(ROOT / "practices" / "data_check", {}, ("government-office",), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    text = page(desk.handler, sign_of(desk))
    found = re.search(r'href="([^"]*of_unit[^"]*)"', text)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    said = parse_qs(urlparse(address).query)
    assert said["of_unit"] == [desk.unit]
    assert said["of_indicator"] == ["alike_share"]
    assert said["of_month"] == [datetime.now(LOCAL).strftime("%Y-%m")]
    form = page(desk.handler, address)
    assert "alike_share" in form
    assert re.search(r'name="of_unit"[^>]*value="[^"]+"', form), form


def test_both_languages_have_all_the_words(desk: Desk, marked: list[str]) -> None:
    for language in ("zh", "en"):
        for address in ("/lead/signs/", sign_of(desk)):
            assert not re.search("缺少文字|no words for", page(desk.supervisor, address, language=language))
