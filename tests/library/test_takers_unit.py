"""An office applies in its own name: the unit of whoever takes a step is taken over, and nobody may say that it is another one."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

WHOLE = files_of(PRACTICES / "burden_gate")
FORMS, STEPS = "forms.yaml", "procedure/admission.yaml"
OWN = "{id: own_unit, kind: unit, asked_of: nobody, infer: taker.unit}"


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.unknown_field", FORMS, "infer: taker.unit", "infer: taker.office"),
        ("form.field_taker", FORMS, OWN, OWN.replace("asked_of: nobody, ", "")),
        ("form.field_taker", FORMS, OWN, OWN.replace("kind: unit", "kind: units")),
        ("check.taker_has_no_unit", STEPS, "by: [handler@anywhere]", "by: [handler@anywhere, anyone]"),
        ("check.taker_has_no_unit", STEPS, "by: [handler@anywhere]", "by: [handler@anywhere, system]"),
    ],
)
def test_a_unit_that_is_nobodys_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in codes(changed(WHOLE, path, old, new))


def test_what_is_said_wholly_has_no_fault() -> None:
    assert codes(WHOLE) == []
