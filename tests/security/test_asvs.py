"""The list of ASVS is whole, says something of everything, and what it names is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = yaml.safe_load((ROOT / "docs" / "reference" / "asvs.yaml").read_text("utf-8"))
LEVELS = {1: 70, 2: 183}
"""How many requirements ASVS 5.0.0 has of each level."""


@cache
def names_in(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE))


def told_under(head: str) -> list[str]:
    """The requirements in the first column of the table below a heading of the page on security."""
    page = (ROOT / "docs" / "explanation" / "security.md").read_text("utf-8").partition(head)[2]
    rows = [line for line in page.partition("\n## ")[0].splitlines() if "|" in line]
    return sorted(re.findall(r"V\d+\.\d+\.\d+", "".join(line.split("|")[1] for line in rows)))


def test_every_requirement_of_levels_one_and_two_has_one_verdict() -> None:
    ids = [entry["id"] for entry in LIST]
    assert len(ids) == len(set(ids))
    assert {level: sum(entry["level"] == level for entry in LIST) for level in LEVELS} == LEVELS
    assert {entry["verdict"] for entry in LIST} <= {"met", "county", "partly", "not", "not_applicable"}
    assert [entry["id"] for entry in LIST if not entry["here"].strip()] == []


def test_whatever_is_met_or_partly_so_can_be_looked_at() -> None:
    bare = [e["id"] for e in LIST if e["verdict"] in ("met", "county", "partly") and not e.get("evidence")]
    assert bare == []


def test_whatever_is_the_countys_is_told_by_a_page_that_says_how() -> None:
    untold = [
        entry["id"]
        for entry in LIST
        if entry["verdict"] == "county"
        and not any(each.startswith("docs/how-to/") for each in entry["evidence"])
    ]
    assert untold == []


def test_whatever_is_met_names_a_test_or_says_that_it_rests_on_something_else() -> None:
    wrong = []
    for entry in LIST:
        named, by = entry.get("evidence", ()), entry.get("by", "")
        tested = any(each.startswith("tests/") for each in named)
        written = any(each.endswith(".md") for each in named)
        if by and entry["verdict"] != "met":
            wrong.append(f"{entry['id']}: {by} for what is {entry['verdict']}")
        if entry["verdict"] == "met" and (tested == bool(by) or (by == "document" and not written)):
            wrong.append(f"{entry['id']}: {by or 'no test'}")
        if by not in ("", "document", "reading"):
            wrong.append(f"{entry['id']}: {by}")
    assert wrong == []


def test_every_file_and_test_that_is_named_is_there() -> None:
    gone = []
    for entry in LIST:
        for each in entry.get("evidence", ()):
            path, _, name = each.partition("::")
            if not (ROOT / path).exists() or (name and name not in names_in(path)):
                gone.append(f"{entry['id']}: {each}")
    assert gone == []


def test_whatever_is_open_has_a_sentence_on_what_closes_it() -> None:
    assert told_under("## What is open") == sorted(e["id"] for e in LIST if e["verdict"] in ("partly", "not"))
    assert told_under("## What is the county's") == sorted(e["id"] for e in LIST if e["verdict"] == "county")
