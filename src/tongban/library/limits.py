"""Limits that no practice fixes: the case says the amount itself, such as what was promised for its item, or the month says the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.kernel.clock import LONGEST, Limit, Unit
from tongban.kernel.form import FieldKind
from tongban.kernel.value import Facts
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.shape.manifest import Setting
from tongban.library.shape.rules import FieldSpec, LimitRuleSpec
from tongban.library.shape.written import LimitSpec, NumberSpec

NO_TIME = Limit(0, Unit.HOURS, "")
UNITS = (Unit.WORKING_DAYS.value, Unit.CALENDAR_DAYS.value, Unit.HOURS.value)
"""What the number of such a field may count."""


def longest_of(practice: Practice, rule: LimitRuleSpec, plain: Callable[[LimitSpec, str], Limit]) -> Limit:
    """The longest that a rule can give; ``plain`` reads what is written, or set by the county. None of it yet for a named day."""
    if rule.limit is None:
        return Limit(DAYS if rule.month_days else 0, Unit.NAMED_DAY, rule.source)
    if rule.limit.field is not None:
        return most_of(practice, rule.limit.field, rule.source)
    return plain(rule.limit, rule.source)


DAYS = 31
"""The days of a month, and so the most that lie between one of its days and the next one of that number."""


def days_of_month(rule: LimitRuleSpec, values: Facts) -> tuple[int, ...]:
    """The days of the month that the county's settings name; what is no day is left out."""
    said = (str(values.get(name, "")) for name in rule.month_days)
    return tuple(sorted({int(each) for each in said if is_month_day(each)}))


def is_month_day(written: str) -> bool:
    """Whether it is a day of a month as two figures, 01 to 31: so it can be compared with the end of a date."""
    return len(written) == 2 and written.isascii() and written.isdecimal() and 1 <= int(written) <= DAYS


def month_day_faults(practice: Practice, values: Facts, faults: Faults) -> None:
    """Days of the month stand in settings that hold words, each as two figures."""
    known: Mapping[str, Setting] = practice.manifest.settings
    for kind, clocks in practice.clocks.items():
        for name, clock in clocks.items():
            for n, rule in enumerate(clock.limits):
                where = practice.where("deadlines.yaml", kind, name, "limits", n)
                for setting in rule.month_days:
                    if not faults.known("practice.unknown_setting", where, setting, known):
                        continue
                    if not is_month_day(str(values.get(setting, ""))):
                        given = str(values.get(setting, ""))[:60]
                        faults.refuse("practice.month_day", where, name=setting, given=given)


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
