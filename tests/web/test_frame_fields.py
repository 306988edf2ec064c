"""Fields: each kind drawn accessibly, with its value kept and its fault beside it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.form import FieldKind
from tongban.web.fields import MOST_RADIOS


class Option(Struct, frozen=True):
    value: str
    label: str
    group: str = ""


class Field(Struct, frozen=True):
    id: str
    kind: str
    label: str = "The matter"
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    value: str = ""
    values: tuple[str, ...] = ()
    longest: int = 0
    fault: str = ""
    fix: str = ""
    idle: bool = False


class Reader(HTMLParser):
    """The tags of a page with their attributes, and the words of its text areas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


FEW = (Option("a", "First"), Option("b", "Second"))
KINDS = [kind.value for kind in FieldKind]


def drawn(*fields: Field, prefix: str = "") -> Reader:
    return Reader(render_to_string("fields.html", {"fields": fields, "prefix": prefix, "language": "en"}))


def field(kind: str, **more: object) -> Field:
    options = FEW if kind in ("choice", "choices", "unit", "units", "division", "category") else ()
    return replace(Field("x", kind, options=options), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_labelled_input_of_its_name(kind: str) -> None:
    page = drawn(field(kind))
    inputs = [i for i in page.all("input", "textarea", "select") if i.get("type") != "hidden"]
    assert inputs
    assert {i["name"] for i in inputs} == {"x"}
    assert inputs[0]["id"] == "field-x"
    assert len({i["id"] for i in inputs}) == len(inputs)
    assert page.all("legend") or {"for": "field-x"} in page.all("label")


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_and_a_help_are_beside_the_field_and_tied_to_it(kind: str) -> None:
    page = drawn(field(kind, help="Say when and where.", fault="Something is missing.", fix="Write it down."))
    described = [a["aria-describedby"] for _, a in page.tags if "aria-describedby" in a]
    assert described == ["field-x-help field-x-fault"]
    ids = {a["id"] for _, a in page.tags if "id" in a}
    assert set(described[0].split()) <= ids
    assert "Write it down." in page.words
    assert any("aria-invalid" in a for a in page.all("input", "textarea", "select"))


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k not in ("files", "flag", "rating", "choices", "units")]
)
def test_what_was_entered_is_kept_and_escaped(kind: str) -> None:
    entered = 'b"><script>𠮷'
    options = (*FEW, Option(entered, "Third")) if field(kind).options else ()
    page = drawn(field(kind, value=entered, options=options))
    assert not page.all("script")
    values = [i.get("value", "") for i in page.all("input", "option")]
    assert entered in values or entered in page.words
    if options:
        kept = [i for i in page.all("input", "option") if "checked" in i or "selected" in i]
        assert [each["value"] for each in kept] == [entered]


def test_several_answers_a_flag_a_rating_and_files_are_kept_too() -> None:
    assert [i["value"] for i in drawn(field("choices", values=("b",))).all("input") if "checked" in i] == [
        "b"
    ]
    assert "checked" in drawn(field("flag", value="true")).all("input")[0]
    assert [i["value"] for i in drawn(field("rating", value="2")).all("input") if "checked" in i] == ["2"]
    hidden = [i for i in drawn(field("files", values=("f1", "f2"))).all("input") if i["type"] == "hidden"]
    assert [i["value"] for i in hidden] == ["f1", "f2"]


def test_a_yes_or_no_that_must_be_answered_can_be_answered_with_no_and_an_optional_one_is_a_box() -> None:
    page = drawn(field("flag", required=True, help="As they said it.", value="false"))
    inputs = page.all("input")
    assert [(i["type"], i["value"], "checked" in i) for i in inputs] == [
        ("radio", "true", False),
        ("radio", "false", True),
    ]
    assert inputs[0]["id"] == "field-x"
    assert page.all("legend")
    assert page.all("fieldset")[0]["aria-describedby"] == "field-x-help"
    assert not any("checked" in i for i in drawn(field("flag", required=True)).all("input"))
    assert [i["type"] for i in drawn(field("flag")).all("input")] == ["checkbox"]


