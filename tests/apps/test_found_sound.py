"""A practice that was found sound is not checked again by another process of the same program, and a changed one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from scenario_ground import ROOT
from tongban.apps.adoption import found_sound
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_practice


@pytest.fixture
def seen(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The contents that are really checked, in a home of its own."""
    settings.TONGBAN_HOME = tmp_path
    found: list[str] = []
    plain = found_sound.check

    def checking(practice: Practice) -> tuple[Refused, ...]:
        found.append(practice.digest)
        return plain(practice)

    monkeypatch.setattr(found_sound, "check", checking)
    return found


def contest() -> Practice:
    read = read_practice(ROOT / "practices" / "contest")
    assert isinstance(read, Practice)
    return read


def test_the_same_content_is_checked_once_and_changed_content_again(seen: list[str]) -> None:
    practice = contest()
    assert found_sound.faults_of(practice) == found_sound.faults_of(practice) == ()
    assert seen == [practice.digest]
    found_sound.faults_of(replace(practice, digest="0" * 64))
    assert len(seen) == 2


def test_faults_are_told_every_time(seen: list[str]) -> None:
    practice = contest()
    broken = replace(practice, words={**practice.words, "en": {}})
    assert found_sound.faults_of(broken) and found_sound.faults_of(broken)
    assert len(seen) == 2


def test_another_program_judges_for_itself(
    seen: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    practice = contest()
    found_sound.faults_of(practice)
    monkeypatch.setattr(found_sound, "_program", lambda: "another")
    found_sound.faults_of(practice)
    assert len(seen) == 2
    assert [path.name for path in (tmp_path / found_sound.FOLDER).iterdir()] == ["another"]


def test_a_home_that_cannot_be_written_to_still_answers(seen: list[str], tmp_path: Path) -> None:
    (tmp_path / found_sound.FOLDER).write_text("")
    assert found_sound.faults_of(contest()) == ()


def test_what_an_adoption_checked_is_not_checked_again_by_whoever_looks_at_the_shelf(seen: list[str]) -> None:
    from tongban.apps.adoption.adopting import _sound

    assert _sound(ROOT / "practices" / "contest", None) == contest()
    assert found_sound.faults_of(contest()) == ()
    assert seen == []


def test_what_was_found_sound_in_another_home_is_not_checked_here_again(
    seen: list[str], tmp_path: Path, settings: Any
) -> None:
    found_sound.faults_of(contest())
    settings.TONGBAN_HOME = tmp_path / "neighbour"
    found_sound.take_over(tmp_path)
    found_sound.take_over(tmp_path / "nowhere")
    assert found_sound.faults_of(contest()) == ()
    assert len(seen) == 1
