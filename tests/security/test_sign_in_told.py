"""Every try to sign in is a line of the log: which way, what came of it, and a sign for whose account, never a name."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from desk_ground import PASSWORD, Desk, county, desk
from tongban.apps.observing.lines import JsonLines

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO, "tongban.sign_in")
    return lambda: [
        (each.msg, getattr(each, "way", ""), getattr(each, "who", ""))
        for each in caplog.records
        if each.name == "tongban.sign_in"
    ]


def test_by_a_password(desk: Desk, lines: Any, caplog: pytest.LogCaptureFixture) -> None:
    for password in ("not theirs at all", PASSWORD):
        Client().post("/sign-in/", {"username": desk.clerk, "password": password})
    [(said, way, sign), (then, again, same)] = lines()
    assert (said, way, then, again) == ("sign-in failed", "password", "sign-in succeeded", "password")
    assert sign == same and len(sign) == 8
    written = "".join(JsonLines().format(each) for each in caplog.records)
    assert desk.clerk not in written and PASSWORD not in written and '"way":"password"' in written


def test_by_a_program_and_who_is_held_up(desk: Desk, lines: Any) -> None:
    body = {"login": desk.clerk, "password": "wrong", "scopes": ["read"]}
    for _ in range(6):
        Client().post("/api/v1/tokens", body, content_type="application/json")
    told = lines()
    assert [each[0] for each in told] == ["sign-in failed"] * 5 + ["sign-in held up"]
    assert {each[2] for each in told} == {told[0][2]} and told[0][1] == "program"
