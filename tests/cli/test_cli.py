"""The shell: what it says, in which language, and with which exit status."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from scenario_ground import ROOT
from tongban.cli.main import main, parser, run_of
from tongban.cli.words import LANGUAGES, Voice, language_from

SOURCE = ROOT / "src" / "tongban"


def words(pattern: str) -> dict[str, object]:
    files = sorted((SOURCE / "texts" / "ui").glob(pattern))
    read = [yaml.load(each.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for each in files]
    return {key: said for each in read for key, said in each.items()}


WORDS, PAGES = words("cli.yaml"), words("*.yaml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_that_was_asked_for(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--language", language, "--help"])
    assert stopped.value.code == 0
    assert WORDS["cli.help.sweep"][language] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "zh-Hans"),
    ],
)
def test_the_language_follows_the_locale(environ: dict[str, str], language: str) -> None:
    assert language_from(environ) == language


def test_every_command_has_its_function() -> None:
    menus = [file.read_text(encoding="utf-8") for file in (SOURCE / "cli" / "menus").glob("*.py")]
    names = {name for text in menus for name in re.findall(r'"([a-z_0-9]+:[a-z_]+)"', text)}
    assert len(names) > 80
    for name in names:
        assert callable(run_of(name))


def test_every_word_of_the_shell_is_there_in_both_languages_with_the_same_facts() -> None:
    for key, words in WORDS.items():
        assert set(words) == set(LANGUAGES), key
        facts = [set(re.findall(r"\{([a-z_]+)\}", words[language])) for language in LANGUAGES]
        assert facts[0] == facts[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_has_words(language: str) -> None:
    top = parser(Voice(language))
    texts, waiting = [], [top]
    while waiting:
        each = waiting.pop()
        texts += [each.description or ""]
        for action in each._actions:
            texts.append(str(action.help or ""))
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()
    assert [each for each in texts if re.match(r"(?i)(cli\.)?(help|option)\.", each)] == []


def test_every_key_that_is_said_has_words() -> None:
    said = re.compile(r'(?:voice|speaker)\.(?:say|warn|words)\(\s*"([a-z_.]+)"')
    told = re.compile(r'(?<!\.)\bsay\("([a-z_.]+)"')
    missing = []
    for path in sorted((SOURCE / "cli").glob("*.py")):
        for key in said.findall(path.read_text(encoding="utf-8")):
            name = key if key.startswith("cli.") else f"cli.{key}"
            missing += [] if name in WORDS else [(path.name, key)]
    for folder in ("cli", "demo", "apps/registry", "apps/adoption", "apps/people"):
        for path in sorted((SOURCE / folder).glob("*.py")):
            for key in told.findall(path.read_text(encoding="utf-8")):
                names = (f"cli.progress.{key}", f"cli.{key}", key)
                missing += [] if any(name in PAGES for name in names) else [(path.name, key)]
    assert missing == []


def test_the_menu_is_read_without_django_and_the_store() -> None:
    asked = (
        "import sys; from tongban.cli.main import parser; from tongban.cli.words import Voice; parser(Voice('en'));"
        "print(*(n for n in ('django', 'psycopg', 'pydantic', 'sklearn', 'rich') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_help_is_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["figure", "verify"], ["export", "events"]):
        with pytest.raises(SystemExit):
            main(["--language", "zh-Hans", *arguments, "--help"])
        said = capsys.readouterr().out
        assert "用法：" in said and "显示这份说明" in said
        assert not any(word in said for word in ("usage", "positional", "options:", "show"))


def test_what_is_no_command_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["fly"], ["demo", "--volume", "0"], ["serve", "--port", "70000"], ["case", "show"], []):
        with pytest.raises(SystemExit) as stopped:
            main(["--language", "en", *arguments])
        assert stopped.value.code == 2
        said = capsys.readouterr()
        assert said.out == "" and "usage: tongban" in said.err
        assert "[cli.usage]" in said.err and "--help explains" in said.err


def test_a_sound_practice_passes_and_its_scenarios_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    practice = str(ROOT / "practices" / "hotline")
    assert main(["practice", "check", practice]) == 0
    assert main(["--language", "en", "practice", "test", practice]) == 0
    out = capsys.readouterr().out
    assert "went as expected" in out and "✗" not in out


def test_a_folder_of_practices_is_checked_whole_and_one_that_is_broken_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("hotline", "directive", "data_check"):
        shutil.copytree(ROOT / "practices" / name, tmp_path / name)
    assert main(["--language", "en", "practice", "check", str(tmp_path)]) == 0
    assert "3 of 3 practices are good" in capsys.readouterr().out
    (tmp_path / "directive" / "routing.yaml").write_text("- {id: duty_list, colour: red}\n", encoding="utf-8")
    assert main(["--language", "en", "practice", "check", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "2 of 3 practices are good" in told.out and "hotline" in told.out and "routing.yaml:1" in told.err
    one, other = str(tmp_path / "hotline"), str(tmp_path / "data_check")
    assert main(["--language", "en", "practice", "test", one, other]) == 0
    assert "2 of 2 practices are good" in capsys.readouterr().out


def test_a_broken_practice_is_told_on_standard_error_with_place_code_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "hotline"
    shutil.copytree(ROOT / "practices" / "hotline", folder)
    (folder / "routing.yaml").write_text("- {id: duty_list, take: duty, colour: red}\n", encoding="utf-8")
    assert main(["--language", "en", "practice", "check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "routing.yaml:1" in told and "[practice.unknown_key]" in told and "fix:" in told


def test_a_scenario_that_goes_otherwise_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "hotline"
    shutil.copytree(ROOT / "practices" / "hotline", folder)
    stories = sorted((folder / "scenarios").glob("*.yaml"))
    for story in stories[1:]:
        story.unlink()
    text = stories[0].read_text(encoding="utf-8")
    stories[0].write_text(
        re.sub(r"stage: (signed|dispatched)", "stage: archived", text, count=1), encoding="utf-8"
    )
    assert main(["--language", "en", "practice", "test", str(folder)]) == 1
    assert "✗" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sweep", "--at", "tomorrow"], "cli.time"),
        (["practice", "adopt", "x", "--set", "help_limit"], "cli.not_a_pair"),
        (["user", "add", "ann", "--name", "安", "--post", "tax"], "cli.not_a_post"),
        (["practice", "check", "/nowhere/at/all"], "practice.folder_missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert f"[{code}]" in capsys.readouterr().err


def test_a_served_database_is_not_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/county")
    assert main(["database", "stop"]) == 1
    assert "[cli.not_embedded]" in capsys.readouterr().err
    assert main(["database", "url"]) == 0
    url = "postgresql://somebody@db.example/county?sslmode=verify-full"
    assert capsys.readouterr().out.strip() == url  # another machine has to show who it is


def test_the_whole_menu_can_be_built_in_both_languages() -> None:
    for language in LANGUAGES:
        assert "cli." not in parser(Voice(language)).format_help()


def test_a_practice_is_shown_with_the_local_day_of_its_adoption(capsys: pytest.CaptureFixture[str]) -> None:
    from tongban.apps.adoption.shelf import described
    from tongban.cli.practice import written
    from tongban.library.practice import Practice
    from tongban.library.reading import read_practice

    practice = read_practice(ROOT / "practices" / "hotline")
    assert isinstance(practice, Practice)
    at = datetime(2024, 10, 31, 16, 0, tzinfo=UTC)  # midnight in China
    written(Voice("en"), described(practice, "en", {}, "hotline-1", at, ("centre",)))
    assert "2024-11-01" in capsys.readouterr().out
