"""A field that offers whom duty lists name, and one whose rows may be doubtful, broken in one place at a time."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

DRIVE, AID = files_of(PRACTICES / "service_drive"), files_of(PRACTICES / "social_aid")
FORMS = "forms.yaml"


def test_what_duty_lists_offer_is_a_unit() -> None:
    wrong = "{id: title, kind: line, required: true, max: 60, offer: duty}"
    assert "practice.field_kind" in codes(
        changed(DRIVE, FORMS, "{id: title, kind: line, required: true, max: 60}", wrong)
    )


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("expression.unknown_name", "row.line_yuan > 0 && facts.month_income", "row.lines > 0 && facts.month_income"),
        ("expression.unknown_name", "facts.month_income - facts.work_exempt > row", "facts.income - facts.work_exempt > row"),
        ("expression.wrong_type", 'facts.property == "above"\n', "facts.property > 3\n"),
        ("practice.words_missing", "property_above_line:", "property_above:"),
        ("form.field_where", "  - {id: month_income, kind: money, required: true, min: 0, max: 10000000, again: verified_anew}",
         "  - {id: month_income, kind: money, required: true, min: 0, max: 10000000, again: verified_anew, doubts: {income_above_line: \"true\"}}"),
    ],
)  # fmt: skip
def test_each_fault_of_a_doubt_is_told(code: str, old: str, new: str) -> None:
    assert code in codes(changed(AID, FORMS, old, new))
