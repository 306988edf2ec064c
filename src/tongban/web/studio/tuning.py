"""The settings of a practice as a form: what may be set, within which range, why, and what was entered."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

from django.http import QueryDict
from msgspec import Struct

from tongban.apps.wording import dated
from tongban.kernel.clock import Unit
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.settings import SettingAsked, setting_value, settings_form
from tongban.library.shape.written import read_limit
from tongban.library.texts import Words, refusal_words
from tongban.web.studio.saying import Saying

LONGEST = 200
UNITS = (Unit.HOURS, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)


class UnitOption(Struct, frozen=True):
    value: str
    label: str


class SettingField(Struct, frozen=True):
    """One setting ready to draw. ``value`` and ``unit`` are what stands in its boxes.

    ``now`` says the value in force, "" where it is the default; ``fault`` what is wrong with the entry.
    """

    id: str
    type: str
    title: str
    why: str
    default: str
    range: str
    value: str
    unit: str = ""
    units: tuple[UnitOption, ...] = ()
    choices: tuple[UnitOption, ...] = ()
    now: str = ""
    fault: str = ""
    fix: str = ""

    @property
    def label(self) -> str:
        """As the summary of faults calls it."""
        return self.title


def entered(posted: QueryDict, asked: tuple[SettingAsked, ...]) -> dict[str, object]:
    """Every setting as it was sent; a limit is an amount and a unit, a flag is there or not."""
    found: dict[str, object] = {}
    for each in asked:
        text = unicodedata.normalize("NFKC", posted.get(f"set-{each.id}", "")).strip()[:LONGEST]
        match each.type:
            case "limit":
                found[each.id] = f"{text} {posted.get(f'unit-{each.id}', '')[:20]}"
            case "flag":
                found[each.id] = text == "true"
            case _:
                found[each.id] = text
    return found


def chosen(saying: Saying, given: Mapping[str, object]) -> Mapping[str, Value]:
    """The settings that are not the practice's defaults, each read by its type where it can be."""
    found: dict[str, Value] = {}
    for name, setting in saying.practice.manifest.settings.items():
        if name not in given:
            continue
        value = setting_value(name, setting, given[name])
        if isinstance(value, Refused):
            found[name] = str(given[name])
        elif value != setting.default:
            found[name] = value
    return found


def setting_fields(
    saying: Saying, values: Mapping[str, object], now: Mapping[str, Value], refused: Refused | None = None
) -> tuple[SettingField, ...]:
    """All settings with what stands in them; ``now`` are those in force that differ from the defaults."""
    faults = {each.where: worded(saying, each) for each in (refused.all() if refused is not None else ())}
    return tuple(
        _field(saying, each, values.get(each.id, each.default), now, faults.get(each.id))
        for each in settings_form(saying.practice)
    )


def _field(
    saying: Saying, asked: SettingAsked, value: object, now: Mapping[str, Value], fault: Words | None
) -> SettingField:
    amount, _, unit = str(value).partition(" ")
    limit = asked.type == "limit"
    flag = "true" if value is True else ""
    return SettingField(
        id=asked.id,
        type=asked.type,
        title=asked.title[saying.language],
        why=asked.why[saying.language],
        default=saying.value(asked.type, asked.default),
        range=_range(saying, asked),
        value=amount if limit else flag if asked.type == "flag" else str(value),
        unit=unit if limit else "",
        units=tuple(UnitOption(each.value, saying.own(f"studio.unit.{each.value}")) for each in UNITS)
        if limit
        else (),
        choices=tuple(
            UnitOption(each, saying.of_or(f"choices.{asked.id}.{each}", each)) for each in asked.choices
        ),
        now=saying.value(asked.type, now[asked.id]) if asked.id in now else "",
        fault=fault.says if fault is not None else "",
        fix=fault.fix if fault is not None else "",
    )


def _range(saying: Saying, asked: SettingAsked) -> str:
    if asked.least is None or asked.most is None:
        return ""
    least, most = saying.value(asked.type, asked.least), saying.value(asked.type, asked.most)
    return saying.own("studio.range", least=least, most=most)


def worded(saying: Saying, refused: Refused) -> Words:
    """A refusal about settings, with their titles and limits in words. What is no value at all of a setting that has a
    range is told the range, too."""
    if refused.code == "practice.setting_type" and refused.facts.get("least") is not None:
        refused = Refused("practice.setting_range", refused.where, refused.facts)

    def naming(fact: str, value: Value) -> str:
        if fact in ("setting", "name") and isinstance(value, str):
            return saying.setting(value) if value in saying.practice.manifest.settings else value
        if fact in ("least", "most", "given") and isinstance(value, str) and read_limit(value) is not None:
            return saying.limit(value)
        if fact == "given" and isinstance(value, str) and value.partition(" ")[2] in UNITS:
            amount, _, unit = value.partition(" ")
            return f"{amount or '–'} {saying.own(f'studio.unit.{unit}')}"
        if fact == "day" and isinstance(value, str):
            return dated(value, saying.language)
        if fact == "story" and isinstance(value, str) and value in saying.practice.stories:
            title = saying.practice.stories[value].title
            return title.en if saying.language == "en" else title.zh
        if fact == "type":
            return saying.own(f"studio.type.{value}")
        return ""

    return refusal_words(refused, saying.language, naming)


def draft_mark(digest: str, values: Mapping[str, Value], homes: tuple[str, ...]) -> str:
    """A short name of exactly this draft: what was looked at must be what is adopted."""
    text = json.dumps([digest, sorted(values.items()), sorted(homes)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
