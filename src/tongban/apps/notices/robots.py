"""Robots of groups: DingTalk, WeCom and Feishu, asked as their makers describe it.

All three answer 200 also for what they refuse (a wrong signature, a missing keyword, more than twenty messages a minute) and
say so in the body, which is why they are not left to Apprise: it reads the addresses, and what comes back is judged here.
Sources: open.dingtalk.com/document/robots/custom-robot-access, developer.work.weixin.qq.com/document/path/91770,
open.feishu.cn/document (custom bots).
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from time import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from tongban.apps.outgoing import send
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from apprise import NotifyBase

DINGTALK = "https://oapi.dingtalk.com/robot/send"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/"
LONGEST = 2048
"""Bytes of a text that WeCom takes."""


class Asked(Struct, frozen=True):
    """One request to a robot; ``code`` is the member of its answer that is 0 when it took the message."""

    address: str
    body: bytes
    code: str


def asked(made: NotifyBase, title: str, text: str) -> Asked | None:
    """What to ask of the robot that an address names; None for what is no robot."""
    words = f"{title}\n{text}" if title else text
    match made.secure_protocol:
        case "dingtalk":
            targets = [str(each) for each in getattr(made, "targets", ())]
            said = {
                "msgtype": "text",
                "text": {"content": words},
                "at": {"atMobiles": targets, "isAtAll": False},
            }
            query = {
                "access_token": _said(made, "token"),
                **_signed(_said(made, "secret"), int(time() * 1000)),
            }
            return Asked(f"{DINGTALK}?{urlencode(query)}", _json(said), "errcode")
        case "wecombot":
            said = {"msgtype": "text", "text": {"content": _within(words, LONGEST)}}
            return Asked(f"{WECOM}?{urlencode({'key': _said(made, 'key')})}", _json(said), "errcode")
        case "feishu":
            said = {"msg_type": "text", "content": {"text": words}}
            return Asked(FEISHU + quote(_said(made, "token"), safe=""), _json(said), "code")
        case _:
            return None


def taken(robot: Asked, seconds: float) -> str | None:
    """ "" when the robot took it, else the code of why not; None when it did not answer in time, so that nobody knows."""
    answer = send(
        robot.address, robot.body, {"Content-Type": "application/json; charset=utf-8"}, seconds=seconds
    )
    if isinstance(answer, Refused):
        return None if answer.code == "outgoing.slow" else "notices.unreachable"
    if answer.status != 200:
        return "notices.not_taken"
    try:
        said = shapes.read(answer.body, dict[str, object])
    except msgspec.DecodeError:
        return "notices.not_taken"
    return "" if said.get(robot.code) == 0 else "notices.not_taken"


def _signed(secret: str, milliseconds: int) -> dict[str, str]:
    """Time and signature (加签), nothing for a robot without a secret."""
    if not secret:
        return {}
    digest = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), "sha256")
    return {"timestamp": str(milliseconds), "sign": b64encode(digest).decode()}


def _said(made: NotifyBase, name: str) -> str:
    return str(getattr(made, name, None) or "")


def _json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _within(text: str, most: int) -> str:
    """The text, or as much of it as fits, with a sign that it goes on."""
    whole = text.encode()
    return text if len(whole) <= most else whole[: most - 3].decode(errors="ignore") + "…"
