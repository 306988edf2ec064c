"""The role of Ansible puts a release where the manual says, and sets what is read."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tongban import __version__

ROOT = Path(__file__).resolve().parents[2]
ROLE = ROOT / "deploy" / "ansible" / "roles" / "tongban"


def test_a_release_goes_into_a_folder_of_its_own_version_without_anybody_saying_which() -> None:
    """A number in the role is that of some release before: the next one would be unpacked over the folder that runs."""
    told = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text("utf-8"))
    pattern = re.search(r"regex_search\('(.+?)', '\\\\1'\)", told["tongban_version"].replace("\\1", "\\\\1"))
    assert pattern is not None and "pyproject.toml" in told["tongban_version"]
    found = re.search(pattern[1], (ROOT / "pyproject.toml").read_text("utf-8"))
    assert found is not None and found[1] == __version__
    assert told["tongban_folder"] == "/opt/tongban-{{ tongban_version }}"


def test_every_setting_that_the_role_writes_is_one_that_is_read() -> None:
    written = (ROLE / "templates" / "tongban.env.j2").read_text("utf-8")
    names = set(re.findall(r"^#?\s*([A-Z][A-Z_]+)=", written, re.MULTILINE)) - {"LANG"}
    known = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert names and [each for each in names if f"`{each}`" not in known] == []


def test_what_works_is_stopped_before_the_tables_of_another_version_are_made() -> None:
    """The order of the manual, "A new version": pages alone go on beside new tables."""
    tasks = [each["name"] for each in yaml.safe_load((ROLE / "tasks" / "main.yml").read_text("utf-8"))]
    order = [
        "What it needs, as locked",
        "What works rests while the tables of another version are made",
        "Tables of this version",
        "The program that runs is this version",
        "Pages and work",
    ]
    assert [each for each in tasks if each in order] == order
