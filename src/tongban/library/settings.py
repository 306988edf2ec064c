"""What a county may set: read from the manifest, checked against its range, described for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from msgspec import Struct

from tongban.kernel.expression import Kind
from tongban.kernel.expression.kind import MAX_COUNT
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.shape.manifest import Setting
from tongban.library.shape.written import read_limit

LONGEST_TEXT = 200
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_ID = re.compile(r"[a-z][a-z0-9_]{0,49}")
_BETWEEN = re.compile(r"[\s,，、;；]+")

CEL_KINDS: Mapping[str, Kind] = {
    "whole": Kind.whole,
    "flag": Kind.flag,
    "text": Kind.text,
    "choice": Kind.text,
}
"""What a setting is in an expression. Limits are not there: they end in clocks, never in conditions."""


def expression_kind(setting: Setting) -> Kind:
    """What one setting is there: a number whose range is that of counts is one, so that two can be multiplied."""
    low, high = setting.least, setting.most
    bounded = isinstance(low, int) and isinstance(high, int) and low >= 0 and high <= MAX_COUNT
    return Kind.count if setting.type == "whole" and bounded else CEL_KINDS[setting.type]


class SettingAsked(Struct, frozen=True):
    """One setting as a page asks it. ``title`` and ``why`` are by language."""

    id: str
    type: str
    default: Value
    least: Value
    most: Value
    choices: tuple[str, ...]
    title: Mapping[str, str]
    why: Mapping[str, str]


def settings_form(practice: Practice) -> tuple[SettingAsked, ...]:
    """All settings in the order in which the manifest names them."""
    return tuple(
        SettingAsked(
            id=name,
            type=setting.type,
            default=setting.default,
            least=setting.least,
            most=setting.most,
            choices=setting.choices,
            title={each: practice.words[each].get(f"settings.{name}.title", name) for each in LANGUAGES},
            why={each: practice.words[each].get(f"settings.{name}.why", "") for each in LANGUAGES},
        )
        for name, setting in practice.manifest.settings.items()
    )


def settle_settings(practice: Practice, given: Mapping[str, object]) -> Facts | Refused:
    """Every setting of the practice with the county's value, or the default where it gave none.

    Refuses an unknown setting, a value of another type and one outside the range, all at once.
    """
    known = practice.manifest.settings
    faults: list[Refused] = []
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), list(known), 1, 0.0)
            facts = {"name": str(name), "nearest": near[0] if near else ""}
            faults.append(Refused("practice.unknown_setting", str(name), facts))
    values: dict[str, Value] = {}
    for name, setting in known.items():
        value = setting_value(name, setting, given.get(name, setting.default))
        if isinstance(value, Refused):
            faults.append(value)
        else:
            values[name] = value
    return Refused.of(faults) if faults else values


def setting_value(name: str, setting: Setting, given: object) -> Value | Refused:
    """One value, read by the setting's type. Whole numbers may come as text from a page."""
    value = _typed(setting, given)
    facts: dict[str, Value] = {
        "setting": name,
        "given": str(given)[:60],
        "type": setting.type,
        "least": setting.least,
        "most": setting.most,
        "choices": setting.choices,
    }
    if value is None:
        return Refused("practice.setting_type", name, facts)
    if setting.choices and value not in setting.choices:
        return Refused("practice.setting_choice", name, facts)
    measure = _measure(setting.type, value)
    least, most = _measure(setting.type, setting.least), _measure(setting.type, setting.most)
    if measure is not None and (
        (least is not None and measure < least) or (most is not None and measure > most)
    ):
        return Refused("practice.setting_range", name, facts)
    return value


def extremes(practice: Practice) -> Iterator[Facts]:
    """For a check: all settings at their defaults, at their least and at their most, and each flag and
    choice the other way while the rest keep their defaults."""
    settings = practice.manifest.settings
    defaults: dict[str, Value] = {name: setting.default for name, setting in settings.items()}
    yield defaults
    yield {n: s.default if s.least is None else s.least for n, s in settings.items()}
    yield {n: s.default if s.most is None else s.most for n, s in settings.items()}
    for name, setting in settings.items():
        others: tuple[Value, ...] = (False, True) if setting.type == "flag" else setting.choices
        for value in others:
            if value != setting.default:
                yield {**defaults, name: value}


def setting_faults(practice: Practice) -> list[Refused]:
    """Faults of the settings themselves: a default or a range that makes no sense."""
    faults = []
    for name, setting in practice.manifest.settings.items():
        where = practice.where("practice.yaml", "settings", name)
        facts: dict[str, Value] = {"setting": name, "type": setting.type}
        ranged = setting.type in ("limit", "whole")
        if ranged != (setting.least is not None) or ranged != (setting.most is not None):
            faults.append(Refused("practice.setting_bounds", where, facts))
        if (setting.type == "choice") != bool(setting.choices):
            faults.append(Refused("practice.setting_choices", where, facts))
        ends = [end for end in (setting.least, setting.most) if end is not None]
        if any(_typed(setting, end) is None for end in ends):
            faults.append(Refused("practice.setting_bounds", where, facts))
            continue
        value = setting_value(name, setting, setting.default)
        if isinstance(value, Refused):
            faults.append(
                Refused(value.code, practice.where("practice.yaml", "settings", name, "default"), value.facts)
            )
    return faults


def _typed(setting: Setting, given: object) -> str | int | bool | None:
    """The value if it is of the type, else None."""
    match setting.type, given:
        case "flag", bool():
            return given
        case "whole", int() if not isinstance(given, bool):
            return given
        case "whole", str() if _WHOLE.fullmatch(given):
            return int(given)
        case "limit", str() if read_limit(given) is not None:
            return given
        case "practices", str() if len(given) <= LONGEST_TEXT:
            ids = practices_of(given)
            return ", ".join(ids) if all(_ID.fullmatch(each) for each in ids) else None
        case (("text" | "choice"), str()) if len(given) <= LONGEST_TEXT:
            return given
        case _:
            return None


def practices_of(value: object) -> tuple[str, ...]:
    """The practices that a setting names, in its order; none for "no practice"."""
    named = _BETWEEN.split(value.strip()) if isinstance(value, str) else []
    return tuple(dict.fromkeys(each for each in named if each))


def _measure(kind: str, value: object) -> int | None:
    """What two values are compared by: for limits the minutes on a plain watch, a day being 24 hours."""
    if kind == "whole" and isinstance(value, int):
        return value
    if kind == "limit" and isinstance(value, str):
        limit = read_limit(value)
        return None if limit is None else int(limit.elapsed().total_seconds()) // 60
    return None
