"""The county's folder: read strictly, loaded once, changed row by row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongban.apps.registry.county_files import CountyFiles, read_county
from tongban.demo.script import county_folder
from tongban.kernel.refusal import Refused

FILES = ("divisions.csv", "units.yaml", "duties.yaml", "categories.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(county_folder() / name, tmp_path / name)
    return tmp_path


def broken(folder: Path, name: str, old: str, new: str) -> list[tuple[str, str]]:
    """Change a file; the codes and places that are refused then."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = read_county(folder)
    return [(each.code, each.where) for each in found.all()] if isinstance(found, Refused) else []


def test_the_demo_county_is_whole_and_every_village_has_its_committee(folder: Path) -> None:
    found = read_county(folder)
    assert isinstance(found, CountyFiles), found
    villages = {each.code for each in found.divisions if each.level == "village"}
    assert {unit.division for unit in found.units if unit.level == "village"} == villages
    kinds = {unit.id: unit.kind for unit in found.units}
    directing = {kinds[unit.parent] for unit in found.units if unit.level == "village"}
    assert directing == {"township"}, "not a part of the township that stands in the same place"
    assert found.code == "330822"


def test_a_faulty_row_is_named_with_file_and_line(folder: Path) -> None:
    assert broken(folder, "divisions.csv", "3308,衢州市,city", "33x8,衢州市,city")[0] == (
        "registry.division_code",
        "divisions.csv:3",
    )


def test_a_unit_whose_superior_does_not_exist_is_refused_on_its_line(folder: Path) -> None:
    faults = broken(
        folder, "units.yaml", "parent: county-government, kind: centre", "parent: nobody, kind: centre"
    )
    assert [code for code, _ in faults] == ["registry.unknown_unit"]
    assert faults[0][1].startswith("units.yaml:")


def test_superiors_that_lead_round_in_a_circle_are_refused(folder: Path) -> None:
    faults = broken(
        folder, "units.yaml", 'division: "330822", parent: ""', 'division: "330822", parent: housing'
    )
    assert "registry.circle" in {code for code, _ in faults}


def test_a_duty_for_a_category_that_does_not_exist_is_refused(folder: Path) -> None:
    faults = broken(folder, "duties.yaml", '"03.03.02"', '"03.03.99"')
    assert {code for code, _ in faults} == {"registry.unknown_category"}


def test_what_is_not_said_of_a_category_being_shared_is_taken_from_what_it_lies_within(folder: Path) -> None:
    own = 'title: {zh: "公共厕所", en: "Public toilets"}'
    assert broken(folder, "categories.yaml", own, f"{own}, shared: false") == []
    found = read_county(folder)
    assert isinstance(found, CountyFiles)
    shared = {each.code: each.shared for each in found.categories}
    assert shared["01.05"] and shared["01.05.02"]
    assert not (shared["01"] or shared["01.05.05"] or shared["01.01.01"])


def test_every_fault_of_all_files_is_told_at_once(folder: Path) -> None:
    (folder / "units.yaml").unlink()
    faults = broken(folder, "categories.yaml", "title: {zh: 城乡建设, en:", "titel: {zh: 城乡建设, en:")
    assert {"registry.file_unreadable", "practice.unknown_key"} <= {code for code, _ in faults}


@pytest.mark.database
@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_one_new_name_changes_one_row(folder: Path) -> None:
    from tongban.apps.registry.loading import CountyLoaded, load_county

    first, second = load_county(folder), load_county(folder)
    assert isinstance(first, CountyLoaded) and isinstance(second, CountyLoaded)
    assert first.changed == first.divisions + first.units + first.duties + first.categories
    assert second.changed == 0
    assert broken(folder, "units.yaml", "zh: 县住房和城乡建设局", "zh: 县住建局") == []
    third = load_county(folder)
    assert isinstance(third, CountyLoaded) and third.changed == 1


@pytest.mark.database
@pytest.mark.django_db
def test_with_one_fault_nothing_of_the_county_is_loaded(folder: Path) -> None:
    from tongban.apps.registry.loading import load_county
    from tongban.store.models import DivisionRow

    broken(folder, "duties.yaml", "unit: government-office", "unit: nobody")
    assert isinstance(load_county(folder), Refused)
    assert DivisionRow.objects.count() == 0


@pytest.mark.database
@pytest.mark.django_db
def test_a_duty_that_is_no_longer_listed_is_no_duty(folder: Path) -> None:
    from tongban.apps.registry.loading import load_county
    from tongban.store.models import DutyRow

    load_county(folder)
    assert DutyRow.objects.filter(unit="tax", code="tax-01").exists()
    assert broken(folder, "duties.yaml", "code: tax-01", "code: tax-02") == []
    load_county(folder)
    assert list(DutyRow.objects.filter(unit="tax").values_list("code", flat=True)) == ["tax-02"]


@pytest.mark.database
@pytest.mark.django_db
def test_lists_are_in_the_readers_language_and_follow_a_change(folder: Path) -> None:
    from tongban.apps.registry.lists import lists
    from tongban.apps.registry.loading import load_county

    load_county(folder)
    english = lists("330822", "en")
    assert "Housing and Construction Bureau" in {unit.name for unit in english.units}
    paths = {each.code: each.path for each in lists("330822", "zh-Hans").categories}
    assert paths["01.01.01"] == "城乡建设 › 房屋质量与交付 › 房屋渗漏开裂"
    assert len(english.within("330822")) == 14
    broken(folder, "units.yaml", "en: Tax Bureau", "en: Revenue Office")
    load_county(folder)
    assert "Revenue Office" in {unit.name for unit in lists("330822", "en").units}
