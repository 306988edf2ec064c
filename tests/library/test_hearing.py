"""A practice that hears others: what must be said of it, and what is told to it."""

from __future__ import annotations

from pathlib import Path

import pytest

import folder_ground
from folder_ground import PRACTICES, files_of, read
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.checking import check
from tongban.library.practice import Practice
from tongban.library.settings import practices_of
from tongban.library.story.elsewhere import elsewhere_files
from tongban.library.triggers import heard_id, heard_of, hearing, received_by

RATING = "procedure/rating.yaml"


def whole(**changed: tuple[str, str]) -> Practice:
    """The practice with ``old`` made ``new`` in a file; the key is its name without folder and ending."""
    files = files_of(PRACTICES / "service_rating")
    for name, (old, new) in changed.items():
        path = next(each for each in files if Path(each).stem == name)
        files = folder_ground.changed(files, path, old, new)
    return read(files)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("practice.hears_nothing", {"rating": ("    on: settled_elsewhere\n", "")}),
        ("practice.hears_nobody", {"practice": ("hears: {setting: rated}\n", "")}),
        ("practice.hears_itself", {"practice": ("hears: {setting: rated}", "hears: [service_rating]")}),
        ("practice.hears_open", {"rating": ("on: subcase_settled\n    of: rectification", "on: settled_elsewhere")}),
        ("practice.heard_field", {"forms": ("{id: of_kind, kind: code, inner: true}", "{id: of_kind, kind: line}")}),
        ("practice.heard_field", {"forms": ("{id: of_kind, kind: code, inner: true}", "{id: phone, kind: code}")}),
        ("practice.unknown_setting", {"practice": ("{setting: rated}", "{setting: rate}")}),
        ("practice.setting_use", {"practice": ("{setting: rated}", "{setting: public_term}")}),
        ("practice.unknown_field", {"indicators": ("unit: worker", "unit: workers")}),
        ("practice.field_kind", {"indicators": ("unit: worker", "unit: category")}),
        ("practice.door_twice", {"forms": ("{id: prompted, kind: flag}", "{id: checked, kind: choice, choices: [web, code, api, desk, office], door: channel}")}),
        ("form.field_door", {"forms": ("[web, code, api, desk, office], inner: true, door", "[web, code, api, desk], door")}),
        ("form.field_door", {"forms": ("kind: code, held: identity, inner: true, door", "kind: code, door")}),
    ],
)  # fmt: skip
def test_what_is_not_said_wholly_is_told(code: str, changed: dict[str, tuple[str, str]]) -> None:
    assert code not in {fault.code for fault in check(whole())}
    assert code in {fault.code for fault in check(whole(**changed))}


def test_a_county_names_the_practices_in_any_way_people_write_lists() -> None:
    assert practices_of(" hotline，service_item ;hotline") == ("hotline", "service_item")
    bound = bind(whole(), {"rated": "hotline、service_rating"})
    assert not isinstance(bound, Refused)
    assert bound.hears == ("hotline",), "a practice never hears itself"
    refused = bind(whole(), {"rated": "no such id!"})
    assert isinstance(refused, Refused) and refused.code == "practice.setting_type"


def _settled(**changed: object) -> Case:
    case = Case(
        id="9f0c1f8a-0000-7000-8000-000000000001", county="330899", number="E1", practice="elsewhere", adoption="elsewhere-1",
        kind="matter", opened_at=None, stage="settled", home="centre", holder="housing", division="330899", channel="web",
        facts={"category": "01", "outcome": "resolved"}, outcome="resolved",
        doers={"help": ("b",), "finish": ("a", "b")},
    )  # type: ignore[arg-type]  # fmt: skip
    from msgspec.structs import replace

    return replace(case, **changed)


def _kind(name: str) -> object:
    bound = bind(read(elsewhere_files()), {})
    assert not isinstance(bound, Refused)
    return bound.kinds[name]


def test_of_a_case_that_settles_a_few_facts_are_told_and_nothing_of_a_person() -> None:
    heard = heard_of(_settled(), _kind("matter"))  # type: ignore[arg-type]
    assert heard is not None
    assert heard.doers == ("a", "b")
    assert heard.facts == {
        "of_number": "E1", "of_practice": "elsewhere", "of_kind": "matter", "of_channel": "web", "of_outcome": "resolved",
        "of_requester": True, "worker": "housing", "category": "01", "division": "330899",
    }  # fmt: skip
    inner = heard_of(_settled(kind="inner_matter"), _kind("inner_matter"))  # type: ignore[arg-type]
    assert inner is not None and inner.facts["of_requester"] is False


@pytest.mark.parametrize("beside", [{"parent": "x"}, {"about": "x"}])
def test_parts_and_what_was_opened_by_hearing_are_heard_by_nobody(beside: dict[str, str]) -> None:
    assert heard_of(_settled(**beside), _kind("matter")) is None  # type: ignore[arg-type]


def test_one_case_is_opened_for_one_that_settles_however_often_it_is_heard() -> None:
    bound = bind(whole(), {})
    assert not isinstance(bound, Refused)
    [(kind, step)] = hearing(bound)
    assert (kind.id, step.id) == ("rating", "hear")
    assert heard_id("service_rating", "rating", "x") == heard_id("service_rating", "rating", "x")
    assert heard_id("service_rating", "rating", "x") != heard_id("service_rating", "rating", "y")


def test_who_did_the_work_does_not_receive_what_is_said_of_it_where_another_can() -> None:
    from tongban.kernel.clock import Calendar
    from tongban.library.counties import scenario_county

    county = scenario_county(Calendar(()))
    heard = heard_of(_settled(holder="centre"), _kind("matter"))  # type: ignore[arg-type]
    assert heard is not None
    assert received_by(heard, "centre", ("centre", "county_office"), county) == "county_office"
    assert received_by(heard, "centre", ("centre",), county) == "centre"
