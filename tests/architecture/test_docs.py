"""The manual is true: links lead somewhere, commands exist, generated pages are current, the tutorial works."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
import yaml

from tongban import __version__

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *(
            ROOT / name
            for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
        ),
        *DOCS.rglob("*.md"),
        *(ROOT / "practices").glob("*/README.md"),
    ]
)
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
TUTORIAL = DOCS / "tutorial" / "first-practice.md"

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPOKEN = re.compile(r"`((?:\.venv/bin/)?tongban [^`]+|make [a-z-]+)`")
VARIABLE = re.compile(r"\b(?:TONGBAN_[A-Z_]+|DATABASE_URL)\b")
READ = re.compile(r'(?<!settings, )"(TONGBAN_[A-Z_]+|DATABASE_URL)"')
"""A variable's name as code reads it; Django's own settings are asked of ``settings``."""


@cache
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def made() -> dict[str, tuple[Path, str]]:
    """What the generator would write, by file name."""
    return {file.name: (file, text) for file, text in generate().pages().items()}


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchor(heading: str) -> str:
    """As the usual hosts of repositories make it."""
    plain = (
        re.sub(r"<[^>]+>|&lt;|&gt;|[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        .strip()
        .lower()
    )
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text("utf-8"))
    return {anchor(heading) for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_every_local_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    broken = []
    for found in LINK.finditer(without_code(page.read_text("utf-8"))):
        target = next(part for part in found.groups() if part)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, part = unquote(target).partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (part and aim.suffix == ".md" and part not in anchors(aim)):
            broken.append(target)
    assert broken == []


def commands_of(text: str) -> list[str]:
    """Everything a page tells its reader to type: lines of blocks that begin with a command, and what stands in backticks."""
    lines = [
        line
        for language, block in FENCE.findall(text)
        if language in ("", "sh")
        for line in block.splitlines()
    ]
    lines += [line[7:] for line in text.splitlines() if line.startswith("       tongban ")]
    lines += [line.strip() for line in text.splitlines() if re.match(r" {4,8}(\.venv/bin/)?tongban ", line)]
    typed = [line.strip() for line in lines if re.match(r"\s*(\.venv/bin/)?(tongban|make) ", line)]
    return [*typed, *SPOKEN.findall(FENCE.sub("", text))]


def test_commands_are_found_in_a_page_at_all() -> None:
    assert len(commands_of((DOCS / "how-to" / "backup.md").read_text("utf-8"))) >= 2
    assert "make demo" in commands_of((ROOT / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("docs/reference/cli")])
def test_every_command_in_the_manual_exists(name: str) -> None:
    wrong = [command for command in commands_of((ROOT / name).read_text("utf-8")) if not exists(command)]
    assert wrong == []


def exists(command: str) -> bool:
    words = shlex.split(re.sub(r"\s+#.*$|\s+[|>].*$|…", "", command).replace(".venv/bin/", ""))
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        return all(word in targets for word in words[1:] if "=" not in word)
    lines = generate().command_lines()
    known = next((" ".join(words[1:n]) for n in (3, 2) if " ".join(words[1:n]) in lines), None)
    if known is None:
        return len(words) == 1 or words[1:] in (["--version"], ["--help"])
    return parses(lines[known], words[1 + len(known.split()) :])


def parses(parser: argparse.ArgumentParser, given: list[str]) -> bool:
    """Whether the shell would take the rest of the line; what a page leaves out need not be there."""
    if not given:
        return True
    try:
        parser.parse_args(given)
    except SystemExit:
        return False
    return True


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert exists("tongban ledger verify --json")
    assert not exists("tongban ledger verify --yaml")
    assert not exists("tongban ledger burn")
    assert not exists("make profit")


@pytest.mark.parametrize(
    "path",
    [
        "refusals.md",
        "glossary.md",
        "cli.md",
        "asvs.md",
        "indicators.md",
        "practice-format.md",
        "one-case.zh.svg",
        "one-case.en.svg",
    ],
)
def test_generated_pages_are_current(path: str) -> None:
    file, text = made()[path]
    assert file.read_text("utf-8") == text, "run: .venv/bin/python docs/generate.py"


def test_every_setting_is_in_the_manual_and_nothing_else() -> None:
    written = set(VARIABLE.findall((DOCS / "reference" / "settings.md").read_text("utf-8")))
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    assert written == {name for file in files for name in READ.findall(file.read_text("utf-8"))}


def test_every_folder_of_the_map_exists_and_no_package_is_left_out() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    tree = text.partition("## The map")[2].partition("## Layers")[0]
    drawn = {name.rstrip("/") for name in re.findall(r"^[├└]── (\w+)/", tree, re.MULTILINE)}
    packages = {
        path.name
        for path in (ROOT / "src" / "tongban").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert drawn == packages
    named = re.findall(r"(?<![\w/])((?:kernel|library|store|apps|web|tests|config)/[\w/]+(?:\.py|/)?)", text)
    source = ROOT / "src" / "tongban"
    inner = [path.parent.name for path in source.glob("*/*/__init__.py")]
    assert [name for name in inner if f"{name}/" not in tree] == []
    assert [name for name in named if not (source / name).exists() and not (ROOT / name).exists()] == []


def test_every_page_of_the_manual_is_in_its_list() -> None:
    listed = (DOCS / "README.md").read_text("utf-8")
    pages = [
        page
        for folder in ("tutorial", "how-to", "reference", "explanation")
        for page in (DOCS / folder).glob("*.md")
    ]
    assert [page.name for page in pages if f"{page.parent.name}/{page.name}" not in listed] == []


def test_publiccode_has_what_the_standard_asks() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert told["publiccodeYmlVersion"] == "0.4"
    needed = {
        "name",
        "url",
        "releaseDate",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    }
    assert needed <= told.keys()
    assert told["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert told["softwareType"] == "standalone/web"
    assert told["legal"]["license"] == "Apache-2.0"
    # The address of the repository, or one that by its name leads nowhere: never somebody else's.
    assert re.match(r"https://(\S+\.invalid/|\S+/tongban)", told["url"])
    assert (
        told["maintenance"]["type"] in {"internal", "contract", "community", "none"}
        and told["maintenance"]["contacts"]
    )
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in words["features"])
    assert set(told["description"]) <= set(told["localisation"]["availableLanguages"])


def test_versions_agree() -> None:
    """What is told outside is the last release; between two the program says that it is on its way to the next."""
    project = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    released = next(each for each in headings if each != "Unreleased")
    assert project is not None
    assert told["softwareVersion"] == released
    assert project[1] == __version__
    assert __version__ == released or (
        "Unreleased" in headings and re.fullmatch(r"\d+\.\d+\.\d+\.dev\d+", __version__)
    )


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's practice, written exactly as the tutorial has it."""
    folder = tmp_path_factory.mktemp("tutorial")
    files = re.findall(
        r"^`(hall/[^`]+)`\n\n```\w+\n(.*?)^```", TUTORIAL.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(files) == 10
    for name, text in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "hall"


def shell(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    """What the command line answers, in English: its exit status and what it says of faults."""
    from tongban.cli.main import main

    status = main(["--language", "en", *map(str, words)])
    return status, capsys.readouterr().err


def expected() -> list[str]:
    """The answers of the shell that the tutorial shows."""
    blocks = [block for language, block in FENCE.findall(TUTORIAL.read_text("utf-8")) if not language]
    return [block.strip() for block in blocks if "tongban" not in block]


def test_the_tutorials_practice_is_sound_and_its_stories_come_out(
    hall: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("check", "test"):
        assert shell(capsys, "practice", command, hall) == (0, "")


def broken(hall: Path, tmp_path: Path, file: str, old: str, new: str) -> Path:
    copy = tmp_path / "hall"
    for path in hall.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(hall)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(hall)).write_bytes(path.read_bytes())
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_the_tutorials_missing_clock_is_told_as_it_says(
    hall: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = (hall / "deadlines.yaml").read_text("utf-8")
    copy = broken(hall, tmp_path, "deadlines.yaml", clock[clock.index("  key_back") :], "")
    status, said = shell(capsys, "practice", "check", copy)
    assert status == 1
    assert expected()[0] in said


def test_the_tutorials_wrong_date_is_told_as_it_says(
    hall: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = broken(hall, tmp_path, "scenarios/02-nobody-answers.yaml", "2026-04-07 24:00", "2026-04-06 24:00")
    status, said = shell(capsys, "practice", "test", copy)
    assert status == 1
    assert expected()[1] in said
