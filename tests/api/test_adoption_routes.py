"""Practices through the API: looked at, previewed, adopted, changed, retired, written, packed and received."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_cases import problem

from scenario_ground import ROOT
from tongban.apps.adoption.shelf import VARIABLE

pytestmark = pytest.mark.database
SETTINGS = {"repair_limit": "3 working_days"}


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shelf with the streetlamps of the tests and nothing else."""
    (tmp_path / "practices").mkdir()
    (tmp_path / "practices" / "streetlamp").symlink_to(
        ROOT / "tests" / "library" / "practices" / "streetlamp"
    )
    (tmp_path / "calendars").symlink_to(ROOT / "calendars")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    yield tmp_path


def admin(api: Any) -> str:
    return str(api.staff("administrator", "centre", ("read", "admin")))


def test_the_shelf_shows_what_may_be_set_and_what_is_in_force(api: Any, share: Path) -> None:
    token = api.staff("clerk", "centre")
    listed = api.get("/shelf", token).json()["practices"]
    assert [each["id"] for each in listed] == ["streetlamp"]
    one = api.get("/shelf/streetlamp", token).json()
    assert one["adoption"] and one["faults"] == [] and {each["id"] for each in one["settings"]} >= {*SETTINGS}
    problem(api.get("/shelf/nowhere", token), 404, "adoption.unknown_practice")


def test_a_change_of_a_setting_is_previewed_adopted_once_and_stands_in_the_history(
    api: Any, share: Path
) -> None:
    token, body = admin(api), {"settings": SETTINGS}
    seen = api.post("/shelf/streetlamp/preview", body, token).json()
    assert [each["after"] for each in seen["settings"]] == ["3 working_days"] and not seen["first"]
    key = {"Idempotency-Key": "adopt-0123456789abcdef"}
    made = api.post("/practices/streetlamp/adoptions", body, token, **key)
    assert made.status_code == 201, made.content
    again = api.post("/practices/streetlamp/adoptions", body, token, **key)
    assert (again.status_code, again.json()) == (201, made.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    same = api.post("/practices/streetlamp/adoptions", body, token)
    assert (same.status_code, same.json()["again"]) == (200, True)
    as_it_is = api.post("/practices/streetlamp/adoptions", {}, token)
    assert (as_it_is.status_code, as_it_is.json()["again"]) == (200, True), "what is not said stays"
    history = api.get("/practices/streetlamp/adoptions", token).json()["adoptions"]
    assert [each["settings"] for each in history] == [SETTINGS, {}]


def test_what_cannot_be_adopted_says_every_fault(api: Any, share: Path) -> None:
    token, address = admin(api), "/practices/streetlamp/adoptions"
    wrong = {"settings": {"repair_limit": "900 working_days", "nonsense": 1}}
    said = problem(api.post(address, wrong, token), 422, "practice.unknown_setting")
    assert {each["code"] for each in said["faults"]} == {"practice.unknown_setting", "practice.setting_range"}
    problem(api.post(address, {"homes": ["nowhere"]}, token), 422, "adoption.unknown_unit")
    problem(api.post(address, wrong, api.staff("clerk", "centre", ("read", "admin"))), 403, "api.not_yours")
    problem(api.post(address, wrong, api.staff("administrator", "centre", ("read", "act"))), 403, "api.scope")


def test_a_practice_is_retired_and_opens_no_more_cases(api: Any, share: Path) -> None:
    token = admin(api)
    assert api.post("/practices/streetlamp/retirement", None, token).status_code == 200
    assert api.get("/practices").json()["practices"] == []
    problem(api.post("/practices/streetlamp/retirement", None, token), 409, "adoption.not_adopted")


def test_its_stories_are_told_and_its_procedure_drawn(api: Any, share: Path) -> None:
    token = api.staff("clerk", "centre")
    told = api.get("/shelf/streetlamp/stories?limit=1", token).json()
    assert told["failed"] == 0 and len(told["stories"]) == 1
    assert b"bpmn" in api.get("/shelf/streetlamp/bpmn", token).content


def test_a_draft_is_begun_written_and_adopted_when_it_is_sound(api: Any, share: Path) -> None:
    token = admin(api)
    begun = api.post("/drafts", {"base": "streetlamp"}, token)
    assert begun.status_code == 201, begun.content
    draft = begun.json()
    problem(api.post("/drafts", {"base": "streetlamp"}, token), 409, "draft.begun")
    broken = {"seen": draft["mark"], "path": "routing.yaml", "text": "rules: ["}
    written = api.post("/drafts/streetlamp/files", broken, token).json()
    assert written["faults"] and written["mark"] != draft["mark"]
    problem(api.post("/drafts/streetlamp/files", broken, token), 409, "draft.changed")
    refused = api.post("/practices/streetlamp/adoptions", {"of": "draft"}, token)
    assert refused.status_code == 422
    mended = {**broken, "seen": written["mark"], "text": draft["files"].get("routing.yaml")}
    assert api.post("/drafts/streetlamp/files", mended, token).json()["faults"] == []
    adopted = api.post("/practices/streetlamp/adoptions", {"of": "draft"}, token)
    assert adopted.status_code == 201, adopted.content
    mark = api.get("/drafts", token).json()["drafts"][0]["mark"]
    assert api.post("/drafts/streetlamp/removal", {"seen": mark}, token).status_code == 200
    problem(api.get("/drafts/streetlamp", token), 404, "draft.unknown")


def test_a_practice_travels_as_a_file(api: Any, share: Path) -> None:
    token, text = admin(api), {"Content-Type": "text/plain"}
    packed = api.post("/shelf/streetlamp/parcel", None, token)
    assert packed.status_code == 200, packed.content
    came = api.post("/parcels", packed.content, token, **text)
    assert came.status_code == 201, came.content
    call = came.json()["call"]
    assert api.get(f"/shelf/streetlamp?of={call}", token).json()["faults"] == []
    assert [each["call"] for each in api.get("/parcels", token).json()["parcels"]] == [call]
    problem(api.post("/parcels", packed.content[:-40], token, **text), 422, "parcel.unreadable")
    problem(api.post("/parcels", packed.content, token), 415, "api.media")
    assert api.post(f"/parcels/streetlamp/{call}/removal", None, token).status_code == 200
    problem(api.post(f"/parcels/streetlamp/{call}/removal", None, token), 404, "parcel.unknown")
