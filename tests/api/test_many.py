"""Many steps in one request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from test_cases import problem

pytestmark = pytest.mark.database


def test_rows_are_taken_each_by_itself_and_once(api: Any) -> None:
    first, second = (api.report().json()["number"] for _ in range(2))
    clerk = api.staff("clerk", "centre")
    steps = api.get(f"/cases/{first}/steps", clerk).json()["steps"]
    [main] = [each for each in steps if each["main"]]
    rows = [
        {"case": first, "step": main["id"]},
        {"case": second, "step": "nothing_of_that_name"},
        {"case": "12", "step": main["id"]},
    ]
    said = api.post("/cases/steps", {"rows": rows}, clerk).json()
    assert [each["came"] for each in said["rows"]] == ["taken", "refused", "refused"]
    assert (said["taken"], said["known"], said["refused"], said["kept"]) == (1, 0, 2, True)
    assert [fault["code"] for each in said["rows"] for fault in each["faults"]] == [
        "step.unknown",
        "case.number_shape",
    ]
    again = api.post("/cases/steps", {"rows": rows[:1]}, clerk).json()
    assert (again["taken"], again["known"]) == (0, 1)
    none = api.post(
        "/cases/steps", {"rows": [{"case": second, "step": main["id"]}, rows[1]], "all_or_none": True}, clerk
    )
    assert none.json()["kept"] is False and none.json()["taken"] == 0


def test_strangers_and_impossible_moments_are_refused(api: Any) -> None:
    number = api.report().json()["number"]
    rows = [{"case": number, "step": "assign"}]
    problem(api.post("/cases/steps", {"rows": rows}), 401, "api.token")
    clerk = api.staff("clerk", "centre")
    problem(api.post("/cases/steps", {"rows": []}, clerk), 422, "api.value")
    problem(
        api.post("/cases/steps", {"rows": [{"case": number, "step": "assign", "at": "soon"}]}, clerk),
        422,
        "api.value",
    )
    soon = (datetime.now(UTC) + timedelta(days=9000)).isoformat()
    said = api.post("/cases/steps", {"rows": [{**rows[0], "at": soon}]}, clerk).json()
    assert said["rows"][0]["faults"][0]["code"] == "rows.future"
    problem(api.post("/cases/steps", {"rows": rows, "under": "12"}, clerk), 404, "case.number_shape")
