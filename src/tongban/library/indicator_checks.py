"""Does an indicator lead somewhere, and what may it be broken down by?"""

from __future__ import annotations

from tongban.kernel.form import FieldKind, Held
from tongban.kernel.indicator.parts import GIVEN, PARTS, UNIT
from tongban.kernel.value import Facts
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.practice import Practice
from tongban.library.shape.rules import IndicatorSpec

CODES = (FieldKind.choice, FieldKind.category, FieldKind.entry)
"""Kinds of field whose value is one of few codes."""


def indicator_faults(practice: Practice, faults: Faults) -> None:
    """Names that lead nowhere, and parts or disclosure that do not go together."""
    for name, indicator in practice.indicators.items():
        where = practice.where("indicators.yaml", name)
        if not faults.known("practice.unknown_kind", where, indicator.of, practice.kinds):
            continue
        if indicator.unit is not None:
            _unit_named(practice, name, indicator.unit, indicator.of, faults)
        for n, exclusion in enumerate(indicator.exclusions):
            if exclusion.by is not None:
                at = practice.where("indicators.yaml", name, "exclusions", n, "by")
                faults.known("practice.unknown_step", at, exclusion.by, practice.kinds[indicator.of].steps)
        clock = indicator.counted.removeprefix("due:")
        if clock != indicator.counted:
            clocks = practice.clocks.get(indicator.of, {})
            at = practice.where("indicators.yaml", name, "counted")
            faults.known("practice.unknown_clock", at, clock, clocks)
        _parts(practice, name, indicator, faults)


def _unit_named(practice: Practice, name: str, field: str, kind: str, faults: Faults) -> None:
    """The field by which a figure finds its unit names one, in plain."""
    at = practice.where("indicators.yaml", name, "unit")
    fields = fields_of(practice.forms_of(kind))
    if not faults.known("practice.unknown_field", at, field, fields):
        return
    found = fields[field]
    if found.kind is not FieldKind.unit or place_of(found) is not Held.ledger:
        facts: Facts = {"name": field, "wanted": (FieldKind.unit.value,), "found": found.kind.value}
        faults.refuse("practice.field_kind", at, **facts)


def _parts(practice: Practice, name: str, indicator: IndicatorSpec, faults: Faults) -> None:
    """A figure is somebody's, so units are always told apart; what else it is broken down by is a code that others may read."""
    where = practice.where("indicators.yaml", name, "by")
    if UNIT not in indicator.by:
        faults.refuse("practice.by_unit", where, name=name)
    if indicator.sign and (indicator.told == PARTS or tuple(indicator.by) != (UNIT,)):
        faults.refuse("practice.sign_told", practice.where("indicators.yaml", name), name=name)
    forms = practice.forms_of(indicator.of)
    fields = fields_of(forms)
    kept = {each.id for some in forms.values() for each in some if each.inner}
    for by in indicator.by:
        if by in GIVEN or not faults.known("practice.unknown_field", where, by, (*fields, *GIVEN)):
            continue
        field = fields[by]
        if field.kind not in CODES:
            wanted = tuple(kind.value for kind in CODES)
            faults.refuse("practice.field_kind", where, name=by, wanted=wanted, found=field.kind.value)
        elif by in kept or place_of(field) is not Held.ledger:
            faults.refuse("practice.by_kept", where, name=by)
