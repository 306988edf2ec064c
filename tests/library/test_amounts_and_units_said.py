"""Limits, units and subcases that a case says itself: what a practice may write, and the twins broken in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.model import OpenSubcases, Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.reading import read_packed
from tongban.library.texts import PLACEHOLDER, refusal_words

DAYS = "{id: days, kind: whole, required: true, min: 0, max: 60, unit: working_days}"
LIMIT = "{limit: {field: days}, since"
TAKE = "{id: named, take: {field: unit}}"
Change = Callable[..., Mapping[str, str]]
Faults = Callable[[Mapping[str, str]], list[Refused]]


@pytest.fixture
def saying(files: Mapping[str, str]) -> Mapping[str, str]:
    """The whole practice, where the stop says how long it may last and a lamp's own unit comes before duty lists."""
    told = {
        "forms.yaml": ("choices: [expert, parts]}\n", f"choices: [expert, parts]}}\n  - {DAYS}\n"),
        "deadlines.yaml": ("{limit: 20 working_days, since", LIMIT),
        "routing.yaml": ("- {id: duty_list", f"- {TAKE}\n- {{id: duty_list"),
        "texts/zh-Hans.yaml": ("\nrouting:\n", "\nrouting:\n  named: {reason: 已写明单位}\n"),
        "texts/en.yaml": ("\nrouting:\n", "\nrouting:\n  named: {reason: It is named}\n"),
    }
    return {**files, **{path: files[path].replace(*swap, 1) for path, swap in told.items()}}


def _words(files: Mapping[str, str]) -> Mapping[str, str]:
    """The same with words for the field."""
    zh, en = files["texts/zh-Hans.yaml"], files["texts/en.yaml"]
    return {
        **files,
        "texts/zh-Hans.yaml": zh.replace("\nfields:\n", "\nfields:\n  days: {label: 停多少个工作日}\n", 1),
        "texts/en.yaml": en.replace("\nfields:\n", "\nfields:\n  days: {label: Working days}\n", 1),
    }


def test_a_limit_and_a_unit_may_be_said_by_the_case(saying: Mapping[str, str], faults: Faults) -> None:
    assert faults(_words(saying)) == []
    practice = read_packed(saying)
    assert isinstance(practice, Practice)
    bound = bind(practice, {})
    assert isinstance(bound, Procedure)
    (rule,) = bound.kinds["lamp"].clocks["stopped"].limits
    assert (rule.limit, rule.field) == (Limit(60, Unit.WORKING_DAYS, "Rules on street lighting"), "days")
    assert [each.take for each in bound.routing][1] == "field:unit"


BROKEN = [
    ("practice.unknown_field", "deadlines.yaml", "{field: days}", "{field: day}"),
    ("practice.field_kind", "deadlines.yaml", "{field: days}", "{field: until}"),
    ("practice.one_key", "deadlines.yaml", LIMIT, "{limit: {field: days}, day: until, since"),
    ("practice.limit", "deadlines.yaml", "at: due, step: go_on", "after: {field: days}, step: go_on"),
    ("practice.limit_unit", "forms.yaml", "unit: working_days", "unit: lamps"),
    ("practice.limit_bounds", "forms.yaml", "max: 60, ", ""),
    ("practice.limit_bounds", "forms.yaml", "max: 60", "max: 6000"),
    ("practice.limit_bounds", "forms.yaml", "min: 0, ", ""),
    ("check.limit_not_said", "forms.yaml", "kind: whole, required: true, min", "kind: whole, min"),
    (
        "form.field_nobody",
        "forms.yaml",
        "id: days, kind: whole, required: true",
        "id: days, kind: whole, asked_of: nobody",
    ),
    (
        "form.field_asked_of",
        "forms.yaml",
        "id: days, kind",
        "id: days, asked_of: nobody, infer: facts.pole, kind",
    ),
    ("practice.unknown_field", "routing.yaml", "{field: unit}", "{field: units}"),
    ("practice.field_kind", "routing.yaml", "{field: unit}", "{field: helpers}"),
    ("practice.spelling", "routing.yaml", "{field: unit}", "field:Unit"),
]


@pytest.mark.parametrize(("code", "path", "old", "new"), BROKEN, ids=[f"{b[0]}:{b[3][:18]}" for b in BROKEN])
def test_a_twin_broken_in_one_place_is_refused_with_all_the_facts_of_its_words(
    code: str, path: str, old: str, new: str, saying: Mapping[str, str], faults: Faults
) -> None:
    assert old in saying[path]
    told = faults(_words({**saying, path: saying[path].replace(old, new, 1)}))
    assert code in [fault.code for fault in told], told
    for fault in told:
        for language in LANGUAGES:
            words = refusal_words(fault, language)
            assert PLACEHOLDER.findall(words.says + words.fix) == [], words


