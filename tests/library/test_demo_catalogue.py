"""The invented catalogue of the demo: whole, as large as it is said to be, and without exceptions of its own."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from pathlib import Path
from typing import cast

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "demo" / "county" / "catalogue"


def rows(name: str) -> list[dict[str, str]]:
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def made() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("make_catalogue", ROOT / "demo" / "make_catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("dict[str, str]", module.sheets())


@pytest.mark.parametrize("name", sorted(made()))
def test_the_sheets_are_made_from_their_parts(name: str) -> None:
    assert (SHEETS / name).read_text("utf-8") == made()[name], "run: python demo/make_catalogue.py"


def test_it_has_as_many_items_as_the_reports_say_in_as_many_groups() -> None:
    levels = Counter(row["level"] for row in rows("item"))
    assert levels == {"province": 168, "city": 452, "county": 371}
    used = {group for row in rows("item") for group in row["groups"].split(";")}
    assert used == {row["group"] for row in rows("group")}
    assert len(used) == 17


def test_no_item_is_called_like_another_and_each_says_so_in_english_too() -> None:
    for column in ("item", "title", "title_en"):
        said = [row[column] for row in rows("item")]
        assert "" not in said
        assert len(set(said)) == len(said), [each for each, n in Counter(said).items() if n > 1]


def test_more_than_one_visit_is_only_asked_where_the_published_list_says_why() -> None:
    listed = {row["item"] for row in rows("visit_exception")}
    assert {row["item"] for row in rows("item") if int(row["promised_visits"]) > 1} == listed


def test_every_paper_and_question_is_used_and_the_newborn_bundle_is_whole() -> None:
    items = {row["item"]: row for row in rows("item")}
    for code in ("birth_certificate", "household_registration", "medical_insurance", "social_card"):
        assert items[code]["papers"]
        assert items[code]["asks"]
        assert items[code]["legal_basis"]
    for register, column in (("question", "asks"), ("group", "groups")):
        used = {each for row in items.values() for each in row[column].split(";") if each}
        assert used == {row[register] for row in rows(register)}
