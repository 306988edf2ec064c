"""Brought registers: rows that come with a sheet, entries of them that forms name, and lists among which they choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace
from procedure_builder import asks, form, kind, procedure, step
from rich_practice import COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.commands import ANYBODY, Actor, Command, Opening, Scene
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.form import Field, FieldKind, Form, check
from tongban.kernel.procedure.brought import Entry, keys_in, read_entries
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import Procedure, Settle
from tongban.kernel.procedure.register import Register, key_text, names_of
from tongban.kernel.procedure.subjects import about, entries_named, keys_of
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

TODAY = date(2026, 3, 2)
PAPER = Register("paper", ("paper",), (Field("title", FieldKind.line),), brought=True, public=True)
ITEM = Register(
    "item",
    ("item",),
    (
        Field("title", FieldKind.line, required=True),
        Field("papers", FieldKind.entries, of=("paper",)),
        Field("days", FieldKind.whole, min=1, max=60),
        Field("unit", FieldKind.unit),
    ),
    brought=True,
    public=True,
)
LICENCE = Register("licence", ("holder", "sort"), (Field("level", FieldKind.code),))
FORM = Form(
    "apply",
    (
        Field("item", FieldKind.entry, required=True, of=("item",)),
        Field("papers_given", FieldKind.entries, of=("paper",), among="subject.papers"),
        Field("promised", FieldKind.whole, infer="subject.days"),
        Field("known_level", FieldKind.code, infer="subject.level"),
        Field("holder", FieldKind.code),
        Field("sort", FieldKind.code),
    ),
)
MATTER = kind(
    "matter",
    "open done!",
    step("apply", "", "open", "clerk@home @requester @anyone", form="apply"),
    step("end", "open", "done", "clerk@home", Settle("done"), form="note"),
)
PRACTICE: Procedure = replace(
    procedure(MATTER, forms=(FORM, form("note", asks("note", "line")))), registers=(ITEM, PAPER, LICENCE)
)
CLERK = somebody("chen", "clerk@office")
ROWS = {
    ("item", "shop"): {"title": "开店", "papers": ("id", "photo"), "days": 3},
    ("licence", '["H1","food"]'): {"level": "A"},
}
HELD: Mapping[str, Mapping[str, Facts]] = {
    "item": {"shop": {"item": "shop", "title": "开店", "days": 3}},
    "paper": {"id": {}, "photo": {}, "deed": {}},
}


def apply(actor: Actor, **answers: object) -> Decided | Refused:
    keys = keys_of(PRACTICE, None, answers, FORM, TODAY)
    known = about(PRACTICE.registers, ROWS, keys)
    seen = Scene(COUNTY, MONDAY, subject=known.fields, registered=known.registers, entries=HELD)
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web")
    return decide(PRACTICE, None, Command("apply", answers, opening), actor, seen)


def facts_of(found: Decided | Refused) -> dict[str, object]:
    assert isinstance(found, Decided), found
    return dict(found.cases[0].facts)


@pytest.mark.parametrize("actor", [CLERK, ANYBODY])
def test_a_requester_meets_what_was_brought_and_so_does_the_office(actor: Actor) -> None:
    assert facts_of(apply(actor, item="shop", papers_given=["id"])) == {
        "item": "shop",
        "papers_given": ("id",),
        "promised": 3,
    }


def test_what_steps_wrote_of_somebody_stays_hidden_from_a_requester() -> None:
    answers = {"item": "shop", "holder": "H1", "sort": "food"}
    assert facts_of(apply(CLERK, **answers))["known_level"] == "A"
    assert "known_level" not in facts_of(apply(ANYBODY, **answers))


def test_a_code_that_the_register_does_not_hold_is_refused() -> None:
    found = apply(CLERK, item="bar")
    assert isinstance(found, Refused)
    assert (found.code, found.where) == ("form.unknown_entry", "item")


def test_codes_in_wide_letters_are_looked_up_as_the_form_reads_them() -> None:
    wide = {"item": "ｓｈｏｐ", "papers_given": "ｉｄ、photo"}
    assert entries_named(FORM, wide) == {"item": {"shop"}, "paper": {"id", "photo"}}
    assert facts_of(apply(CLERK, **wide))["papers_given"] == ("id", "photo")


def test_only_what_the_register_lists_may_be_chosen() -> None:
    found = apply(CLERK, item="shop", papers_given=["id", "deed"])
    assert isinstance(found, Refused)
    assert (found.code, found.where, found.facts["given"]) == ("form.not_among", "papers_given", "deed")
    assert isinstance(apply(CLERK, item="shop", papers_given=["id", "photo"]), Decided)


@pytest.mark.parametrize(
    ("condition", "offered"),
    [
        ("row.days <= 3", True),
        ("row.days > 3", False),
        ('row.item == "shop"', True),
        ('row.unit == ""', True),  # what a row does not say is empty
        ("row.days < settings.most_days", True),
        ('today > "2026-09-21"', False),
    ],
)
@pytest.mark.parametrize("actor", [CLERK, ANYBODY])
def test_only_rows_that_fit_may_be_chosen_by_whoever_asks(
    actor: Actor, condition: str, *, offered: bool
) -> None:
    found = narrowed(condition, actor, item="shop")
    if offered:
        assert facts_of(found)["item"] == "shop"
    else:
        assert isinstance(found, Refused)
        assert (found.code, found.where, found.facts) == ("form.not_offered", "item", {"given": "shop"})


def test_a_code_of_no_row_is_told_as_unknown_and_not_as_one_that_does_not_fit() -> None:
    found = narrowed("row.days > 3", CLERK, item="bar")
    assert isinstance(found, Refused)
    assert [each.code for each in found.all()] == ["form.unknown_entry"]


def narrowed(condition: str, actor: Actor, **answers: object) -> Decided | Refused:
    names = {
        "row.days": Kind.count,
        "row.item": Kind.text,
        "row.unit": Kind.text,
        "today": Kind.text,
        "settings.most_days": Kind.whole,
    }
    that = compile_expression(condition, names, Kind.flag)
    assert isinstance(that, Expression), that
    item, *rest = FORM.fields
    form = Form("apply", (replace(item, where=that), *rest))
    practice = replace(PRACTICE, forms={**PRACTICE.forms, "apply": form}, settings={"most_days": 5})
    seen = Scene(COUNTY, MONDAY, entries=HELD)
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web")
    return decide(practice, None, Command("apply", answers, opening), actor, seen)


def test_a_key_of_several_parts_needs_all_of_them_and_mixes_none_up() -> None:
    assert "licence" not in keys_of(PRACTICE, None, {"holder": "H1"}, FORM, TODAY)
    assert (
        keys_of(PRACTICE, None, {"holder": "H1", "sort": "food"}, FORM, TODAY)["licence"] == '["H1","food"]'
    )
    assert key_text(["a", 'b","c']) != key_text(["a", "b", "c"])
    assert key_text(["a"]) == "a"


def test_what_two_registers_say_alike_has_its_register_before_it() -> None:
    names = names_of(PRACTICE.registers)
    assert "title" not in names
    assert names["item.title"][0] is ITEM and names["paper.title"][0] is PAPER
    assert names["days"] == names["item.days"]


def test_lists_may_be_compared_entry_by_entry_and_cannot_fail() -> None:
    known = {"facts.missing": Kind.texts, "subject.papers": Kind.texts}
    found = compile_expression("facts.missing.all(m, m in subject.papers)", known, Kind.flag)
    assert isinstance(found, Expression)
    assert found.holds({"facts.missing": ("id",), "subject.papers": ("id", "photo")})
    assert not found.holds({"facts.missing": ("deed",), "subject.papers": ("id", "photo")})
    assert found.holds({})


GOOD = {"item": "shop", "title": "开店𠮷", "papers": "id、photo", "days": "3", "unit": "office"}


def rows(*given: dict[str, object]) -> tuple[Entry, ...] | Refused:
    return read_entries(ITEM, given, COUNTY, TODAY, HELD)


def test_a_row_is_read_by_its_columns_and_keeps_rare_characters() -> None:
    assert rows(GOOD) == (
        Entry("shop", "开店𠮷", {"title": "开店𠮷", "papers": ("id", "photo"), "days": 3, "unit": "office"}),
    )


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"item": ""}, "form.required", "rows/1/item"),
        ({"title": ""}, "form.required", "rows/1/title"),
        ({"days": "61"}, "form.out_of_range", "rows/1/days"),
        ({"papers": "id、visa"}, "form.unknown_entry", "rows/1/papers"),
        ({"unit": "nobody"}, "form.unknown_unit", "rows/1/unit"),
        ({"colour": "red"}, "form.unknown_field", "rows/1/colour"),
        ({"item": "shop"}, "table.twice", "rows/1/item"),
    ],
)
def test_a_fault_is_told_with_row_and_column(change: dict[str, object], code: str, where: str) -> None:
    assert not isinstance(rows(GOOD, {**GOOD, "item": "stall"}), Refused)
    found = rows(GOOD, {**GOOD, "item": "stall", **change})
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [(code, where)]


def test_all_faults_are_told_in_the_order_of_the_rows() -> None:
    found = rows({**GOOD, "days": "0"}, GOOD, {**GOOD, "item": "stall", "title": "", "unit": "x"})
    assert isinstance(found, Refused)
    assert [each.where for each in found.all()] == [
        "rows/0/days",
        "rows/1/item",
        "rows/2/title",
        "rows/2/unit",
    ]


def test_rows_of_one_load_may_name_each_other() -> None:
    assert keys_in(PAPER, [{"paper": "id"}, {"paper": " photo "}, {"paper": ""}], TODAY) == {"id", "photo"}


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (Field("one", FieldKind.entry), "form.field_entry_of"),
        (Field("one", FieldKind.entries, of=("a", "b")), "form.field_entry_of"),
        (Field("one", FieldKind.unit, among="subject.units"), "form.field_among"),
    ],
)
def test_a_field_says_of_which_register_its_entries_are(field: Field, code: str) -> None:
    assert [each.code for each in check(Form("f", (field,)))] == [code]
    good = Field("one", FieldKind.entry, of=("item",), among="subject.papers")
    assert check(Form("f", (good,))) == ()
