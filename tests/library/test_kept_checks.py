"""Registers that the system keeps: one sound practice, broken in one place at a time, and what their rows count."""

from __future__ import annotations

from pathlib import Path

import pytest

from folder_ground import changed, codes, files_of, read
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.kept import kept_rows
from tongban.library.practice import Practice
from tongban.library.story.rehearsal import rehearsal
from tongban.library.story.telling import run_scenarios

FOLDER = Path(__file__).parent / "practices" / "paper_desk"
STORY = "scenarios/deferred.yaml"
KEPT = """adopted_form:
  kept: true
  key: adopted_form
  fields:
    - {id: title, kind: line}
    - {id: asked, kind: whole}
"""
COLUMNS = {
    "texts/zh-Hans.yaml": "  adopted_form: {title: 在用表单, fields: {adopted_form: 编号, title: 名称, asked: 问几项}}\n",
    "texts/en.yaml": "  adopted_form: {title: Forms in use, fields: {adopted_form: Code, title: Title, asked: Fields}}\n",
}
ASKED = "look:\n  - {id: like, kind: entries, of: adopted_form}\n"


def sound() -> dict[str, str]:
    files: dict[str, str] = dict(files_of(FOLDER))
    files["registers.yaml"] += KEPT
    for path, columns in COLUMNS.items():
        files[path] = files[path].replace("registers:\n", f"registers:\n{columns}", 1)
        files[path] = files[path].replace("fields:\n", "fields:\n  like: {label: Like}\n", 1)
    files["forms.yaml"] = files["forms.yaml"].replace("look:\n", ASKED, 1)
    return files


def faults(*change: str) -> list[str]:
    return codes(changed(sound(), *change) if change else sound())


def test_the_practice_is_sound() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.unknown_register", "registers.yaml", KEPT, KEPT.replace("adopted_form", "adopted_forms")),
        ("practice.register_key", "registers.yaml", "key: adopted_form", "key: form"),
        ("practice.unknown_field", "registers.yaml", "{id: asked, kind: whole}", "{id: asks, kind: whole}"),
        ("practice.field_kind", "registers.yaml", "{id: asked, kind: whole}", "{id: asked, kind: money}"),
        ("practice.kept_by_system", "registers.yaml", "kept: true\n", "kept: true\n  brought: true\n"),
        ("practice.kept_by_system", "registers.yaml", "kept: true\n", "brought: true\n"),
        ("practice.kept_by_system", STORY, "entries:\n", "entries:\n  adopted_form:\n    - {adopted_form: x.y, title: X}\n"),
        (
            "practice.kept_by_system",
            "procedure/application.yaml",
            "register: granted, key: [applicant, item], fields: [granted_level]",
            "register: adopted_form, key: adopted_form, fields: [asked]",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in faults(path, old, new)


def test_every_form_that_people_fill_in_is_there_and_no_other() -> None:
    practice = read(sound())
    rows = kept_rows(_registers(practice), [practice])["adopted_form"]
    found = {each.key: each.fields for each in rows}
    assert found.keys() == {"paper_desk.apply", "paper_desk.look", "paper_desk.grant"}
    apply = found["paper_desk.apply"]
    assert (apply["asked"], apply["required"], apply["known"]) == (4, 3, 1)  # the promise comes from the item
    assert apply["outside"] is True and found["paper_desk.grant"]["outside"] is False
    assert apply["minutes"] == 2  # 30 + 20 + 10 + 10 seconds


def test_a_practice_is_the_sum_of_its_forms() -> None:
    practice = read(
        {path: text.replace("adopted_form", "adopted_practice") for path, text in sound().items()}
    )
    (row,) = kept_rows(_registers(practice), [practice])["adopted_practice"]
    assert (row.key, row.fields["forms"], row.fields["known"]) == ("paper_desk", 3, 1)


def test_a_story_meets_the_forms_of_its_own_practice(county) -> None:
    files = sound()
    path = "scenarios/deferred.yaml"
    assert run_scenarios(read(files), rehearsal, county).failures == ()
    named = files[path].replace("missing: [photo]", "missing: [photo], like: [paper_desk.grant]", 1)
    assert named != files[path]
    assert run_scenarios(read({**files, path: named}), rehearsal, county).failures == ()
    strange = named.replace("paper_desk.grant", "paper_desk.grand")
    [fault] = run_scenarios(read({**files, path: strange}), rehearsal, county).failures
    assert "unknown_entry" in str(fault.facts) or fault.code == "form.unknown_entry"


def _registers(practice: Practice):
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    return procedure.registers
