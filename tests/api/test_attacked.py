"""The API attacked by its own description: whatever it allows is sent, and much that it does not.

Schemathesis makes requests from the committed file, by a fixed seed. No request may break the program, be answered with a status or a
media type that the file does not name for it, or with JSON that the file does not describe. ``make attack`` sends more of each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import schemathesis
from county import Api
from described import description
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tongban.apps.people.tokens import SCOPES

pytestmark = pytest.mark.database
EXAMPLES = int(os.environ.get("ATTACKS", "1"))
"""Of each operation, of requests that the description allows and of such that it does not."""
HELD = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@contextmanager
def served() -> Iterator[WSGIHandler]:
    """The program as a web server calls it; requests leave the test's connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


def test_no_request_made_from_the_description_breaks_it_or_is_answered_otherwise_than_it_says(
    api: Api, settings: Any
) -> None:
    settings.TONGBAN_API_LIMITS = 0
    number = api.report().json()["number"]
    tokens = ["", api.staff("clerk", "centre", SCOPES), api.staff("administrator", "centre", SCOPES)]
    known = {"number": number, "practice": "streetlamp", "month": "2026-02", "edition": "1"}
    wrong = []
    with served() as app:
        for found in schemathesis.openapi.from_dict(description()).get_all_operations():
            for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
                wrong += _attacked(found.ok(), mode, app, tokens, known)
    assert not wrong, "\n".join(wrong)


def _attacked(operation: Any, mode: Any, app: Any, tokens: list[str], known: dict[str, str]) -> list[str]:
    """What was wrong with the answers to requests of one operation."""
    wrong: dict[str, None] = {}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.sampled_from(tokens), st.booleans())
    def attack(case: Any, token: str, real: bool) -> None:
        if real:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        heads = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = case.call(app=app, base_url="http://testserver/api/v1", headers=heads)
        try:
            case.validate_response(answer, checks=HELD)
        except FailureGroup as faults:
            said = "; ".join(f"{each.title}: {each.message}" for each in faults.exceptions)
            wrong[
                f"{operation.label}, {mode.value}, {answer.status_code}: {said} <- {case.as_curl_command()}"
            ] = None

    with suppress(Unsatisfiable):  # some operations cannot be asked wrongly
        attack()
    return list(wrong)
