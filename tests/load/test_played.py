"""A small day played against a county that really answers, by the command that an office uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk_ground import own_home, settle_county
from tongban.cli.main import main

pytestmark = pytest.mark.database


@pytest.fixture
def instance(transactional_db: None, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[str]:
    """The address of a county without a case."""
    settings.TONGBAN_API_LIMITS = 0
    with own_home(tmp_path / "home"):
        settle_county()
        yield str(live_server)


def played(instance: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    asked = [
        "load",
        instance,
        "--cases=12",
        "--steps=30",
        "--views=25",
        "--within=4s",
        "--hands=4",
        "--staff=30",
    ]
    status = main([*asked, "--practice=hotline", "--json", *more])
    out = capsys.readouterr().out
    return status, json.loads(out[out.index("{") :])


def test_a_day_is_played_and_what_is_lost_is_found(
    instance: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One county, because setting it up takes longest: nobody signs in, a day without loss, and one in which an acknowledged step
    never happened."""
    from tongban.load.kept import Kept

    assert main(["load", instance, "--password=wrong-word", "--staff=2"]) == 1
    assert "[load.nobody]" in capsys.readouterr().err

    status, said = played(instance, capsys)
    checked = said["checked"]
    assert (status, checked["lost"], checked["twice"], checked["unseen"]) == (0, [], [], 0), said
    done = {each["act"]: each["done"] for each in said["times"]}
    assert done["report"] + done["register"] == 12, said
    assert (said["asked"]["steps"], done["step"] + said["idle"]) == (30, 30), said
    assert done["step"] > 20, said
    assert said["did"]["cases"] == 12
    assert {"public", "worklist", "case"} <= set(done)
    assert checked["steps"] == 12 + done["step"]

    note = Kept.note

    def and_one_more(self: Kept, number: str, step: str, headers: Any, *, resident: bool = False) -> None:
        note(self, number, step, headers, resident=resident)
        if step == "dispatch":
            note(self, number, step, headers)

    monkeypatch.setattr(Kept, "note", and_one_more)
    status, said = played(instance, capsys, "--seed=2")
    assert status == 1
    assert {step for _, step in said["checked"]["lost"]} == {"dispatch"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["load", "ftp://somewhere"], "load.address"),
        (["load", "http://127.0.0.1:9", "--within=soon"], "load.span"),
        (["load", "http://127.0.0.1:9"], "load.away"),
    ],
)
def test_a_day_that_cannot_be_played_is_refused_in_words(
    given: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given) == 1
    assert f"[{code}]" in capsys.readouterr().err
