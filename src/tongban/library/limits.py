"""Limits that a case says itself: the amount stands in a field, such as what was promised for its item."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.clock import LONGEST, Limit, Unit
from tongban.kernel.form import FieldKind
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.shape.rules import FieldSpec
from tongban.library.shape.written import NumberSpec

NO_TIME = Limit(0, Unit.HOURS, "")
UNITS = (Unit.WORKING_DAYS.value, Unit.CALENDAR_DAYS.value, Unit.HOURS.value)
"""What the number of such a field may count."""


def most_of(practice: Practice, field: str, source: str) -> Limit:
    """The longest limit that a field can say, in its unit; no time for one that cannot say any (see ``said_limit``)."""
    asked = _asked(practice, field)
    unit = asked[0].unit if asked else ""
    if unit not in UNITS:
        return NO_TIME
    most = max((_most(practice, each.max) for each in asked if each.max is not None), default=0)
    return Limit(min(max(most, 0), LONGEST[Unit(unit)]), Unit(unit), source)


def said_limit(
    practice: Practice, field: str, fields: Mapping[str, FieldSpec], where: str, faults: Faults
) -> None:
    """The field is a whole number of one unit of time, in every form that asks it, and within about ten years."""
    if not faults.known("practice.unknown_field", where, field, fields):
        return
    found = fields[field].kind
    if found is not FieldKind.whole:
        facts = {"name": field, "wanted": (FieldKind.whole.value,), "found": found.value}
        faults.refuse("practice.field_kind", where, **facts)
        return
    asked = _asked(practice, field)
    if {each.unit for each in asked} - {asked[0].unit} or asked[0].unit not in UNITS:
        faults.refuse("practice.limit_unit", where, name=field, wanted=UNITS)
        return
    longest = LONGEST[Unit(asked[0].unit)]
    if any(not _within(practice, each, longest) for each in asked):
        faults.refuse("practice.limit_bounds", where, name=field, most=longest, unit=asked[0].unit)


def _within(practice: Practice, asked: FieldSpec, longest: int) -> bool:
    """Whether the field takes only amounts from 0 to the longest, under any allowed setting."""
    least = asked.min.number if asked.min is not None and asked.min.setting is None else -1
    return least >= 0 and asked.max is not None and _most(practice, asked.max) <= longest


def _asked(practice: Practice, field: str) -> tuple[FieldSpec, ...]:
    return tuple(each for form in practice.forms.values() for each in form if each.id == field)


def _most(practice: Practice, number: NumberSpec) -> int:
    """The largest that a number can become under any allowed setting."""
    if number.setting is None:
        return number.number
    setting = practice.manifest.settings.get(number.setting)
    most = setting.most if setting is not None else 0
    return (most if isinstance(most, int) else 0) + number.plus
