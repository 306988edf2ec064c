"""Whether a reply answers: shown to whoever writes it and to whoever checks it, stopping nobody, and to nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.people.tokens import staff_token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

RANDOM = {"outcome": "explained", "result": "您的来信收悉，感谢您的支持。", "basis": "按相关规定"}
SOUND = {
    "outcome": "resolved",
    "result": "环卫所已到现场疏通下水道，污水已清。",
    "basis": "城镇排水与污水处理条例",
}
PAPER = b"%PDF-1.4\n1 0 obj<</Type /Page>>endobj\n%%EOF\n"
HOLLOW, ABOUT_IT = "放在哪一件里都说得通", "这份答复，请留意"


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def shown(login: str, number: str) -> str:
    return str(reader(login).get(f"/desk/{number}/").content.decode())


def weigh(login: str, number: str, part: bool = True, **given: Any) -> Any:
    headers = {"HX-Request": "true"} if part else {}
    return reader(login).post(f"/desk/{number}/steps/reply/weigh/", given, headers=headers)


def contacted(desk: Desk) -> str:
    return desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")


def answered(desk: Desk, **reply: str) -> str:
    return desk.step(contacted(desk), "reply", desk.handler, **reply)


def test_the_writer_sees_what_is_missing_while_writing(desk: Desk) -> None:
    number = contacted(desk)
    page = shown(desk.handler, number)
    assert f'hx-post="/desk/{number}/steps/reply/weigh/"' in page
    assert HOLLOW not in page
    part = weigh(desk.handler, number, **RANDOM).content.decode()
    assert HOLLOW in part
    assert "<form" not in part
    assert HOLLOW not in weigh(desk.handler, number, **SOUND).content.decode()


def test_without_javascript_a_button_shows_it_and_everything_entered_stays(desk: Desk) -> None:
    number = contacted(desk)
    given = {**RANDOM, "evidence": SimpleUploadedFile("依据.pdf", PAPER, "application/pdf")}
    response = weigh(desk.handler, number, part=False, **given)
    page = response.content.decode()
    assert response.status_code == 200
    assert HOLLOW in page
    assert RANDOM["result"] in page
    assert re.search(r'value="explained"[^>]*checked', page)
    assert re.search(r'name="evidence"[^>]*value="[0-9a-f]{64}"', page)
    assert "审核" not in desk.story(number)[0]


def test_what_was_written_is_given_back_where_somebody_else_was_quicker(desk: Desk) -> None:
    page = weigh(desk.handler, answered(desk, **SOUND), part=False, **RANDOM).content.decode()
    assert RANDOM["result"] in page


def test_a_reply_that_says_nothing_is_sent_all_the_same(desk: Desk) -> None:
    number = contacted(desk)
    sent = reader(desk.handler).post(f"/desk/{number}/steps/reply/", {"_key": str(uuid4()), **RANDOM})
    assert sent.status_code == 302


def test_the_reviewer_reads_the_same_beside_the_approval(desk: Desk) -> None:
    page = shown(desk.reviewer, answered(desk, **RANDOM))
    beside = page.partition('id="step-approve"')[2].partition("</form>")[0]
    assert ABOUT_IT in beside
    assert HOLLOW in beside
    sound = shown(desk.reviewer, answered(desk, **SOUND))
    assert HOLLOW not in sound
    assert "没有看出缺什么" in sound


def test_the_page_of_a_reply_to_be_checked_asks_the_database_at_most_twelve_things(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    number, client = answered(desk, **RANDOM), reader(desk.reviewer)
    client.get(f"/desk/{number}/")
    queries = sent_queries(lambda: client.get(f"/desk/{number}/"))
    assert len(queries) <= 12, queries


def test_nobody_else_reads_it(desk: Desk) -> None:
    number = answered(desk, **RANDOM)
    for login in (desk.clerk, desk.handler, desk.supervisor, desk.dispatcher):
        page = shown(login, number)
        assert ABOUT_IT not in page, login
        assert HOLLOW not in page, login


def test_whoever_may_not_answer_is_told_nothing_of_a_text(desk: Desk) -> None:
    number = contacted(desk)
    assert HOLLOW not in weigh(desk.clerk, number, **RANDOM).content.decode()
    assert weigh(desk.other_handler, number, **RANDOM).status_code == 404


def test_the_same_text_in_settled_cases_is_told(desk: Desk) -> None:
    text = {**SOUND, "result": "环卫所已派人到现场疏通下水道，并清理路面污水，后门一带已冲洗干净。"}
    for _ in range(2):
        number = answered(desk, **text)
        desk.step(number, "approve", desk.reviewer)
        desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    assert "另外 2 件" in weigh(desk.handler, contacted(desk), **text).content.decode()


def test_a_program_that_rehearses_the_step_gets_the_same(desk: Desk) -> None:
    number = contacted(desk)
    body = {"step": "reply", "answers": RANDOM}
    mine = rehearsed(desk.handler, number, body)
    assert [each["code"] for each in mine.json()["remarks"]] == ["replies.hollow"]
    assert mine.json()["remarks"][0]["weight"] == "flag"
    sent = answered(desk, **RANDOM)
    assert HOLLOW in str(rehearsed(desk.reviewer, sent, {"step": "approve"}).json())
    assert rehearsed(desk.clerk, sent, {"step": "approve"}).status_code != 200


def rehearsed(login: str, number: str, body: dict[str, Any]) -> Any:
    user = User.objects.get(username=login)
    token = staff_token(user, ("read", "act"), timedelta(hours=1)).text
    return Client().post(
        f"/api/v1/cases/{number}/foreseen",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"},
    )


def test_nothing_of_it_is_kept(desk: Desk) -> None:
    from django.db import connection

    number = contacted(desk)
    before = _rows(connection)
    weigh(desk.handler, number, **RANDOM)
    assert _rows(connection) == before


def _rows(connection: Any) -> list[int]:
    tables = [name for name in connection.introspection.table_names() if name.startswith("store_")]
    with connection.cursor() as cursor:
        counts = []
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts.append(cursor.fetchone()[0])
    return counts
