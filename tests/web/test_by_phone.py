"""A resident by a code: everything brought with the number, nothing of others, nobody learns who ever called, no guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from gateway_ground import Gateway, gateway

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PHONE, OTHER, NOBODY = "13812345678", "13912345678", "13712345678"


@pytest.fixture
def sms(desk: Desk, settings: Any) -> Iterator[Gateway]:
    with gateway() as found:
        settings.TONGBAN_CHANNELS = {"sms": found.sms}
        yield found


def browser(address: str = "10.0.0.1") -> Client:
    return Client(headers={"accept-language": "en"}, REMOTE_ADDR=address)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def ask(client: Client, phone: str) -> Any:
    return client.post("/follow/by-phone/", {"phone": phone})


def give(client: Client, code: str) -> Any:
    return client.post("/follow/by-phone/code/", {"second": code}, follow=True)


def last(sms: Gateway) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", sms.came[-1]["content"])
    assert found is not None
    return found[0]


def test_whoever_has_the_telephone_sees_every_case_of_the_number_and_no_other(
    desk: Desk, sms: Gateway
) -> None:
    mine = {desk.register(), desk.register("村口的垃圾桶满了三天，没有人来清。")}
    other = desk.register(phone=OTHER)
    client = browser()
    assert client.get(f"/follow/{other}/").status_code == 404
    assert ask(client, "138 1234 5678").headers["Location"] == "/follow/by-phone/code/"
    assert "138****5678" in body(client.get("/follow/by-phone/code/")) and sms.came[-1]["phone"] == PHONE
    page = body(give(client, last(sms)))
    assert all(f"/follow/{each}/" in page for each in mine) and other not in page
    assert all(client.get(f"/follow/{each}/").status_code == 200 for each in mine)
    assert client.get(f"/follow/{other}/").status_code == 404


def test_a_number_that_nobody_used_is_answered_as_any_other(desk: Desk, sms: Gateway) -> None:
    desk.register()
    seen = []
    for phone in (PHONE, NOBODY):
        client = browser()
        answer = ask(client, phone)
        shown = body(client.get("/follow/by-phone/code/")).replace(f"{phone[:3]}****", "")
        wrong = give(client, "000000" if last(sms) != "000000" else "111111")
        clean = [
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|[\w.]+\.(css|js)', "", each)
            for each in (shown, body(wrong))
        ]
        seen.append(
            (
                answer.status_code,
                answer.headers["Location"],
                wrong.status_code,
                clean[0],
                clean[1].replace(f"{phone[:3]}****", ""),
            )
        )
    assert seen[0] == seen[1] and len(sms.came) == 2
    assert "Nothing was brought with this number" in body(give(client, last(sms)))


def test_a_code_is_tried_five_times_holds_five_minutes_and_works_once_in_its_own_browser(
    desk: Desk, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.people import by_phone
    from tongban.kernel.refusal import Refused

    desk.register()
    now = datetime.now(UTC)
    carried = [by_phone.ask(PHONE, "10.0.0.1", "en", now) for _ in range(3)]
    codes = [re.findall(r"(?<!\d)\d{6}(?!\d)", each["content"])[0] for each in sms.came]
    assert not [each for each in carried if isinstance(each, Refused)]
    first, second, third = (str(each) for each in carried)
    assert isinstance(by_phone.prove_phone(first, codes[1] if codes[0] != codes[1] else "x", now), Refused)
    assert isinstance(by_phone.prove_phone(first, codes[0], now + timedelta(minutes=5)), Refused)
    assert isinstance(by_phone.prove_phone(first[:-8] + "AAAAAAA=", codes[0], now), Refused)
    assert len(by_phone.prove_phone(first, codes[0], now)) == 1  # type: ignore[arg-type]
    assert isinstance(by_phone.prove_phone(first, codes[0], now), Refused)
    for _ in range(5):
        by_phone.prove_phone(second, "wrong", now)
    assert isinstance(by_phone.prove_phone(second, codes[1], now), Refused)
    assert not isinstance(by_phone.prove_phone(third, codes[2], now), Refused)


def test_a_number_is_guessed_at_fifteen_times_a_day_at_most(desk: Desk, sms: Gateway) -> None:
    from tongban.apps.people import by_phone
    from tongban.kernel.refusal import Refused

    now = datetime.now(UTC)
    for _ in range(3):
        carried = str(by_phone.ask(PHONE, "10.0.0.1", "en", now))
        for _ in range(5):
            assert isinstance(by_phone.prove_phone(carried, "wrong", now), Refused)
    carried = str(by_phone.ask(PHONE, "10.0.0.2", "en", now))
    assert isinstance(by_phone.prove_phone(carried, last(sms), now), Refused)


def test_one_address_makes_no_telephones_ring_all_day(desk: Desk, sms: Gateway) -> None:
    asked = [ask(browser(), f"1381234560{n}" if n < 10 else f"138123457{n}").status_code for n in range(11)]
    assert asked == [302] * 10 + [422] and len(sms.came) == 10
    assert ask(browser("10.0.0.2"), PHONE).status_code == 302


@pytest.mark.parametrize("phone", ["", "0570-5021234", "12345", "1381234567x"])
def test_what_is_no_mobile_number_gets_no_code(desk: Desk, sms: Gateway, phone: str) -> None:
    assert ask(browser(), phone).status_code == 422 and sms.came == []


def test_cases_of_long_ago_may_be_of_whoever_had_the_number_before(desk: Desk, sms: Gateway) -> None:
    from tongban.apps.people import by_phone

    desk.register()
    later = datetime.now(UTC) + timedelta(days=366 * 2 + 1)
    carried = str(by_phone.ask(PHONE, "10.0.0.1", "en", later))
    assert by_phone.prove_phone(carried, last(sms), later) == ()


def test_without_a_channel_the_page_says_what_else_to_do(desk: Desk, settings: Any) -> None:
    settings.TONGBAN_CHANNELS = {}
    answer = ask(browser(), PHONE)
    assert answer.status_code == 422 and "Use number and telephone" in body(answer)
    assert browser().get("/follow/by-phone/code/").headers["Location"] == "/follow/by-phone/"
    assert "The number is lost?" in body(browser().get("/follow/"))
