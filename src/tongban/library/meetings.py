"""Rows that mean something together: do the names of ``meets`` lead to parts of keys, columns and relations that are there, and
does the form of a finding ask for nothing that two rows cannot say?"""

from __future__ import annotations

from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.adding import CAP, LAST_DAY, MEMBERS
from tongban.kernel.procedure.meeting import RELATION, SAID
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.registers import sealed_in
from tongban.library.shape.procedure import OpenSpec
from tongban.library.shape.rules import MeetingSpec, RegisterSpec
from tongban.library.views import outcomes_of

FILE = "registers.yaml"
KINDS = {RELATION: FieldKind.choice, LAST_DAY: FieldKind.date, CAP: FieldKind.money}
"""The columns that a list of pairs may have; ``relation`` must be there."""


def meeting_faults(practice: Practice, faults: Faults) -> None:
    """Every register whose rows meet, and every step that opens something for what is found."""
    for name, register in practice.registers.items():
        for each, spec in register.meets.items():
            _rows(practice, name, register, each, spec, faults)
            _pairs(practice, practice.where(FILE, name, "meets", each), spec, faults)
            _bundles(practice, practice.where(FILE, name, "meets", each), spec, faults)
    for kind in practice.kinds:
        for _, _, place, follow in practice.follows(kind):
            if follow.open is not None and follow.open.meets is not None:
                _opened(practice, practice.at(kind, *place, "open"), follow.open, faults)


def _rows(
    practice: Practice, name: str, register: RegisterSpec, each: str, spec: MeetingSpec, faults: Faults
) -> None:
    """A sheet is not laid side by side: what is brought says nothing of persons, and has no one who decides."""
    where = practice.where(FILE, name, "meets", each)
    if register.brought or len(register.key) < 2:
        faults.refuse("practice.meets_register", where, name=name)
    for part in (spec.same, spec.what):
        faults.known("practice.unknown_field", where, part, register.key)
    columns = {column.id: column.kind for column in register.fields}
    wanted = [(spec.since, FieldKind.date), (spec.until, FieldKind.date)]
    if spec.amount is not None:
        wanted.append((spec.amount, FieldKind.money))
    for column, kind in wanted:
        if faults.known("practice.unknown_field", where, column, columns) and columns[column] is not kind:
            found = columns[column].value
            faults.refuse("practice.field_kind", where, name=column, wanted=(kind.value,), found=found)


def _pairs(practice: Practice, where: str, spec: MeetingSpec, faults: Faults) -> None:
    """The list of pairs: brought, known by the one, the other and the first day; every relation that is named is one of its own."""
    if not faults.known("practice.unknown_register", where, spec.pairs, practice.brought):
        return
    pairs = practice.brought[spec.pairs]
    columns = {column.id: column for column in pairs.fields}
    first = columns.get(pairs.key[-1])
    sound = all(columns[name].kind is kind for name, kind in KINDS.items() if name in columns)
    dated = len(pairs.key) == 3 and first is not None and first.kind is FieldKind.date
    if not dated or not sound or RELATION not in columns or (spec.caps and CAP not in columns):
        faults.refuse("practice.meets_pairs", where, name=spec.pairs)
        return
    for relation in (*spec.excludes, *spec.caps, *spec.calls):
        faults.known("practice.meets_relation", where, relation, columns[RELATION].choices)


def _bundles(practice: Practice, where: str, spec: MeetingSpec, faults: Faults) -> None:
    """The list of what may come to how much together: brought, known by a code and the first day, with the members and the cap."""
    if spec.bundles is None or not faults.known(
        "practice.unknown_register", where, spec.bundles, practice.brought
    ):
        return
    listed = practice.brought[spec.bundles]
    kinds = {column.id: column.kind for column in listed.fields}
    wanted = {MEMBERS: FieldKind.entries, CAP: FieldKind.money, listed.key[-1]: FieldKind.date}
    sound = len(listed.key) == 2 and all(kinds.get(name) is kind for name, kind in wanted.items())
    if not sound or kinds.get(LAST_DAY, FieldKind.date) is not FieldKind.date or spec.amount is None:
        faults.refuse("practice.meets_bundles", where, name=spec.bundles)


def _opened(practice: Practice, where: str, opened: OpenSpec, faults: Faults) -> None:
    """A subcase asks what two rows say, and has a key by which what was found once is not found again. Who somebody
    is no finding says: the cases that wrote the rows know, and looking there is noted."""
    meeting = {name: each for name, each in practice.registers.items() if each.meets}
    name = str(opened.meets)
    if not faults.known("practice.unknown_register", where, name, meeting):
        return
    if not opened.key:
        faults.refuse("practice.meets_key", where, kind=opened.kind)
    register = meeting[name]
    rows = {*register.key, *(column.id for column in register.fields)} - sealed_in(practice, register)
    said = {*SAID, *opened.carry, *(f"{which}_{each}" for which in ("one", "two") for each in rows)}
    steps = practice.kinds[opened.kind].steps.values() if opened.kind in practice.kinds else ()
    asked = {
        field.id for step in steps if not step.source for field in practice.forms.get(step.form or "", ())
    }
    for each in sorted(asked):
        faults.known("practice.unknown_field", where, each, said)
    for each in opened.key:
        faults.known("practice.unknown_field", where, each, asked)
    outcomes = outcomes_of(practice, opened.kind) if opened.kind in practice.kinds else ()
    for each in opened.unless_settled:
        faults.known("practice.unknown_outcome", where, each, outcomes)
