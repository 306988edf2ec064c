"""A practice that opens cases for the rows of a register that fit, broken in one place at a time."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

WHOLE = files_of(PRACTICES / "policy_entitlement")
MATCHING, REGISTERS = "procedure/policy.yaml", "registers.yaml"


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.one_key", MATCHING, "          as: enterprise\n", ""),
        ("practice.one_key", MATCHING, "for_row: enterprise", "for_entry: policy"),
        ("practice.one_key", MATCHING, "for_row: enterprise", "for_row: enterprise\n          own: true"),
        ("practice.unknown_register", MATCHING, "for_row: enterprise", "for_row: enterprises"),
        ("practice.row_unnamed", MATCHING, "for_row: enterprise", "for_row: entitled"),
        ("practice.entry_of_another", MATCHING, "for_row: enterprise", "for_row: policy"),
        ("practice.entry_of_another", MATCHING, "as: enterprise", "as: policy"),
        ("practice.field_kind", MATCHING, "as: enterprise", "as: in_charge"),
        ("practice.unknown_field", MATCHING, "as: enterprise", "as: enterprize"),
        ("practice.drawn_of_one", MATCHING, "as: enterprise\n", "as: enterprise\n          drawn: 3\n"),
        ("expression.unknown_name", MATCHING, "row.standing", "row.standings"),
        ("expression.unknown_name", MATCHING, "!row.no_contact", "subject.title == \"\""),
        ("expression.wrong_type", MATCHING, "!row.no_contact", "!row.scale"),
        ("practice.one_key", "procedure/roll.yaml", "rows: true,", "rows: true, fits: fits_resident,"),
        ("practice.unknown_register", REGISTERS, "of: enterprise}", "of: enterprises}"),
        ("form.field_entry_of", REGISTERS, "kind: condition, of: enterprise}", "kind: condition}"),
        ("practice.entry_of_another", MATCHING, "fits: fits_enterprise", "fits: fits_resident"),
        ("practice.field_kind", MATCHING, "fits: fits_enterprise", "fits: ends_on"),
        ("practice.row_unnamed", MATCHING, "as: of_case", "as: voucher"),
        ("practice.unknown_register", MATCHING, "unless: [entitled,", "unless: [entitld,"),
        ("practice.unknown_field", MATCHING, "unless: [entitled,", "unless: [resident,"),
        ("practice.unknown_field", MATCHING, "unless: [entitled,", "unless: [person_entitled,"),
        ("practice.unknown_field", MATCHING, "claiming.promise]", "claiming.promised]"),
        ("practice.unknown_field", MATCHING, "claiming.promise]", "entitled.settled_on]"),
        ("practice.one_key", "procedure/roll.yaml", "rows: true,", "rows: true, unless: [entitled],"),
        ("practice.condition_asked", "forms.yaml", "of: enterprise, asked_of: nobody, infer: subject.fits_enterprise}", "of: enterprise}"),
        ("practice.condition_in_steps", REGISTERS, "    - {id: insured, kind: flag}", "    - {id: insured, kind: condition, of: enterprise}"),
        ("practice.condition_word", REGISTERS, "{id: standing, kind: choice,", "{id: today, kind: choice,"),
        ("practice.condition_word", REGISTERS, "{id: insured, kind: flag}", "{id: import, kind: flag}"),
    ],
)  # fmt: skip
def test_each_fault_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in codes(changed(WHOLE, path, old, new))
