"""A resident at the pages: reads them as a browser without scripts does, presses their buttons, loses nothing."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from desk_ground import Desk

PHONE = "13812345678"
MATTER = "老街口的路灯坏了快半个月，晚上黑得很，昨天有位老人摔了一跤。"


class _Form(HTMLParser):
    """The values of the form that is sent by a button, and every named button of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.area = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name = has.get("name", "")
        if tag == "input" and name and has.get("type") not in ("checkbox", "radio", "file"):
            self.values.setdefault(name, []).append(has.get("value", ""))
        elif tag == "input" and name and "checked" in has:
            self.values.setdefault(name, []).append(has.get("value", "on"))
        elif tag == "textarea" and name:
            self.area = name
            self.values.setdefault(name, []).append("")
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in has and self.select:
            self.values.setdefault(self.select, []).append(has.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            written = self.values[self.area].pop()
            self.values[self.area].append(written.removeprefix("\n"))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area][-1] += data


def form_of(page: str, containing: str = 'name="stamp"') -> dict[str, list[str]]:
    """What the first form that holds a piece of text would send."""
    own = next((part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if containing in part), "")
    parser = _Form()
    parser.feed(own)
    return parser.values


class Visitor:
    """Somebody with a browser. ``page`` is what they see, ``status`` how it was answered."""

    def __init__(self, **more: Any) -> None:
        self.client = Client(**more)
        self.page = ""
        self.status = 0
        self.path = "/"

    def get(self, path: str, **headers: str) -> Visitor:
        self.path = path
        return self._seen(self.client.get(path, headers=headers, follow=True))

    def post(self, path: str, values: dict[str, Any]) -> Visitor:
        self.path = path
        return self._seen(self.client.post(path, values, follow=True))

    def press(self, go: str = "next", **filled: Any) -> Visitor:
        """Fill in the page of the report and press a button of it."""
        return self.post(self.path, {**form_of(self.page), "go": go, **filled})

    def begin(self, path: str = "/", matter: str = MATTER) -> Visitor:
        return self.get(path).press(body=matter)

    def ready(self, path: str = "/", matter: str = MATTER, phone: str = PHONE, **more: Any) -> Visitor:
        """At the last page, with everything filled in."""
        return self.begin(path, matter).press(**more).press(phone=phone)

    def send(self, **more: Any) -> str:
        """The number of what has been sent."""
        self.press("send", **more)
        found = re.search(r"big-number\">([\d ]+)<", self.page)
        assert found, self.page[:3000]
        return found[1].replace(" ", "")

    def prove(self, number: str, phone: str = PHONE, **more: Any) -> Visitor:
        return self.post("/follow/", {**more, "number": number, "phone": phone})

    def act(self, number: str, step: str, **answers: Any) -> Visitor:
        return self.post(f"/follow/{number}/do/{step}/", answers)

    def _seen(self, response: Any) -> Visitor:
        self.page = response.content.decode() if "text/html" in response["Content-Type"] else ""
        self.status = response.status_code
        if response.redirect_chain:
            self.path = response.redirect_chain[-1][0]
        return self


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests type faster than people."""
    from tongban.web.resident import flood

    monkeypatch.setattr(flood, "SOONEST", 0)


@pytest.fixture
def visitor(desk: Desk, unhurried: None) -> Visitor:
    return Visitor()


def asked_back(desk: Desk, **answers: object) -> str:
    """A case that waits for its requester's word."""
    number = desk.step(desk.dispatched(**answers), "sign", desk.handler)
    desk.step(number, "contact", desk.handler, contact_way="phone")
    desk.step(
        number,
        "reply",
        desk.handler,
        outcome="resolved",
        result="已经疏通，张三家门口也看过。",
        basis="现场查看",
    )
    return desk.step(number, "approve", desk.reviewer)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> SimpleUploadedFile:
    """A photo as a file that is uploaded."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue())
