"""A program outside that speaks Open311: every answer it gets, XML and JSON, is held to the schemas and to each other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client

import open311_judge
from desk_ground import Desk
from open311_judge import textual
from tongban.apps.open311.keys import issue
from tongban.apps.open311.offers import offer
from tongban.kernel.refusal import Refused

FORM = "application/x-www-form-urlencoded; charset=utf-8"
ADMINISTRATOR = "hushaohua"


def judged(response: Any, kind: str) -> Any:
    return open311_judge.judged(response["Content-Type"], response.status_code, response.content, kind)


class Program:
    """Requests at the door. ``key`` is shown with what is sent."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.client = Client()

    def get(self, path: str, kind: str, language: str = "en", **query: str) -> Any:
        """Both formats, which must say the same; the answer as JSON and its status."""
        answers = []
        for form in ("xml", "json"):
            response = self.client.get(
                f"/open311/{path}.{form}", query, headers={"Accept-Language": language}
            )
            answers.append((judged(response, kind), response.status_code))
        (xml, xml_status), (told, status) = answers
        assert xml == textual(told) and xml_status == status, (xml, told)
        return told, status

    def post(self, form: str = "json", language: str = "en", headers: Any = None, **sent: Any) -> Any:
        fields = {"api_key": self.key, **{name.replace("__", "."): value for name, value in sent.items()}}
        body = urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)
        return self.raw(body, form, language, headers)

    def raw(self, body: str | bytes, form: str = "json", language: str = "en", headers: Any = None) -> Any:
        heads = {"Accept-Language": language, **(headers or {})}
        response = self.client.generic("POST", f"/open311/v2/requests.{form}", body, FORM, headers=heads)
        return judged(response, "created"), response.status_code


def offered(desk: Desk, most: int = 60) -> Program:
    """A program with a key, where the county offers what residents bring."""
    acting = desk.acting(ADMINISTRATOR)
    made = offer("hotline", {}, acting)
    assert not isinstance(made, Refused), made
    key = issue("街坊随手报", 30, most, acting)
    assert not isinstance(key, Refused)
    return Program(key[1])
