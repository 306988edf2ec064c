"""Models through the API: for administrators and their programs alone, with the same refusals as at every door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_cases import problem

from tongban.apps.dispatch import care, keeping, sealed

pytestmark = pytest.mark.database
MODEL = "2026-03-02-aaaaaaaa"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models, of which none is in force."""
    import numpy as np

    monkeypatch.setattr(care, "folder", lambda: tmp_path)
    for n, data in enumerate(("a" * 64, "b" * 64)):
        facts = {
            "format": 2,
            "made": "2026-03-02T08:00:00+00:00",
            "data": data,
            "examples": 400,
            "scores": {"accuracy": 900},
        }
        place = keeping.place_of(tmp_path, keeping.id_of(facts))
        sealed.put(place, "dispatch.json", "dispatch-x.npz", {"n": np.array([n])}, facts)
    return tmp_path


def test_models_are_listed_for_administrators_alone(api: Any, folder: Path) -> None:
    problem(api.get("/models"), 401, "api.token")
    problem(api.get("/models", api.staff("clerk", "centre")), 403, "api.not_yours")
    listed = api.get("/models", api.staff("administrator", "centre")).json()["models"]
    assert {each["id"] for each in listed} == {MODEL, "2026-03-02-bbbbbbbb"}
    assert listed[0]["scores"] == {"accuracy": 900} and not any(each["in_force"] for each in listed)


def test_publishing_is_refused_as_everywhere(api: Any, folder: Path) -> None:
    address = f"/models/{MODEL}/publication"
    problem(api.post(address, {}, api.staff("clerk", "centre", ("admin",))), 403, "api.not_yours")
    problem(api.post(address, {}, api.staff("administrator", "centre")), 403, "api.scope")
    token = api.staff("administrator", "centre", ("admin",))
    problem(api.post("/models/elsewhere/publication", {}, token), 404, "dispatch.model_unknown")
    keeping.put_in_force(folder, "2026-03-02-bbbbbbbb")
    problem(api.post(address, {}, token), 409, "dispatch.not_compared")
    problem(api.post(address, {"why": "so"}, token), 409, "dispatch.model_unreadable")
