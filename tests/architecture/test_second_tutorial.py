"""The tutorial of several units under one lead is true: its pieces are those of the folder beside it, and the check says what it shows."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "coordination-practice.md"
FOLDER = ROOT / "docs" / "tutorial" / "river_reach"
PIECE = re.compile(r"^`river_reach/([^`]+)`\n\n```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"^```\n([^`]*?\[[a-z]+\.[a-z_]+\])\n```", re.MULTILINE)
IN_PART = {"texts/en.yaml"}
"""Files of which the tutorial shows a part; every other that it shows is shown whole."""
SECTION = "procedure/section.yaml"
MISTAKES = [
    ("check", SECTION, "by: [handler@holder]\n    judges", "by: [sampler@anywhere]\n    judges"),
    ("check", SECTION, "by: [handler@holder]\n    judges", "by: [handler@anywhere]\n    judges"),
    (
        "check",
        SECTION,
        "  stop:\n    from: [given, working]",
        "  stop:\n    from: [given, working, sampling]",
    ),
    ("test", SECTION, "leader@home, mandate]", "mandate]"),
]
"""What the tutorial has its reader break, in its order: the command, the file, what stands there, what then stands there."""


def written() -> str:
    return TUTORIAL.read_text("utf-8")


def lines(text: str) -> list[str]:
    """A text without its blank lines: between two pieces there may be one more or less."""
    return [line for line in text.splitlines() if line.strip()]


def shell(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    """What the command line answers, in English: its exit status and what it says of faults."""
    from tongban.cli.main import main

    status = main(["--language", "en", *map(str, words)])
    return status, capsys.readouterr().err


def test_what_the_second_tutorial_shows_is_what_its_folder_holds() -> None:
    shown: dict[str, list[str]] = defaultdict(list)
    for name, text in PIECE.findall(written()):
        assert text.strip("\n") in (FOLDER / name).read_text("utf-8"), name
        shown[name] += lines(text)
    whole = {name for name in shown if shown[name] == lines((FOLDER / name).read_text("utf-8"))}
    assert set(shown) - whole == IN_PART


def test_the_second_tutorial_shows_every_file_that_holds_a_rule() -> None:
    rules = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*.yaml")
        if path.parent.name not in ("texts", "scenarios")
    }
    shown = {name for name, _ in PIECE.findall(written())}
    assert rules - shown == set()
    stories = [path.name for path in (FOLDER / "scenarios").iterdir()]
    assert len(stories) == 6 and "All six come out" in written()


@pytest.mark.parametrize("command", ["check", "test"])
def test_the_second_tutorials_practice_is_sound_and_its_stories_come_out(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell(capsys, "practice", command, FOLDER) == (0, "")


def test_every_answer_that_the_second_tutorial_shows_has_its_mistake() -> None:
    assert len(SAID.findall(written())) == len(MISTAKES)


@pytest.mark.parametrize("n", range(len(MISTAKES)))
def test_a_mistake_of_the_second_tutorial_is_told_as_it_says(
    n: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, file, old, new = MISTAKES[n]
    copy = tmp_path / "river_reach"
    shutil.copytree(FOLDER, copy)
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    status, said = shell(capsys, "practice", command, copy)
    assert status == 1
    assert SAID.findall(written())[n] in said


def test_without_words_the_second_tutorials_check_names_the_three_missing_files_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "river_reach"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("texts", "scenarios", "README.md"))
    status, said = shell(capsys, "practice", "check", copy)
    assert status == 1
    assert re.findall(r"The file (\S+) is missing", said) == [
        "texts/zh-Hans.yaml",
        "texts/en.yaml",
        "README.md",
    ]
    assert said.count("fix:") == 3
