"""What stands before Django answers programs as Django would have answered them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections

from tongban.config.front import Front

ASKED: dict[str, dict[str, str]] = {
    "what anybody may read": {"PATH_INFO": "/api/v1/practices"},
    "only whether it changed": {"REQUEST_METHOD": "HEAD", "PATH_INFO": "/api/v1/practices"},
    "what may be asked": {"REQUEST_METHOD": "OPTIONS", "PATH_INFO": "/api/v1/cases"},
    "a method that is none": {"REQUEST_METHOD": "PUT", "PATH_INFO": "/api/v1/cases"},
    "a page of words": {"PATH_INFO": "/api/v1/problems/api.route", "HTTP_ACCEPT_LANGUAGE": "en"},
    "no address": {"PATH_INFO": "/api/v1/nothing"},
    "no address at all": {"PATH_INFO": "/api/nothing"},
    "another's name": {"PATH_INFO": "/api/v1/practices", "HTTP_HOST": "elsewhere.example"},
    "a token that is none": {"PATH_INFO": "/api/v1/tasks", "HTTP_AUTHORIZATION": "Bearer tb1.x"},
    "in another language": {"PATH_INFO": "/api/v1/practices", "QUERY_STRING": "lang=en"},
    "far too much": {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/cases", "CONTENT_LENGTH": "99999999999"},
    "no JSON": {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/cases", "CONTENT_TYPE": "application/json"},
    "over TLS": {"PATH_INFO": "/api/v1/practices", "wsgi.url_scheme": "https"},
    "another standard": {"PATH_INFO": "/open311/v2/services.json"},
}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests leave the test's connection open."""
    monkeypatch.setattr("tongban.config.front.close_old_connections", lambda: None)
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def _answer(application: Any, said: dict[str, str]) -> tuple[str, list[tuple[str, str]], bytes]:
    environ = {
        "REQUEST_METHOD": "GET", "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), **said,
    }  # fmt: skip
    begun: list[Any] = []
    parts = application(environ, lambda *given: begun.extend(given))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return begun[0], sorted(begun[1]), body


@pytest.mark.database
@pytest.mark.parametrize("what", ASKED)
def test_an_answer_is_djangos_to_the_letter(api: Any, what: str, settings: Any) -> None:
    settings.TONGBAN_API_LIMITS = 0
    django = WSGIHandler()
    ours, theirs = _answer(Front(django), ASKED[what]), _answer(django, ASKED[what])
    assert ours[:2] == theirs[:2]
    assert ours[2] == theirs[2] or b"<html" in theirs[2]  # a page bears secrets of its own
    assert api is not None


@pytest.mark.database
def test_a_fault_is_said_as_django_says_it(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("tongban.api.receipts.hear_receipt", away)
    asked = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/receipts/sms/"}
    status, headers, _ = _answer(Front(WSGIHandler()), asked)
    assert status.startswith("503")
    assert ("X-Content-Type-Options", "nosniff") in headers
    assert api is not None


@pytest.mark.parametrize(
    "said",
    [{"PATH_INFO": "/"}, {"PATH_INFO": "/apiary/"}, {"PATH_INFO": "/api/v1/cases", "SCRIPT_NAME": "/x"}],
)
def test_what_is_no_programs_goes_on_untouched(said: dict[str, str]) -> None:
    seen: list[dict[str, Any]] = []

    def pages(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(dict(environ))
        start_response("200 OK", [])
        return [b"a page"]

    assert _answer(Front(pages), said)[2] == b"a page"
    assert seen[0]["PATH_INFO"] == said["PATH_INFO"]
