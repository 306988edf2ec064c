"""The short way that requests of programs take is the long one, only shorter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import ResolverMatch, URLResolver, get_resolver

from tongban.api.straight import Straight
from tongban.api.v1.routes import ROUTES

NONE_OF_OURS = ("", "/", "cases/", "cases//steps", "cases/1/steps/", "no/such/place", "cases/1/2/3/4/5")


def _v1() -> Straight:
    [api] = [each for each in get_resolver().url_patterns if str(each.pattern) == "api/"]
    assert isinstance(api, URLResolver)
    [found] = [each for each in api.url_patterns if isinstance(each, Straight)]
    return found


def _said(match: ResolverMatch) -> tuple[object, ...]:
    return match.func, match.args, match.kwargs, match.route


def test_every_address_is_found_as_django_would_find_it() -> None:
    v1 = _v1()
    paths = {re.sub(r"\{[a-z_]+\}", "27", route.path).lstrip("/") for route in ROUTES} | {*NONE_OF_OURS}
    assert len(paths) > 100
    for path in paths:
        assert _said(v1.resolve(f"v1/{path}")) == _said(URLResolver.resolve(v1, f"v1/{path}")), path


@pytest.mark.database
def test_a_program_gets_no_cookie_and_is_refused_by_a_name_that_is_not_served(api: Any) -> None:
    client = Client()
    answer = client.get("/api/v1/practices")
    assert (answer.status_code, answer.cookies) == (200, {})
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not hasattr(answer.wsgi_request, "session")
    assert client.get("/api/v1/practices", HTTP_HOST="elsewhere.example").status_code == 400
    assert client.get("/api/v1/nothing").json()["code"] == "api.route"
    assert api is not None


@pytest.mark.database
def test_a_fault_behind_the_door_has_its_page_without_a_session(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("tongban.api.receipts.hear_receipt", away)
    answer = Client().post("/api/receipts/sms/", b"{}", content_type="application/json")
    assert answer.status_code == 503
    assert api is not None
