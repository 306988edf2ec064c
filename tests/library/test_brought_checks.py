"""Brought registers in a practice: one sound practice, broken in one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from folder_ground import PRACTICES, changed, codes, files_of, read
from folder_ground import faults as told
from scenario_ground import calendar
from tongban.library.checking import check
from tongban.library.counties import scenario_county
from tongban.library.story.rehearsal import rehearsal
from tongban.library.story.telling import run_scenarios
from tongban.library.texts import refusal_words

WHOLE = files_of(Path(__file__).parent / "practices" / "paper_desk")
STORY = "scenarios/deferred.yaml"
ITEM = "kind: entry, of: item,"


def faults(*change: str) -> list[str]:
    return codes(changed(WHOLE, *change) if change else WHOLE)


def test_the_practice_is_sound() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.unknown_register", "forms.yaml", "of: item", "of: items"),
        ("practice.unknown_register", "registers.yaml", "papers, kind: entries, of: paper", "papers, kind: entries, of: p"),
        ("practice.unknown_register", STORY, "  item:", "  items:"),
        ("practice.unknown_field", STORY, "{paper: id, title", "{paper: id, titel"),
        ("practice.unknown_field", "forms.yaml", "among: subject.papers", "among: subject.paper"),
        ("practice.field_kind", "forms.yaml", "among: subject.papers", "among: subject.unit"),
        ("practice.register_held", "registers.yaml", "id: unit, kind: unit", "id: unit, kind: phone"),
        ("practice.register_column", "registers.yaml", "id: unit, kind: unit", "id: unit, kind: duty"),
        ("practice.words_missing", "texts/en.yaml", "paper: Code, ", ""),
        ("practice.heading_twice", "texts/en.yaml", "paper: Code, ", "paper: Title, "),
        ("practice.heading_twice", "texts/zh-Hans.yaml", "deferrable: 可容缺", "deferrable: papers"),
        ("expression.unknown_name", "forms.yaml", ITEM, f'{ITEM} where: row.levels == "city",'),
        ("expression.unknown_name", "forms.yaml", ITEM, f'{ITEM} where: facts.level == "city",'),
        ("expression.unknown_name", "forms.yaml", ITEM, f'{ITEM} where: subject.level == "city",'),
        ("expression.unknown_name", "forms.yaml", ITEM, f'{ITEM} where: given.level,'),
        ("expression.wrong_result", "forms.yaml", ITEM, f"{ITEM} where: row.promised_days,"),
        ("expression.wrong_type", "forms.yaml", ITEM, f"{ITEM} where: row.promised_days == row.level,"),
        ("form.field_where", "forms.yaml", "kind: phone,", "kind: phone, where: 'today > \"2026\"',"),
        ("form.field_like", "forms.yaml", "kind: phone,", "kind: phone, like: [level],"),
        ("form.field_like", "forms.yaml", ITEM, f"{ITEM} like: [item],"),
        ("practice.unknown_field", "forms.yaml", ITEM, f"{ITEM} like: [nobody_asked],"),
        ("form.field_choices", "registers.yaml", ", choices: [city, county]", ""),
        ("form.field_entry_of", "forms.yaml", "kind: entry, of: item,", "kind: entry,"),
        ("check.asked_registered", "forms.yaml", "look:\n", "look:\n  - {id: valid_days, kind: whole}\n"),
        ("expression.unknown_name", "procedure/application.yaml", "subject.instant", "subject.title"),
    ],
)  # fmt: skip
def test_each_fault_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in faults(path, old, new)


def test_one_register_alone_needs_no_list_around_it() -> None:
    assert faults("forms.yaml", "of: item", "of: [item]") == []


def test_a_narrowed_field_is_sound_and_its_place_is_told_where_it_is_not() -> None:
    assert (
        faults("forms.yaml", ITEM, f'{ITEM} where: row.level == "city" && row.item != "" && today > "2026",')
        == []
    )
    [fault] = told(changed(WHOLE, "forms.yaml", ITEM, f"{ITEM} where: row.levels > 1,"))
    assert (fault.code, fault.where) == ("expression.unknown_name", "forms.yaml:4")


def test_a_row_that_does_not_fit_is_refused_in_a_story(county) -> None:
    practice = read(changed(WHOLE, "forms.yaml", ITEM, f'{ITEM} where: row.level == "county",'))
    assert check(practice) == ()
    found = {each.facts["found"] for each in run_scenarios(practice, rehearsal, county).failures}
    assert found == {("form.not_offered (item)",)}


def test_rows_of_a_story_are_read_like_those_of_a_sheet(county) -> None:
    practice = read(changed(WHOLE, STORY, "papers: [id, photo]", "papers: [id, visa]"))
    assert check(practice) == ()
    [fault] = run_scenarios(practice, rehearsal, county).failures
    assert (fault.code, fault.where) == ("form.unknown_entry", f"{STORY}:9")


def test_a_story_whose_rows_break_a_rule_says_it_in_the_words_of_the_practice() -> None:
    files = changed(
        files_of(PRACTICES / "service_catalogue"),
        "scenarios/01-proposed-judged-in-force.yaml",
        "source: shared, from: 公安人口库",
        "source: shared",
    )
    report = run_scenarios(read(files), rehearsal, scenario_county(calendar()))
    (failure,) = report.failures
    for language, rule in (("zh-Hans", "共享的材料，写明从哪里取"), ("en", "Say where a shared paper")):
        says = refusal_words(failure, language, report.naming(language)).says
        assert rule in says and "shared_says_from_where" not in says, says
