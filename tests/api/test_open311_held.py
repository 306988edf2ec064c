"""What ``make georeport`` asks of a running installation is asked here of the program itself; and it does find what is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from open311_ground import FORM, offered

sys.path.insert(0, str(Path(__file__).parents[2]))
from benches.open311 import Answer, Ask, hold

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database


def inside() -> Ask:
    """Asks without the network."""
    client = Client(headers={"accept-language": "en"})

    def ask(method: str, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode(fields) if method == "POST" else ""
        answer = client.generic(method, f"/open311/{path}", body, FORM)
        return Answer(answer.status_code, answer["Content-Type"], answer.content)

    return ask


def test_every_call_and_every_error_of_the_standard_holds(desk: Desk) -> None:
    key = offered(desk).key
    found = hold(inside(), key)
    assert [each for each in found if each.wrong] == []
    assert len(found) > 50


def test_an_answer_that_is_not_as_the_standard_says_is_found(desk: Desk) -> None:
    offered(desk)
    plain = inside()

    def changed(method: str, path: str, fields: dict[str, str]) -> Answer:
        answer = plain(method, path, fields)
        if path.endswith("services.json"):
            told = json.loads(answer.content)
            told[0]["type"] = "sometime"
            return answer._replace(content=json.dumps(told).encode())
        return answer

    wrong = [each.what for each in hold(changed) if each.wrong]
    assert "GET v2/services.json" in wrong and "GET v2/services.xml" not in wrong
