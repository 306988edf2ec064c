"""The ground of the API's tests: an empty home, a clock that tests may set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler

from scenario_ground import ground


@pytest.fixture(autouse=True)
def through_the_front(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs come in by the same short way as through the web server."""
    from tongban.config.front import Front

    front, django = Front(lambda *_: []), ClientHandler.get_response

    def answered(self: ClientHandler, request: HttpRequest) -> HttpResponseBase:
        return front.answer(request) or django(self, request)

    monkeypatch.setattr(ClientHandler, "get_response", answered)


@pytest.fixture
def empty(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any
) -> Iterator[None]:
    """Nothing in the database, and what is written is committed."""
    settings.TONGBAN_TEST_CLOCK = True
    settings.TONGBAN_API_LIMITS = 0
    yield from ground(monkeypatch, home)


@pytest.fixture
def api(db: None, monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> Iterator[Any]:
    """A small county, taken back after the test."""
    from county import a_county

    settings.TONGBAN_TEST_CLOCK = True
    for _ in ground(monkeypatch, home):
        yield a_county()