def test_few_choices_stand_open_and_many_fold() -> None:
    many = tuple(Option(str(i), f"Choice {i}") for i in range(MOST_RADIOS + 1))
    assert drawn(field("choice", options=many[:-1])).all("input")[0]["type"] == "radio"
    assert drawn(field("choice", options=many)).all("select")


def test_choices_that_lie_within_something_stand_under_its_name() -> None:
    within = (Option("1", "One", "North"), Option("2", "Two", "North"), Option("3", "Three", "South"))
    assert [g["label"] for g in drawn(field("category", options=within)).all("optgroup")] == [
        "North",
        "South",
    ]
    assert drawn(field("units", options=within)).words.count("North") == 1


def test_units_stand_under_the_county_or_their_township_by_their_own_name_and_can_be_searched() -> None:
    units = (
        Option("tax", "Tax office"),
        Option("north", "North"),
        Option("n1", "North · First", "North"),
        Option("s1", "South · Second", "South"),
    )
    page = drawn(field("unit", options=units, value="n1"))
    assert [g["label"] for g in page.all("optgroup")] == ["Offices of the county", "North", "South"]
    assert "data-search" in page.all("select")[0]
    offered = page.all("option")
    assert [o.get("data-label") for o in offered[1:]] == [
        "Tax office",
        "North",
        "North · First",
        "South · Second",
    ]
    assert [o["value"] for o in offered if "selected" in o] == ["n1"]
    offices = drawn(field("unit", options=units[:1]))
    assert not offices.all("optgroup"), "where nothing lies within anything a heading says nothing"


def test_a_list_without_anything_to_choose_from_can_be_written_in() -> None:
    assert drawn(field("division", options=())).all("input")[0]["type"] == "text"


def test_phones_offer_the_right_keyboard_and_what_they_know() -> None:
    phone = drawn(field("phone")).all("input")[0]
    assert (phone["type"], phone["inputmode"], phone["autocomplete"]) == ("tel", "tel", "tel")
    assert drawn(field("name")).all("input")[0]["autocomplete"] == "name"
    assert drawn(field("id_card")).all("input")[0]["autocomplete"] == "off"
    assert drawn(field("money")).all("input")[0]["inputmode"] == "decimal"


def test_photos_may_come_from_the_camera_or_from_before() -> None:
    files = drawn(field("files")).all("input")[0]
    assert files["accept"] == "image/*,application/pdf"
    assert "multiple" in files
    assert "capture" not in files


def test_a_rating_is_five_named_answers() -> None:
    page = drawn(field("rating"))
    assert [i["value"] for i in page.all("input")] == ["5", "4", "3", "2", "1"]
    assert "Very satisfied" in page.words
    assert "Very dissatisfied" in page.words


def test_what_is_optional_says_so_and_what_is_not_is_told_to_screen_readers() -> None:
    assert "(optional)" in drawn(field("line")).words
    required = drawn(field("line", required=True))
    assert "(optional)" not in required.words
    assert required.all("input")[0]["aria-required"] == "true"


def test_two_forms_on_a_page_do_not_share_ids() -> None:
    assert drawn(field("line"), prefix="reply").all("input")[0]["id"] == "reply-x"


def test_the_summary_leads_to_each_wrong_field_and_to_no_other() -> None:
    fields = (field("line", fault="It is empty."), replace(field("phone"), id="y"))
    page = Reader(render_to_string("faults.html", {"fields": fields, "prefix": "reply", "language": "en"}))
    assert [a["href"] for a in page.all("a")] == ["#reply-x"]
    assert "It is empty." in page.words
    assert not Reader(render_to_string("faults.html", {"fields": fields[1:], "language": "en"})).tags


def test_what_only_some_answers_call_for_says_so_and_is_not_marked_as_required() -> None:
    page = drawn(Field("why", "text", required=True, idle=True))
    assert "only if your answers above call for it" in page.words
    assert "aria-required" not in page.all("textarea")[0]
    assert drawn(Field("why", "text", required=True)).all("textarea")[0]["aria-required"] == "true"
