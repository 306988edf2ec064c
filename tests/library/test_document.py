"""YAML is read strictly, and every fault names its line."""

from __future__ import annotations

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.document import Document, read_document


def read(text: str) -> Document:
    found = read_document("a.yaml", text)
    assert isinstance(found, Document), found
    return found


def refused(text: str) -> list[tuple[str, str]]:
    found = read_document("a.yaml", text)
    assert isinstance(found, Refused), found
    return [(fault.code, fault.where) for fault in found.all()]


def test_only_true_and_false_are_truth_values() -> None:
    text = "a: yes\nb: no\nc: on\nd: off\ne: true\nf: false\ng: True"
    assert read(text).value == {
        "a": "yes", "b": "no", "c": "on", "d": "off", "e": True, "f": False, "g": "True",
    }  # fmt: skip


def test_dates_times_and_dotted_versions_stay_text() -> None:
    text = "a: 2026-03-02\nb: 2026-03-02 09:00\nc: 1.0.0\nd: 09:30\ne: 0x1F\nf: 12e\ng: .inf"
    assert read(text).value == {
        "a": "2026-03-02", "b": "2026-03-02 09:00", "c": "1.0.0", "d": "09:30", "e": "0x1F", "f": "12e", "g": ".inf",
    }  # fmt: skip


def test_whole_numbers_are_numbers_and_quoted_ones_are_text() -> None:
    assert read("a: 12\nb: -3\nc: '12'\nd: 0\ne: 9007199254740991").value == {
        "a": 12, "b": -3, "c": "12", "d": 0, "e": 9007199254740991,
    }  # fmt: skip


@pytest.mark.parametrize("number", ["01.01", "007", "1.5", "+3", "1e3", ".5", "9007199254740992", "9" * 30])
def test_a_number_that_is_not_whole_and_small_wants_quotes(number: str) -> None:
    assert refused(f"a: 1\nb: {number}") == [("practice.number", "a.yaml:2")]
    assert read(f"a: '{number}'").value == {"a": number}


def test_a_key_stands_once() -> None:
    assert refused("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2") == [
        ("practice.key_twice", "a.yaml:5"),
        ("practice.key_twice", "a.yaml:6"),
    ]
    assert read("a: {c: 1}\nb: {c: 1}").value == {"a": {"c": 1}, "b": {"c": 1}}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: &x 1\nb: 2", "practice.alias", 1),
        ("a: 1\nb: !!str 2", "practice.tag", 2),
        ("a: !facts.late", "practice.tag", 1),
        ("a: 1\n---\nb: 2", "practice.second_document", 2),
        ("? [a, b]\n: 1", "practice.key_not_text", 1),
        ("a: 1\nb: [1, 2\n", "practice.syntax", 3),
        ("a:\n\t- 1", "practice.syntax", 2),
        ("a: b: c", "practice.syntax", 1),
        ("", "practice.empty_file", 0),
        ("# only words", "practice.empty_file", 0),
        ("a: 1\nb: \u202edangerous", "practice.control_character", 2),
        ("a: \x07", "practice.control_character", 1),
        ("a: " + "[" * 40 + "]" * 40, "practice.too_deep", 1),
    ],
)
def test_what_a_person_cannot_predict_is_refused(text: str, code: str, line: int) -> None:
    assert (code, f"a.yaml:{line}" if line else "a.yaml") in refused(text)


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    assert all(code == "practice.alias" for code, _ in refused("\n".join(lines)))


def test_every_fault_of_a_file_is_told_at_once() -> None:
    codes = [code for code, _ in refused("a: 1.5\na: 2\nb: &x 3\nc: !t 4")]
    assert codes == ["practice.number", "practice.key_twice", "practice.alias", "practice.tag"]


def test_the_position_map_knows_keys_and_list_entries() -> None:
    document = read("a:\n  - b: 1\n    c: 2\n  - d\ne: {f: 1,\n  g: 2}")
    assert document.where("a", 0, "c") == "a.yaml:3"
    assert document.where("a", 1) == "a.yaml:4"
    assert document.where("e", "g") == "a.yaml:6"
    assert document.where("a", 0, "missing", "deeper") == "a.yaml:2"


def test_rare_characters_survive() -> None:
    assert read("a: 𠀀😀 龘").value == {"a": "𠀀😀 龘"}
