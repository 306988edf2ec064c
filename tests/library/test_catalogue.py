"""What a catalogue may name, what its rows must keep, and which words may stand in the ledger in plain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from folder_ground import PRACTICES, changed, files_of, read
from tongban.kernel.clock import Calendar
from tongban.kernel.procedure.brought import Entry, read_entries
from tongban.kernel.refusal import Refused
from tongban.library.counties import scenario_county
from tongban.library.practice import Practice
from tongban.library.reading import read_packed
from tongban.library.references import reference_faults
from tongban.library.registers import registers_of

WHOLE = files_of(PRACTICES / "service_catalogue")
CATALOGUE, FORMS, REGISTERS = "catalogue.yaml", "forms.yaml", "registers.yaml"
TODAY = date(2026, 3, 2)


@cache
def broken(path: str, old: str, new: str) -> list[Refused]:
    found = read_packed(changed(WHOLE, path, old, new))
    return list(found.all()) if isinstance(found, Refused) else reference_faults(found)


def practice() -> Practice:
    return read(WHOLE)


def test_the_whole_catalogue_has_no_fault() -> None:
    assert reference_faults(practice()) == []
    assert practice().catalogue is not None


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("practice.unknown_key", "plain: plain", "plane: plain"),
        ("practice.missing_key", "title: title\n", ""),
        ("practice.unknown_register", "register: item", "register: items"),
        ("practice.unknown_field", "who: who", "who: whom"),
        ("practice.field_kind", "level: level", "level: title"),
        ("practice.field_kind", "at_once: instant", "at_once: level"),
        ("practice.field_kind", "source: source", "source: from"),
        ("practice.catalogue_behind", "papers: papers\n", ""),
        ("practice.unknown_register", "exceptions: visit_exception", "exceptions: visit_exceptions"),
        ("practice.register_key", "exceptions: visit_exception", "exceptions: group"),
        ("practice.unknown_kind", "remarks: {kind: remark", "remarks: {kind: remarks"),
        ("practice.unknown_step", "step: tell", "step: right_as_is"),
        ("practice.unknown_field", "step: propose, field: item", "step: propose, field: items"),
        ("practice.field_kind", "step: propose, field: item", "step: propose, field: level"),
    ],
)
def test_what_a_catalogue_names_must_be_there_and_be_what_is_shown(code: str, old: str, new: str) -> None:
    found = broken(CATALOGUE, old, new)
    assert code in [fault.code for fault in found]
    assert all(fault.where.startswith(f"{CATALOGUE}:") for fault in found if fault.code == code)


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("practice.catalogue_sources", "choices: [own, shared, waived]", "choices: [own, shared]"),
        ("practice.catalogue_untitled", "  key: group\n  fields:\n    - {id: title,", "  key: group\n  fields:\n    - {id: name_of_it,"),
        ("expression.unknown_name", "row.source !=", "row.sourse !="),
        ("practice.rule_of_brought", "paper:\n  brought: true\n", "paper:\n"),
    ],
)  # fmt: skip
def test_what_its_registers_must_hold(code: str, old: str, new: str) -> None:
    assert code in [fault.code for fault in broken(REGISTERS, old, new)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{id: words, kind: text, required: true, max: 1000}", "{id: words, kind: text, held: ledger}"),
        ("{id: why_changed, kind: text, ", "{id: why_changed, kind: text, held: ledger, "),
    ],
)
def test_words_of_people_and_words_that_go_into_no_register_never_stand_in_the_ledger(
    old: str, new: str
) -> None:
    found = [fault for fault in broken(FORMS, old, new) if fault.code == "practice.words_in_ledger"]
    assert [fault.where.partition(":")[0] for fault in found] == [FORMS]


def rows(register: str, *given: Mapping[str, object]) -> tuple[Entry, ...] | Refused:
    county = scenario_county(Calendar(()))
    found = {each.id: each for each in registers_of(practice())}
    codes = {
        "group": frozenset({"birth"}),
        "paper": frozenset({"id_card", "photo"}),
        "question": frozenset[str](),
    }
    return read_entries(found[register], given, county, TODAY, codes)


ROW = {
    "item": "card", "title": "卡", "groups": "birth", "level": "county", "unit": "housing", "papers": "id_card;photo",
    "promised_days": "3", "statutory_days": "20",
}  # fmt: skip


def test_a_sound_row_is_taken() -> None:
    found = rows("item", ROW)
    assert not isinstance(found, Refused)
    assert found[0].fields["papers"] == ("id_card", "photo")


@pytest.mark.parametrize(
    ("change", "condition", "column"),
    [
        ({"promised_days": "21"}, "not_slower_than_law", "statutory_days"),
        ({"instant": "true"}, "at_once_is_at_once", "promised_days"),
        ({"papers": "id_card", "deferrable": "photo"}, "later_is_among", "papers"),
        ({"papers": "id_card", "promisable": "photo"}, "promised_is_among", "papers"),
    ],
)
def test_a_row_that_breaks_a_rule_is_told_with_its_row_and_column(
    change: Mapping[str, str], condition: str, column: str
) -> None:
    found = rows("item", {**ROW, "item": "first"}, {**ROW, **change})
    assert isinstance(found, Refused)
    told = [(each.code, each.where, each.facts) for each in found.all()]
    assert told == [("register.rule", f"rows/1/{column}", {"condition": condition})]


def test_a_rule_over_what_a_row_does_not_say_holds_as_over_nothing() -> None:
    bare = {name: ROW[name] for name in ("item", "title", "groups", "level", "unit")}
    assert not isinstance(rows("item", bare), Refused)
    found = rows("paper", {"paper": "id", "title": "证", "source": "shared"})
    assert isinstance(found, Refused)
    assert found.facts == {"condition": "shared_says_from_where"}
