"""What an answer names must exist at this door too, and words are never numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from county import DARK

pytestmark = pytest.mark.database


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, said["code"]) == (status, code)
    return said


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("category", "路灯", "form.unknown_category"),
        ("category", "城乡建设 / 市政设施 / 下水", "form.unknown_category"),
        ("category", "01.77", "form.unknown_category"),
        ("division", "330899999", "form.unknown_division"),
        ("division", "桐庐", "form.unknown_division"),
        ("body", 5, "form.wrong_kind"),
        ("body", ["a"], "form.wrong_kind"),
    ],
)
def test_an_answer_that_names_nothing_opens_no_case(api: Any, field: str, value: Any, code: str) -> None:
    answer = api.post("/cases", {"practice": "streetlamp", "answers": {**DARK, field: value}})
    said = problem(answer, 422, code)
    assert said["where"] == f"/answers/{field}"
    assert "(none)" not in said["detail"]


def test_a_telephone_number_may_come_as_a_number(api: Any) -> None:
    answers = {**DARK, "phone": 13800138000}
    assert api.post("/cases", {"practice": "streetlamp", "answers": answers}).status_code == 201


def test_a_unit_that_does_not_exist_cannot_help(api: Any) -> None:
    number = api.report().json()["number"]
    api.post(f"/cases/{number}/steps", {"step": "assign"}, api.staff("clerk", "centre"))
    handler = api.staff("handler", "housing")
    answer = api.post(
        f"/cases/{number}/steps", {"step": "ask_help", "answers": {"helpers": ["water", "mars"]}}, handler
    )
    problem(answer, 422, "form.unknown_unit")
    answer = api.post(
        f"/cases/{number}/steps", {"step": "ask_help", "answers": {"helpers": ["water"]}}, handler
    )
    assert answer.status_code == 200
