"""A practice that looks for signs says so wholly, and a sign ranks nobody."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of, read
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind, bind_indicators
from tongban.library.signs import SIGNS, marking

WHOLE = files_of(PRACTICES / "hotline")
FINDS = "    finds: {alike: {setting: alike_least}, again: {setting: again_days}, split: {setting: split_hours}, own_number: 1}\n"


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.sign_step", "procedure/appeal.yaml", "    on: sign_found\n", ""),
        ("practice.sign_step", "procedure/appeal.yaml", FINDS, ""),
        ("check.trigger_not_system", "procedure/appeal.yaml", "    by: [system]\n    on: sign_found", "    by: [supervisor@anywhere]\n    on: sign_found"),
        ("practice.unknown_sign", "procedure/appeal.yaml", "own_number: 1}", "own_phone: 1}"),
        ("practice.sign_field", "forms.yaml", "  - {id: split, kind: flag, inner: true}\n", ""),
        ("practice.sign_bound", "procedure/appeal.yaml", "own_number: 1}", "own_number: 0}"),
        ("practice.sign_bound", "practice.yaml", "alike_least: {type: whole, default: 3, least: 2", "alike_least: {type: whole, default: 3, least: 1"),
    ],
)  # fmt: skip
def test_a_sign_that_is_not_said_wholly_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in codes(changed(WHOLE, path, old, new))


def test_what_the_job_looks_for_is_bound_to_the_countys_numbers() -> None:
    procedure = bind(read(WHOLE), {"again_days": 60})
    assert not isinstance(procedure, Refused)
    step = marking(procedure.kinds["appeal"])
    assert step is not None
    assert dict(step.finds) == {"alike": 3, "again": 60, "split": 24, "own_number": 1}
    assert marking(procedure.kinds["co_handling"]) is None
    assert set(SIGNS) >= set(dict(step.finds))


def test_a_sign_says_so_in_its_indicator() -> None:
    found = bind_indicators(read(WHOLE), {})
    assert not isinstance(found, Refused)
    assert found["alike_share"].sign
    assert not found["resolution_rate"].sign
