"""The structure holds: sizes, layers, names, and that nothing of one machine or one practice slipped in."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tongban"
LONGEST = 400

FILES = sorted(SOURCE.rglob("*.py"))
PRACTICES = sorted(
    folder.name for folder in (ROOT / "practices").iterdir() if (folder / "practice.yaml").exists()
)


def test_no_source_file_is_longer_than_a_sitting() -> None:
    long = {str(f.relative_to(ROOT)): n for f in FILES if (n := len(f.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("practice", PRACTICES)
def test_no_practice_is_named_in_the_source(practice: str) -> None:
    word = re.compile(rf"\b{re.escape(practice)}\b")
    named = [str(f.relative_to(ROOT)) for f in sorted(SOURCE.rglob("*")) if f.is_file() and _reads(f, word)]
    assert named == []


def _reads(file: Path, word: re.Pattern[str]) -> bool:
    if file.suffix in {".pyc", ".gz", ".png"}:
        return False
    return word.search(file.read_text(encoding="utf-8", errors="ignore")) is not None


def test_practices_hold_no_python() -> None:
    assert list((ROOT / "practices").rglob("*.py")) == []


def test_forbidden_module_names_do_not_appear() -> None:
    forbidden = {"utils", "common", "base", "manager", "service", "helper", "helpers", "misc"}
    asked_by_django = {ROOT / "src/tongban/store/line/base.py"}
    found = [f for f in FILES if f.stem in forbidden and f not in asked_by_django]
    assert [str(f.relative_to(ROOT)) for f in found] == []


def test_nothing_is_left_to_do_in_comments() -> None:
    left = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [str(f.relative_to(ROOT)) for f in FILES if left.search(f.read_text())] == []


def test_the_glossary_is_held_to_in_class_names() -> None:
    """Words that the glossary says never to use for the things it names."""
    glossary = yaml.safe_load((ROOT / "docs" / "reference" / "glossary.yaml").read_text())
    never = {word for entry in glossary for word in entry["never"]}
    classes = re.compile(r"^class (\w+)", re.MULTILINE)
    wrong = [
        f"{f.relative_to(ROOT)}: {name}"
        for f in FILES
        for name in classes.findall(f.read_text())
        if {part.lower() for part in re.findall(r"[A-Z][a-z]+", name)} & never
    ]
    assert wrong == []


def test_no_path_of_a_workplace_or_registry_host_is_tracked() -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    wrong = re.compile(r"/(?:work|farm)/[a-z]|(?:pypi\.org|registry\.npmjs\.org|deb\.debian\.org)")
    found = []
    for name in told.stdout.splitlines():
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix in {".gz", ".js"}:
            continue
        if wrong.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(name)
    assert found == []


def test_every_decision_page_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    assert [page.name for page in sorted(folder.glob("0*.md")) if page.name not in listed] == []


def test_no_two_test_modules_have_one_name() -> None:
    """Tests are collected without packages: of two modules of one name only the first would be found."""
    names = Counter(path.stem for path in (ROOT / "tests").rglob("*.py") if path.stem != "conftest")
    assert [name for name, times in names.items() if times > 1] == []
