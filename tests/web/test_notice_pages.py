"""Where people read what they were told and say how they want to be told; and the page that a message leads to."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from desk_ground import TEXT
from desk_ground import county as county
from desk_ground import desk as desk
from notice_ground import MAIL, NUMBER, Told
from notice_ground import told as told

pytestmark = pytest.mark.database

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def sign_in(client: Client, login: str) -> Client:
    from django.contrib.auth.models import User

    client.force_login(User.objects.get(username=login))
    return client


def own(client: Client, told: Told, number: str) -> Client:
    client.post("/follow/", {"number": number, "phone": "13812345678"})
    return client


def test_a_handler_reads_what_they_were_told_and_says_how(told: Told, client: Client) -> None:
    number = told.desk.dispatched()
    told.send()
    sign_in(client, told.desk.handler)
    page = client.get("/desk/notices/").content.decode()
    assert f"/desk/{number}/" in page and "只在工作台" in page and "新诉求" in page
    given = {"channel": "mail", "pace": "morning", "phone": NUMBER, "mail": MAIL}
    saved = client.post("/desk/notices/", given, follow=True).content.decode()
    assert "已保存。" in saved and MAIL in saved
    other = sign_in(Client(), told.desk.clerk).get("/desk/notices/").content.decode()
    assert MAIL not in other and NUMBER not in other


def test_what_is_wrong_is_said_and_what_was_typed_stays(told: Told, client: Client) -> None:
    sign_in(client, told.desk.handler)
    answer = client.post("/desk/notices/", {"channel": "sms", "pace": "once", "phone": "12", "mail": ""})
    assert answer.status_code == 422
    assert "手机号码不对" in answer.content.decode() and 'value="12"' in answer.content.decode()


def test_the_page_of_a_case_shows_who_was_told_and_what_became_of_it(told: Told, client: Client) -> None:
    number = told.desk.register()
    told.send()
    sign_in(client, told.desk.clerk)
    assert f"/desk/{number}/notices/" in client.get(f"/desk/{number}/").content.decode()
    page = client.get(f"/desk/{number}/notices/").content.decode()
    assert "网关已收下" in page and "短信" in page and "13812345678" not in page


def test_what_a_notice_says_stands_beneath_it_once_however_many_were_told(told: Told, client: Client) -> None:
    number = told.desk.dispatched()
    told.send(told.window())
    page = sign_in(client, told.desk.clerk).get(f"/desk/{number}/notices/").content.decode()
    assert page.count("新诉求") > 1 and page.count("请先签收，再联系诉求人") == 1
    mine = sign_in(Client(), told.desk.handler).get("/desk/notices/").content.decode()
    assert "请先签收，再联系诉求人" in mine
    theirs = own(Client(), told, number).get(f"/follow/{number}/messages/").content.decode()
    assert "承办单位会先和您联系" in theirs and "请先签收" not in theirs


def test_a_case_that_one_may_not_see_shows_no_notices(told: Told, client: Client) -> None:
    number = told.desk.register()
    sign_in(client, told.desk.other_handler)
    assert client.get(f"/desk/{number}/notices/").status_code == 404
    assert Client().get(f"/desk/{number}/notices/").status_code == 302


def test_a_requester_sees_what_was_sent_and_may_want_no_more(told: Told, client: Client) -> None:
    number = told.desk.register()
    told.send()
    own(client, told, number)
    page = client.get(f"/follow/{number}/messages/").content.decode()
    assert "网关已收下" in page and "checked" in page
    client.post(f"/follow/{number}/messages/", {})
    told.desk.step(number, "dispatch", told.desk.dispatcher)
    told.send(told.window())
    assert len(told.sms.came) == 1
    assert "本人不要消息" in client.get(f"/follow/{number}/messages/").content.decode()


def test_messages_of_others_are_nobodys_to_read_or_stop(told: Told, client: Client) -> None:
    number = told.desk.register()
    told.send()
    for answer in (client.get(f"/follow/{number}/messages/"), client.post(f"/follow/{number}/messages/", {})):
        assert answer.status_code == 302 and answer["Location"] == f"/follow/{number}/"
    told.desk.step(number, "dispatch", told.desk.dispatcher)
    told.send(told.window())
    assert len(told.sms.came) == 2


def test_the_page_behind_a_message_says_the_same_of_every_code(told: Told, client: Client) -> None:
    number = told.desk.register()
    told.send()
    found = re.search(r"/t/(\w{10})/", told.sms.came[0]["content"])
    assert found is not None

    def read(code: str, *, post: bool = False) -> str:
        page = (client.post if post else client.get)(f"/t/{code}/")
        return re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"|\w{10}(?=/)|"X-CSRFToken": "\w+"',
            "",
            page.content.decode(),
        )

    assert (
        read(found[1]) == read("zzzzzzzzzz")
        and number not in read(found[1])
        and TEXT[:5] not in read(found[1])
    )
    assert read("zzzzzzzzzz", post=True) == read(found[1], post=True)


def test_the_demos_telephone_is_nowhere_else(told: Told, client: Client, settings: Any) -> None:
    assert client.get("/gateway/").status_code == 404
    settings.DEBUG, settings.TONGBAN_CHANNELS = True, {}
    told.desk.register()
    told.send()
    page = client.get("/gateway/").content.decode()
    assert "138****5678" in page and "13812345678" not in page and "/t/" in page and TEXT[:5] not in page


@pytest.mark.parametrize(("hour", "quiet"), [(23, True), (11, False)])
def test_the_demos_telephone_says_why_something_waits(told: Told, hour: int, quiet: bool) -> None:
    """A Wednesday: at night it is quiet; by day what staff is told waits for its window, and that is no night."""
    from datetime import timedelta

    from tongban.apps.notices.shown import waiting_next
    from tongban.kernel.clock import LOCAL
    from tongban.store.models import DeliveryRow

    told.desk.register()
    told.send()
    now = datetime(2026, 3, 4, hour, tzinfo=LOCAL)
    one = DeliveryRow.objects.first()
    assert one is not None
    DeliveryRow.objects.exclude(pk=one.pk).delete()
    DeliveryRow.objects.update(at=now + timedelta(hours=1), sending=None, dropped="")
    found = waiting_next(now)
    assert found is not None and (found.n, found.quiet) == (1, quiet)
    assert waiting_next(now + timedelta(hours=2)) is None


def report(told: Told, client: Client, state: str = "delivered", **changed: Any) -> Any:
    from tongban.apps.notices.receipts import signature_of

    key = changed.get("key", told.sms.came[-1]["key"] if told.sms.came else "")
    body = json.dumps({"key": key, "state": state, "receipt": "g-1"}).encode()
    at = changed.get("at", str(int(datetime.now(UTC).timestamp())))
    signature = changed.get("signature", signature_of(SECRET, "m1", at, body))
    heads = {"webhook-id": "m1", "webhook-timestamp": at, "webhook-signature": signature}
    return client.post(
        f"/api/receipts/{changed.get('channel', 'sms')}/", body, "application/json", headers=heads
    )


@pytest.fixture
def receipted(told: Told, settings: Any) -> Told:
    settings.TONGBAN_CHANNELS |= {"sms.receipts": SECRET}
    told.desk.register()
    told.send()
    return told


def test_a_gateways_signed_report_is_believed_once_and_again(receipted: Told, client: Client) -> None:
    from tongban.store.models import SendingRow

    assert report(receipted, client).status_code == 200
    assert report(receipted, client, "failed").status_code == 200
    row = SendingRow.objects.get()
    assert (row.state, row.receipt) == ("delivered", "g-1")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"signature": "v1,AAAA"}, 401),
        ({"at": "1700000000"}, 401),
        ({"at": "soon"}, 401),
        ({"channel": "mail"}, 401),
        ({"channel": "pigeon"}, 401),
        ({"key": "no key"}, 422),
        ({"key": "8f1b1f4e-6f1f-5a1e-9b57-1f0c5b0f9d11"}, 404),
    ],
)
def test_a_report_that_is_forged_old_or_of_nothing_changes_nothing(
    receipted: Told, client: Client, changed: dict[str, str], status: int
) -> None:
    from tongban.store.models import SendingRow

    assert report(receipted, client, **changed).status_code == status
    assert SendingRow.objects.get().state == "accepted"


def test_a_copy_of_ones_own_data_has_what_one_was_told(told: Told, client: Client) -> None:
    number = told.desk.register()
    told.send()
    copy = json.loads(own(client, told, number).post(f"/follow/{number}/data/").content)
    [message] = copy["told"]
    assert message["way"] == "短信" and message["state"] == "网关已收下" and message["text"]


def test_tries_of_the_system_are_one_line_among_the_looks_of_people(told: Told, client: Client) -> None:
    from tongban.apps.casework.lookers import lookers

    number = told.desk.register()
    told.sms.answer = 503
    early = told.early()
    told.send(early)
    told.send(early + timedelta(hours=1))
    seen = lookers(number, told.desk.acting(told.desk.clerk))
    assert isinstance(seen, tuple) and len(seen) == 2
    page = sign_in(client, told.desk.clerk).get(f"/desk/{number}/who/").content.decode()
    assert "连着 2 次" in page and page.count("发消息告知") == 1


def test_whoever_looks_for_what_was_erased_is_told_so(told: Told, client: Client) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.erasing import Left, erase_person
    from tongban.kernel.commands import SYSTEM

    number = told.desk.register()
    left = erase_person(number, Acting(datetime.now(UTC), SYSTEM))
    assert isinstance(left, Left), left
    asked = {"purpose": "contact", "why": "给他打电话"}
    page = sign_in(client, told.desk.clerk).post(f"/desk/{number}/who/", asked).content.decode()
    assert "已经删除" in page and "••••••" not in page
