"""Formats of others: every practice as BPMN, every form as JSON Schema, workflows of DIGIT read without trust."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_ground import FOLDERS, practice_in
from tongban.apps.adoption.shelf import check_files
from tongban.apps.formats.bpmn import DC, DI, MODEL, Words, bpmn
from tongban.apps.formats.digit import ids, limit_of, read
from tongban.apps.formats.digit_practice import drafted
from tongban.apps.formats.form_schema import schema_of, schemas
from tongban.apps.formats.taking import files_from_digit, folder_from_digit
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.form.reading import Answers
from tongban.kernel.form.reading import read as read_form
from tongban.kernel.refusal import Refused

TODAY = date(2026, 3, 2)
WORDS = Words({}, "en")
M, D = f"{{{MODEL}}}", f"{{{DI}}}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_practice_is_a_process_whose_parts_meet_and_are_drawn(folder: Path) -> None:
    practice = practice_in(folder)
    for language in ("zh-Hans", "en"):
        made = bpmn(practice, language)
        assert isinstance(made, bytes)
        root = ElementTree.fromstring(made)
        known = {each.get("id"): each for each in root.iter() if each.get("id")}
        assert len(known) == sum(1 for each in root.iter() if each.get("id")), "no id stands twice"
        drawn = {each.get("bpmnElement") for each in root.iter() if each.get("bpmnElement")}
        assert drawn <= known.keys()
        for tag in ("sequenceFlow", "messageFlow"):
            for each in root.iter(f"{M}{tag}"):
                assert {each.get("sourceRef"), each.get("targetRef")} <= known.keys()
                assert each.get("id") in drawn
        assert len(root.findall(f"{M}process")) == len(practice.kinds)
        for process in root.findall(f"{M}process"):
            nodes = {each.get("id") for each in process if not each.tag.endswith(("Flow", "laneSet"))}
            lanes = [each.text for each in process.iter(f"{M}flowNodeRef")]
            assert sorted(lanes) == sorted(nodes) and nodes <= drawn, "each node in one lane, and drawn"
            assert process.find(f"{M}startEvent") is not None and process.find(f"{M}endEvent") is not None
            for flow in process.iter(f"{M}sequenceFlow"):
                target, source = known[flow.get("targetRef")], known[flow.get("sourceRef")]
                assert flow.get("id") in [each.text for each in target.findall(f"{M}incoming")]
                assert flow.get("id") in [each.text for each in source.findall(f"{M}outgoing")]
        for shape in root.iter(f"{D}BPMNShape"):
            bounds = shape.find(f"{{{DC}}}Bounds")
            assert bounds is not None and all(
                int(bounds.get(each, "-1")) >= 0 for each in ("x", "y", "width")
            )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_form_is_a_schema_of_its_dialect(folder: Path) -> None:
    practice = practice_in(folder)
    made = schemas(practice, "zh-Hans")
    assert isinstance(made, bytes)
    whole = json.loads(made)
    jsonschema.Draft202012Validator.check_schema(whole)
    assert whole["$defs"].keys() >= practice.forms.keys()
    for name, fields in practice.forms.items():
        said = whole["$defs"][name]["properties"]
        assert [said[each.id].get("x-day", "none") for each in fields] == [
            each.check.value for each in fields
        ]


FIELDS = [
    Field("a", FieldKind.line), Field("b", FieldKind.text, required=True, max=40), Field("c", FieldKind.flag),
    Field("d", FieldKind.choice, choices=("one", "two")), Field("e", FieldKind.choices, choices=("x", "y")),
    Field("f", FieldKind.whole, min=0, max=20), Field("g", FieldKind.money), Field("h", FieldKind.date),
    Field("i", FieldKind.moment), Field("j", FieldKind.phone), Field("k", FieldKind.name),
    Field("l", FieldKind.rating), Field("m", FieldKind.units), Field("n", FieldKind.division),
    Field("o", FieldKind.code), Field("p", FieldKind.files), Field("q", FieldKind.category),
    Field("r", FieldKind.id_card), Field("s", FieldKind.credit_code), Field("t", FieldKind.case),
]  # fmt: skip
FORM = Form("form", tuple(FIELDS))
SCHEMA = jsonschema.Draft202012Validator(schema_of(FORM, WORDS), format_checker=jsonschema.FormatChecker())
PLAIN = (
    st.text(max_size=50) | st.integers(-100, 10**12) | st.booleans() | st.floats(allow_nan=False) | st.none()
    | st.sampled_from(["13800138000", "0570-5021234", "2026-03-01", "2026年3月1日", "３月", "是", "one", "x、y", "12.30",
                       "2026-03-01T06:30:00+08:00", "33082219900101123X", "91330822MA28F0001X", "330822001", "01.05.04"])
    | st.lists(st.sampled_from(["x", "y", "urban", "", " a "]), max_size=4)
)  # fmt: skip


def accepted(raw: Any) -> Any:
    """What the form keeps of an answer, as JSON has it; None where it refuses."""
    found = read_form(FORM, raw, known={}, today=TODAY)
    if not isinstance(found, Answers):
        return None
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.values.items()}


@settings(max_examples=400)
@given(
    st.dictionaries(st.sampled_from([each.id for each in FIELDS]), PLAIN, max_size=6), st.text(max_size=20)
)
def test_what_a_form_accepts_its_schema_accepts(raw: dict[str, Any], body: str) -> None:
    kept = accepted({"b": body, **raw})
    if kept is not None:
        SCHEMA.validate(kept)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.kind.value)
def test_one_answer_of_each_kind_is_accepted_by_form_and_schema_alike(field: Field) -> None:
    good = {
        "line": "x", "text": "x", "flag": True, "choice": "one", "choices": ["x"], "whole": 3, "money": 1230,
        "date": "2026-03-01", "moment": "2026-03-01T06:30:00Z", "phone": "13800138000", "name": "张三", "rating": 5,
        "units": ["urban"], "division": "330822", "code": "P-17", "files": ["a" * 64], "category": "01.05",
        "id_card": "11010519491231002X", "credit_code": "91110000100000491A", "case": "264821073451",
    }[field.kind.value]  # fmt: skip
    assert SCHEMA.is_valid({"b": "x", field.id: good})
    if field.kind is not FieldKind.credit_code:
        assert accepted({"b": "x", field.id: good}) is not None


@pytest.mark.parametrize(
    "wrong",
    [{}, {"b": ""}, {"b": " "}, {"b": "x" * 41}, {"b": "x", "d": "three"}, {"b": "x", "e": ["x", "z"]},
     {"b": "x", "f": 21}, {"b": "x", "f": -1}, {"b": "x", "l": 6}, {"b": "x", "zz": 1}, {"b": "x", "n": "x"},
     {"b": "x", "h": "tomorrow"}],
)  # fmt: skip
def test_what_a_form_refuses_its_schema_refuses(wrong: dict[str, Any]) -> None:
    assert accepted(wrong) is None and not SCHEMA.is_valid(wrong)


def state(
    name: str | None, *actions: tuple[str, str, list[str]], end: bool = False, **more: Any
) -> dict[str, Any]:
    made = [{"action": a, "nextState": to, "roles": roles} for a, to, roles in actions]
    flags = {"isStartState": name is None, "isTerminateState": end, "docUploadRequired": False}
    return {"state": name, "sla": None, "actions": made or None, **flags, **more}


def workflow(*states: dict[str, Any], name: str = "DRAIN", sla: int | None = 432_000_000) -> dict[str, Any]:
    return {"businessService": name, "business": "drains", "businessServiceSla": sla, "states": list(states)}


COMPLAINT = workflow(
    state(None, ("APPLY", "ASSIGNABLE", ["CITIZEN", "CLERK"])),
    state(
        "ASSIGNABLE", ("ASSIGN", "ATWORK", ["OFFICER"]), ("REJECT", "REJECTED", ["OFFICER"]), sla=86_400_000
    ),
    state(
        "ATWORK",
        ("RESOLVE", "RESOLVED", ["WORKER"]),
        ("COMMENT", "ATWORK", ["WORKER"]),
        docUploadRequired=True,
    ),
    state("RESOLVED", ("RATE", "CLOSED", ["CITIZEN"]), ("REOPEN", "ASSIGNABLE", ["CITIZEN"])),
    state("REJECTED", ("RATE", "CLOSED", ["CITIZEN"])),
    state("CLOSED", end=True),
)


def content(*services: Any) -> bytes:
    return json.dumps({"RequestInfo": {}, "BusinessServices": list(services)}).encode()


def test_a_workflow_becomes_a_draft_that_can_be_read_and_says_where_its_loop_is_open() -> None:
    made = files_from_digit(content(COMPLAINT), "w.json", "", "", datetime(2026, 3, 2, tzinfo=UTC))
    assert not isinstance(made, Refused)
    id, files = made
    practice, faults = check_files(files)
    assert id == "drain" and practice is not None
    assert {each.code for each in faults} == {"check.escalation_idle"}, (
        "what DIGIT leaves open, and nothing of ours"
    )
    kind = practice.kinds["request"]
    assert [*kind.stages] == ["assignable", "atwork", "resolved", "rejected", "closed"]
    assert kind.steps["resolve"].form == "resolve", "papers are asked where DIGIT asks for them"
    assert "【待写】" in files["texts/zh-Hans.yaml"] and "[to be written]" in files["texts/en.yaml"]
    assert "1 calendar_days" in files["deadlines.yaml"] and "5 calendar_days" in files["deadlines.yaml"]


def test_a_state_that_ends_and_goes_on_is_settled_not_over() -> None:
    """The complaint workflow that DIGIT ships marks what is rated and reopened as terminated."""
    shipped = workflow(
        state(None, ("APPLY", "ATWORK", ["CITIZEN"])),
        state("ATWORK", ("RESOLVE", "RESOLVED", ["WORKER"])),
        state("RESOLVED", ("RATE", "CLOSED", ["CITIZEN"]), ("REOPEN", "ATWORK", ["CITIZEN"]), end=True),
        state("CLOSED", end=True),
    )
    found = read(content(shipped), "w.json")
    assert not isinstance(found, Refused)
    practice, faults = check_files(drafted(found[0], "drain", TODAY))
    assert practice is not None
    stages = practice.kinds["request"].stages
    assert {id: (stage.settled, stage.end) for id, stage in stages.items()} == {
        "atwork": (False, False),
        "resolved": (True, False),
        "closed": (False, True),
    }
    codes = {each.code for each in faults}
    assert {"check.reopened_for_ever", "check.unjudged_result"} <= codes, "what DIGIT leaves open is told"
    assert not codes & {"check.step_from_end", "check.unreachable_stage", "check.outcome_unused"}, (
        "nothing of ours"
    )


def test_without_a_limit_the_check_says_that_a_state_waits_for_ever() -> None:
    open_ended = {**COMPLAINT, "businessServiceSla": None}
    found = read(content(open_ended), "w.json")
    assert not isinstance(found, Refused)
    _, faults = check_files(drafted(found[0], "drain", TODAY))
    assert "check.no_deadline" in {each.code for each in faults}


def test_what_a_search_gives_out_names_states_by_their_uuid() -> None:
    with_uuids = json.loads(content(COMPLAINT))
    states = with_uuids["BusinessServices"][0]["states"]
    uuids = {each["state"]: f"00000000-{n}" for n, each in enumerate(states)}
    for each in states:
        each["uuid"] = uuids[each["state"]]
        for action in each["actions"] or []:
            action["nextState"] = uuids[action["nextState"]]
    assert read(json.dumps(with_uuids).encode(), "w.json") == read(content(COMPLAINT), "w.json")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "digit.no_json"), (b"[" * 100_000, "digit.no_json"), (b"7", "digit.no_workflow"), (b"[]", "digit.no_workflow"),
        (content({"businessService": "A", "states": []}), "digit.no_workflow"),
        (content(workflow(state("A", end=True))), "digit.no_start"),
        (content(workflow(state(None, ("GO", "B", ["CITIZEN"])))), "digit.no_state"),
        (content(workflow(state(None, ("GO", "A", ["X"])), state("A"), state("A"))), "digit.state_twice"),
        (content(workflow(state(None, ("GO", "A", ["X", 7])), state("A"))), "digit.no_roles"),  # type: ignore[list-item]
        (b" " * 2_000_001, "digit.too_large"),
    ],
)  # fmt: skip
def test_what_is_no_workflow_is_refused_with_its_place(data: bytes, code: str) -> None:
    found = read(data, "w.json")
    assert isinstance(found, Refused) and found.code == code


def test_a_file_of_several_needs_a_name_and_a_folder_is_never_written_over(tmp_path: Path) -> None:
    both, now = (
        content(COMPLAINT, {**COMPLAINT, "businessService": "OTHER"}),
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    which = files_from_digit(both, "w.json", "", "", now)
    assert isinstance(which, Refused) and which.code == "digit.which"
    made = folder_from_digit(both, "w.json", "OTHER", "", tmp_path, now)
    assert not isinstance(made, Refused) and (made[0] / "practice.yaml").is_file()
    again = folder_from_digit(both, "w.json", "OTHER", "", tmp_path, now)
    assert isinstance(again, Refused) and again.code == "digit.exists"
    bad = folder_from_digit(both, "w.json", "OTHER", "../x", tmp_path, now)
    assert isinstance(bad, Refused) and bad.code == "draft.name"


TEXT = st.text(max_size=12) | st.sampled_from(
    ["A", "B", "CITIZEN", "SYSTEM", "APPLY", "null", "no", "1", "é", "甲"]
)
ACTIONS = st.fixed_dictionaries(
    {"action": TEXT, "nextState": TEXT | st.none(), "roles": st.lists(TEXT, max_size=3)}
)
STATES = st.fixed_dictionaries(
    {"state": TEXT | st.none(), "sla": st.none() | st.integers(-1, 10**16) | st.floats(), "actions": st.none() | st.lists(ACTIONS, max_size=4),
     "isTerminateState": st.booleans(), "docUploadRequired": st.booleans()}
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda few: st.lists(few, max_size=4) | st.dictionaries(st.sampled_from(["BusinessServices", "businessService", "states", "state", "actions"]), few, max_size=4),
)  # fmt: skip


@settings(max_examples=300)
@given(st.fixed_dictionaries({"businessService": TEXT, "businessServiceSla": st.none() | st.integers(0, 10**13), "states": st.lists(STATES, max_size=5)}) | ANYTHING)  # fmt: skip
def test_any_json_is_a_draft_that_can_be_read_or_a_refusal(given_: Any) -> None:
    found = read(json.dumps(given_).encode(), "w.json")
    if isinstance(found, Refused):
        return
    for each in found:
        files = drafted(each, "drafted", TODAY)
        practice, faults = check_files(files)
        codes = {fault.code.partition(".")[0] for fault in faults}
        assert practice is not None or codes, "what cannot be read says why"
        unreadable = {fault.code for fault in faults if fault.code.startswith("practice.")}
        assert practice is not None, (unreadable, files["procedure/request.yaml"])


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    read(data, "w.json")


@given(st.lists(st.text(max_size=60), max_size=8, unique=True))
def test_ids_are_ids_and_no_two_alike(names: list[str]) -> None:
    made = ids(names)
    assert len(set(made.values())) == len(names)
    assert all(each[0].isalpha() and each.isascii() and each == each.lower() for each in made.values())


def test_limits_are_never_shorter_than_they_were_said() -> None:
    assert [limit_of(each) for each in (86_400_000, 90_000_000, 1)] == [
        "1 calendar_days",
        "25 hours",
        "1 minutes",
    ]
