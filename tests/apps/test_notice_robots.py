"""Robots of groups on this machine, each taking only what its maker's pages describe, and answering 200 to what it refuses."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from tongban.apps.notices import robots
from tongban.apps.notices.carrying import carry
from tongban.apps.notices.channels import Channel
from tongban.kernel.refusal import Refused

TOKEN, SECRET = "a1" * 32, "SEC" + "4f" * 32
KEY = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
Judge = Callable[["_Robot", dict[str, list[str]], dict[str, Any]], dict[str, Any]]


class _Robot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))
        server = cast("_Server", self.server)
        server.came.append(body)
        if not self.headers["Content-Type"].startswith("application/json"):
            answer = {"errcode": 43004, "code": 9499, "errmsg": "not JSON"}
        else:
            answer = server.judge(self, parse_qs(parts.query, keep_blank_values=True), body)
        written = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: object) -> None:
        """Tests say nothing of their own."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    judge: Judge
    came: list[dict[str, Any]]


def dingtalk(robot: _Robot, query: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    """Signature as the page on 加签 says: HmacSHA256 of time and secret, Base64, written once for an address."""
    if urlsplit(robot.path).path != "/robot/send" or query.get("access_token") != [TOKEN]:
        return {"errcode": 300001, "errmsg": "token is not exist"}
    [at], [sign] = query.get("timestamp", [""]), query.get("sign", [""])
    wanted = b64encode(hmac.digest(SECRET.encode(), f"{at}\n{SECRET}".encode(), "sha256")).decode()
    if sign != wanted or abs(int(at) - time() * 1000) > 3_600_000:
        return {"errcode": 310000, "errmsg": "sign not match"}
    if body["msgtype"] != "text" or not body["text"]["content"] or body["at"]["isAtAll"] is not False:
        return {"errcode": 40035, "errmsg": "bad request"}
    return {"errcode": 0, "errmsg": "ok"}


def wecom(robot: _Robot, query: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    if urlsplit(robot.path).path != "/cgi-bin/webhook/send" or query != {"key": [KEY]}:
        return {"errcode": 93000, "errmsg": "invalid webhook url"}
    if set(body) != {"msgtype", "text"} or len(body["text"]["content"].encode()) > 2048:
        return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
    return {"errcode": 0, "errmsg": "ok"}


def feishu(robot: _Robot, query: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    if robot.path != f"/open-apis/bot/v2/hook/{TOKEN}":
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
    if body.get("msg_type") != "text" or set(body["content"]) != {"text"}:
        return {"code": 9499, "msg": "Bad Request", "data": {}}
    return {"code": 0, "msg": "success", "data": {}}


ADDRESSES = {
    "dingtalk": f"dingtalk://{SECRET}@{TOKEN}",
    "wecom": f"wecombot://{KEY}",
    "feishu": f"feishu://{TOKEN}",
}
JUDGES: dict[str, Judge] = {"dingtalk": dingtalk, "wecom": wecom, "feishu": feishu}


@pytest.fixture(params=list(ADDRESSES))
def robot(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Channel, _Server]]:
    server = _Server(("127.0.0.1", 0), _Robot)
    server.judge, server.came = JUDGES[request.param], []
    Thread(target=server.serve_forever, daemon=True).start()
    settings.TONGBAN_OUTGOING = ("http://127.0.0.1",)
    for name in ("DINGTALK", "WECOM", "FEISHU"):
        path = urlsplit(getattr(robots, name)).path
        monkeypatch.setattr(robots, name, f"http://127.0.0.1:{server.server_port}{path}")
    try:
        yield Channel(f"{request.param}/hall", ADDRESSES[request.param]), server
    finally:
        server.shutdown()
        server.server_close()


def test_a_message_is_taken_as_its_maker_describes_it(robot: tuple[Channel, _Server]) -> None:
    channel, server = robot
    assert carry(channel, "", "【乌石县】", "您单位有 3 件事今天到期", "key") is None
    [body] = server.came
    assert "【乌石县】\n您单位有 3 件事今天到期" in json.dumps(body, ensure_ascii=False).replace("\\n", "\n")


def test_what_a_robot_refuses_with_status_200_was_not_taken(robot: tuple[Channel, _Server]) -> None:
    channel, server = robot
    server.judge = lambda *_: {"errcode": 130101, "code": 19024, "errmsg": "send too fast"}
    refused = carry(channel, "", "", "words", "key")
    assert isinstance(refused, Refused) and refused.code == "notices.not_taken"


def test_an_answer_that_is_none_of_a_robot_is_no_yes(robot: tuple[Channel, _Server]) -> None:
    channel, server = robot
    server.judge = lambda *_: {"welcome": "to the wireless network of this hotel"}
    assert isinstance(carry(channel, "", "", "words", "key"), Refused)


def test_a_long_list_is_cut_to_what_is_taken(robot: tuple[Channel, _Server]) -> None:
    channel, _ = robot
    assert carry(channel, "", "", "一件事今天到期。" * 400, "key") is None


def test_the_makers_own_addresses_are_asked() -> None:
    hosts = [urlsplit(each).hostname for each in (robots.DINGTALK, robots.WECOM, robots.FEISHU)]
    assert hosts == ["oapi.dingtalk.com", "qyapi.weixin.qq.com", "open.feishu.cn"]