def test_the_same_amount_counts_the_same_thing_in_every_form(
    saying: Mapping[str, str], faults: Faults
) -> None:
    more = "  - {id: days, kind: whole, min: 0, max: 9, unit: hours, again: it_may_have_changed}\n"
    files = {**saying, "forms.yaml": saying["forms.yaml"].replace("ask_help:\n", f"ask_help:\n{more}", 1)}
    assert "practice.limit_unit" in [fault.code for fault in faults(files)]


def test_the_last_rule_of_dispatch_is_never_one_that_may_find_nobody(
    saying: Mapping[str, str], faults: Faults
) -> None:
    files = {
        **saying,
        "routing.yaml": saying["routing.yaml"].replace('"kind:county_office"', "{field: lead}"),
    }
    assert "check.routing_last" in [fault.code for fault in faults(_words(files))]


CODES = "{id: parts, kind: choices, choices: [cable, post]}"
OPEN = "- open: {kind: help, for_each: helpers, carry: [category]}"
FOR_ENTRY = "- open: {kind: help, for_entry: parts, as: part, carry: [category]}"


@pytest.fixture
def opening(files: Mapping[str, str]) -> Mapping[str, str]:
    """The whole practice, where help is opened for each part that is broken."""
    choices = "\nchoices:\n  parts: &\n  part: &\n"
    told = {
        "forms.yaml": (
            ("ask_help:\n", f"ask_help:\n  - {CODES}\n"),
            ("\nhelp:\n", "\nhelp:\n  - {id: part, kind: choice, choices: [cable, post]}\n"),
        ),
        "procedure/lamp.yaml": ((OPEN, FOR_ENTRY),),
        "texts/zh-Hans.yaml": (
            ("\nfields:\n", "\nfields:\n  parts: {label: 哪几处}\n  part: {label: 哪一处}\n"),
            ("\nchoices:\n", choices.replace("&", "{cable: 电缆, post: 灯杆}")),
        ),
        "texts/en.yaml": (
            ("\nfields:\n", "\nfields:\n  parts: {label: Which parts}\n  part: {label: Which part}\n"),
            ("\nchoices:\n", choices.replace("&", "{cable: cable, post: post}")),
        ),
    }
    changed = dict(files)
    for path, swaps in told.items():
        for old, new in swaps:
            assert old in changed[path], (path, old)
            changed[path] = changed[path].replace(old, new, 1)
    return changed


def test_a_subcase_may_be_opened_for_each_code(opening: Mapping[str, str], faults: Faults) -> None:
    assert faults(opening) == []
    practice = read_packed(opening)
    assert isinstance(practice, Practice)
    bound = bind(practice, {})
    assert isinstance(bound, Procedure)
    (follow,) = bound.kinds["lamp"].steps["ask_help"].follows
    assert follow == OpenSubcases("help", carry=("category",), codes="parts", named="part")


LAMP = "procedure/lamp.yaml"
BROKEN_OPENINGS = [
    ("practice.one_key", LAMP, "as: part, ", ""),
    ("practice.one_key", LAMP, "for_entry: parts", "for_each: helpers, for_entry: parts"),
    ("practice.unknown_field", LAMP, "for_entry: parts", "for_entry: party"),
    ("practice.field_kind", LAMP, "for_entry: parts", "for_entry: helpers"),
    ("practice.unknown_field", LAMP, "as: part,", "as: party,"),
    ("practice.field_kind", LAMP, "as: part,", "as: category,"),
    (
        "practice.entry_of_another",
        "forms.yaml",
        "kind: choice, choices: [cable, post]}",
        "kind: choice, choices: [cable]}",
    ),
    ("practice.drawn_of_one", LAMP, "as: part,", "as: part, drawn: 1,"),
    ("check.carried_nowhere", LAMP, "carry: [category]", "carry: [category, dangerous]"),
]


@pytest.mark.parametrize(
    ("code", "path", "old", "new"), BROKEN_OPENINGS, ids=[f"{b[0]}:{b[3][:18]}" for b in BROKEN_OPENINGS]
)
def test_an_opening_broken_in_one_place_is_refused(
    code: str, path: str, old: str, new: str, opening: Mapping[str, str], faults: Faults
) -> None:
    assert old in opening[path]
    told = faults({**opening, path: opening[path].replace(old, new, 1)})
    assert code in [fault.code for fault in told], told
    for fault in told:
        for language in LANGUAGES:
            words = refusal_words(fault, language)
            assert PLACEHOLDER.findall(words.says + words.fix) == [], words
