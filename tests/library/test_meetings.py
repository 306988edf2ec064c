"""A register whose rows meet says so wholly, and what is found asks for nothing that two rows cannot say."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of, read
from tongban.kernel.procedure.handing import meeting_in
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind

WHOLE = files_of(PRACTICES / "social_aid")


REGISTERS, LOOK = "registers.yaml", "procedure/comparison.yaml"


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.unknown_field", REGISTERS, "by_person: {same: id_card", "by_person: {same: id_crad"),
        ("practice.unknown_field", REGISTERS, "by_person: {same: id_card, what: item", "by_person: {same: id_card, what: payer"),
        ("practice.unknown_field", REGISTERS, "amount: month_money", "amount: month_mony"),
        ("practice.field_kind", REGISTERS, "amount: month_money", "amount: payer"),
        ("practice.field_kind", REGISTERS, "since: since_day", "since: month_money"),
        ("practice.unknown_register", REGISTERS, "pairs: pairing", "pairs: aid"),
        ("practice.meets_pairs", REGISTERS, "pairs: pairing", "pairs: aid_item"),
        ("practice.meets_pairs", REGISTERS, "key: [item, other, from_day]", "key: [item, from_day, other]"),
        ("practice.meets_pairs", REGISTERS, "{id: cap, kind: money}", "{id: most, kind: money}"),
        ("practice.meets_relation", REGISTERS, "excludes: [exclusive]", "excludes: [exclusiv]"),
        ("practice.unknown_register", REGISTERS, "bundles: aid_cap", "bundles: aid"),
        ("practice.meets_bundles", REGISTERS, "bundles: aid_cap", "bundles: pairing"),
        ("practice.meets_bundles", REGISTERS, "key: [bundle, from_day]", "key: [from_day, bundle]"),
        ("practice.meets_bundles", REGISTERS, "{id: members, kind: entries,", "{id: items, kind: entries,"),
        ("practice.meets_bundles", REGISTERS, ", amount: month_money", ""),
        ("practice.meets_register", REGISTERS, "  key: [household, id_card, item, of_case]", "  brought: true\n  key: [household, id_card, item, of_case]"),
        ("practice.unknown_register", LOOK, "meets: aid", "meets: pairing"),
        ("practice.meets_key", LOOK, ", key: [relation, one_of_case, two_of_case, meets_since, bundle]", ""),
        ("practice.unknown_field", LOOK, "meets_since, bundle]", "meets_sinse, bundle]"),
        ("practice.unknown_outcome", LOOK, "unless_settled: [taken_in", "unless_settled: [taken_inn"),
        ("practice.one_key", LOOK, "unless_settled: [taken_in", "where: row.item == 'a', unless_settled: [taken_in"),
        ("practice.unknown_field", "forms.yaml", "{id: one_payer, kind: unit", "{id: one_id_card, kind: unit"),
        ("practice.unknown_field", "forms.yaml", "infer: case.number", "infer: case.numbr"),
    ],
)  # fmt: skip
def test_a_meeting_that_is_not_said_wholly_is_told(code: str, path: str, old: str, new: str) -> None:
    assert code in codes(changed(WHOLE, path, old, new))


def test_what_is_said_wholly_has_no_fault() -> None:
    assert codes(WHOLE) == []


def test_only_the_step_that_looks_reads_across_rows() -> None:
    procedure = bind(read(WHOLE), {})
    assert not isinstance(procedure, Refused)
    looking = {
        step.id
        for kind in procedure.kinds.values()
        for step in kind.steps.values()
        if meeting_in(procedure, step)
    }
    assert looking == {"compare"}
