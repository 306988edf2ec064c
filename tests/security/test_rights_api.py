"""The table of rights, cell by cell, at every route of the API: visitor × route × case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from desk_ground import Desk, county, desk
from rights_ground import MARKS, OWN, RECUSED, SEALED, SECRETS, VISITORS, Stage, Visitor, staged
from tongban.api.v1.openapi import described
from tongban.api.v1.rights import ACT_OF
from tongban.api.v1.route import Route
from tongban.api.v1.routes import ROUTES
from tongban.apps.rights import ACTS
from tongban.store.models import EventRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PARTS = {
    "practice": "hotline", "code": "case.unknown", "model": "x", "month": "2026-03", "edition": "1", "board": "x",
    "commitment": "x", "what": "cases", "id": "x", "indicator": "handled_on_time", "target_id": "x", "service": "x",
    "file": "0" * 64, "webhook": "wh_0", "call": "x", "login": "zhengjinhua", "act": "x", "job": "x", "stand_in": "x", "token": "x", "key": "x",
    "card": "x",
}  # fmt: skip
BODIES: dict[str, dict[str, object]] = {
    "take_step": {"step": "contact", "answers": {"contact_way": "phone"}},
    "foresee_step": {"step": "contact", "answers": {"contact_way": "phone"}},
    "look_identity": {"purpose": "contact", "why": "回访核实"},
    "take_steps": {"steps": []},
    "serve_notice": {"seq": 1, "n": 0, "way": "visit", "day": "2026-01-01"},
    "publish_model": {"why": "试试看更好"},
}
EMPTY = frozenset(
    [
        "download",
        "get_receipt",
        "get_inclusion",
        "get_flow",
        "get_indicator",
        "list_counted",
        "get_target",
        "get_webhook",
        "get_draft",
        "get_workbook",
        "get_review",
        "list_repeats",
        "list_deliveries",
    ]
)
"""Routes that say "not there" also to whoever they are for, of what the tests do not make."""
SHUT = frozenset({401, 403, 404})


@pytest.fixture
def stage(desk: Desk, settings: Any) -> Stage:
    settings.TONGBAN_API_LIMITS = 0
    return staged(desk)


def cells() -> Iterator[tuple[Route, str]]:
    for route in ROUTES:
        yield from ((route, case) for case in ((OWN, RECUSED, SEALED) if "{number}" in route.path else ("",)))


def call(stage: Stage, visitor: Visitor, route: Route, case: str) -> HttpResponse:
    parts = {**PARTS, "number": stage.numbers.get(case, "").replace(" ", "")}
    path = re.sub(r"{(\w+)}", lambda found: parts[found[1]], route.path)
    token = stage.tokens[visitor.name]
    heads = {"Authorization": f"Bearer {token}"} if token else {}
    body = json.dumps(BODIES.get(route.name, {})) if route.method == "POST" else ""
    client = Client(raise_request_exception=False)
    answer: Any = client.generic(
        route.method, f"/api/v1{path}", body, content_type="application/json", headers=heads
    )
    assert answer.status_code != 500, f"{route.name} broke for {visitor.name}"
    return answer  # type: ignore[no-any-return]


def expected(visitor: Visitor, route: Route, case: str) -> bool:
    act = ACT_OF[route.name]
    if act == "take_step" and case:
        return visitor.may("see_case", case)  # what is more is asked of the procedure: see test_eve.py
    if route.people_only and not visitor.role:
        return False
    return visitor.may(act, case)


def test_every_route_answers_whom_the_table_says_and_nobody_else(stage: Stage) -> None:
    """Each visitor at each route with each case. Whoever is not let in changes nothing and reads nothing of the case."""
    wrong, before = [], EventRow.objects.count()
    for route, case in cells():
        act = ACTS[ACT_OF[route.name]]
        for visitor in VISITORS:
            may = expected(visitor, route, case)
            if act.about == "county" and may and not route.people_only:
                continue  # for everybody: what it says is for other tests
            if route.method == "POST" and may:
                continue
            answer = call(stage, visitor, route, case)
            shut, text = answer.status_code in SHUT, answer.content.decode("utf-8", "ignore")
            if shut == may and not (may and route.name in EMPTY):
                wrong.append(f"{route.name} {case}: {answer.status_code} for {visitor.name}")
            shown = [mark for of, mark in MARKS.items() if mark in text and not visitor.may("see_case", of)]
            wrong += [
                f"{route.name} {case}: {each} shown to {visitor.name}"
                for each in (*shown, *(secret for secret in SECRETS if secret in text))
            ]
    assert not wrong, "\n".join(wrong)
    assert EventRow.objects.count() == before


def test_whoever_brings_no_token_is_told_so_at_every_operation_that_wants_one(stage: Stage) -> None:
    """401 with the way to sign in, never 403: a program without a token is told from one whose token is not enough."""
    wrong = []
    wanting = {
        (method.upper(), path)
        for path, methods in described()["paths"].items()
        for method, each in methods.items()
        if isinstance(each, dict) and each.get("security") == [{"token": []}]
    }
    nobody = Visitor("nobody")
    for route in ROUTES:
        answer = call(stage, nobody, route, OWN)
        wants = (route.method, f"/api/v1{route.path}") in wanting or (route.method, route.path) in wanting
        if answer.status_code == 403 or (wants and answer.status_code != 401):
            wrong.append(f"{route.name}: {answer.status_code}")
        if answer.status_code == 401 and "Bearer" not in answer.headers.get("WWW-Authenticate", ""):
            wrong.append(f"{route.name}: no WWW-Authenticate")
    assert wanting and not wrong, "\n".join(wrong)
