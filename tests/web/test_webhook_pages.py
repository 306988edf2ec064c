"""Other systems that are told what happens, as an administrator sees them; nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk

pytestmark = pytest.mark.database

WISH = {"purpose": "市数据枢纽", "address": "https://hub.example/take", "kind": ["case.opened", "case.held"]}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def administrator(desk: Desk, client: Client) -> Iterator[Client]:
    from django.contrib.auth.models import User

    from tongban.store.models import PostRow

    PostRow.objects.create(
        county="330822",
        person=desk.clerk,
        unit="hotline-centre",
        role="administrator",
        since=date(2020, 1, 1),
    )
    client.force_login(User.objects.get(username=desk.clerk))
    yield client


def made(administrator: Client, **changed: Any) -> Any:
    return administrator.post("/studio/webhooks/", {**WISH, **changed})


def test_a_subscription_is_made_and_its_secret_shown_this_once(administrator: Client) -> None:
    page = made(administrator)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    [secret] = set(SECRET.findall(page.content.decode()))
    listed = administrator.get("/studio/webhooks/").content.decode()
    assert "市数据枢纽" in listed and "hub.example" in listed and secret not in listed
    [path] = set(re.findall(r"/studio/webhooks/wh_[0-9a-f]+/", listed))
    one = administrator.get(path).content.decode()
    assert secret not in one and "换了承办单位" in one and "没有消息" in one


def test_what_is_wrong_with_it_is_said_and_what_was_typed_stays(administrator: Client) -> None:
    page = made(administrator, address="https://10.1.2.3/x", purpose="内网系统")
    text = page.content.decode()
    assert page.status_code == 422 and "内部网络" in text and 'value="内网系统"' in text


def test_a_trial_is_sent_looked_at_and_sent_again_and_all_of_it_ends(administrator: Client) -> None:
    made(administrator)
    [path] = set(
        re.findall(r"/studio/webhooks/wh_[0-9a-f]+/", administrator.get("/studio/webhooks/").content.decode())
    )

    def act(**fields: str) -> str:
        return administrator.post(f"{path}change/", fields, follow=True).content.decode()

    assert "1 条会在下一轮发出" in act(act="trial")
    [message] = set(re.findall(r"msg_[0-9a-f]{28}", administrator.get(path).content.decode()))
    assert "1 条会在下一轮发出" in act(act="again", message=message)
    assert "没有说清" in act(act="replay")
    assert "暂停了" in act(act="pause") and "继续发送" in act(act="resume")
    assert SECRET.search(act(act="secret"))
    assert "新旧密钥都签" in administrator.get(path).content.decode()
    assert "不再告诉" in act(act="end")
    ended = administrator.get(path).content.decode()
    assert f"订阅“{path.split('/')[-2]}”已经结束" in ended, "why the trial was given up"
    assert "已经结束" in act(act="trial")


def test_nobody_else_sees_them(desk: Desk, client: Client) -> None:
    from django.contrib.auth.models import User

    client.force_login(User.objects.get(username=desk.clerk))
    assert client.get("/studio/webhooks/").status_code == 403
    assert client.post("/studio/webhooks/", WISH).status_code == 403


def test_what_a_receiver_does_not_take_is_marked_though_somebody_is_there(administrator: Client) -> None:
    """302 and 4xx are answers: nobody is away, and yet nothing arrives."""
    from tongban.store.models import MessageRow

    made(administrator)
    listed = administrator.get("/studio/webhooks/").content.decode()
    [path] = set(re.findall(r"/studio/webhooks/wh_[0-9a-f]+/", listed))
    administrator.post(f"{path}change/", {"act": "trial"})
    assert "没有收下" not in administrator.get("/studio/webhooks/").content.decode()
    MessageRow.objects.filter(county="330822").update(tries=1, status=302, why="webhook.answer")
    for page in ("/studio/webhooks/", path):
        assert (
            '<span class="state late">1 条对方没有收下，还在试</span>'
            in administrator.get(page).content.decode()
        )


def test_units_are_offered_as_in_every_form(administrator: Client) -> None:
    page = administrator.get("/studio/webhooks/").content.decode()
    assert page.index('<optgroup label="县级部门和单位">') < page.index('<optgroup label="天马街道办事处">')


def test_of_one_whose_maker_is_no_administrator_any_more_it_is_said_and_only_its_end_is_offered(
    administrator: Client, desk: Desk
) -> None:
    from tongban.store.models import WebhookRow

    made(administrator)
    WebhookRow.objects.update(owner=desk.handler)
    assert "停了" in administrator.get("/studio/webhooks/").content.decode()
    path = f"/studio/webhooks/{WebhookRow.objects.get().id}/"
    page = administrator.get(path).content.decode()
    assert "不再是管理员，什么也不发了" in page and "新订一个" in page
    assert re.findall(r'name="act" value="(\w+)"', page) == ["end"]
    refused = administrator.post(f"{path}change/", {"act": "trial"})
    assert refused.status_code == 409 and "不再是管理员" in refused.content.decode()
    assert administrator.post(f"{path}change/", {"act": "end"}).status_code == 302
