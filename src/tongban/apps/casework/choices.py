"""What can be chosen from the registers, as people write it: units, divisions, categories.

Long lists are not clicked through but typed into: every choice has one label that no other has, so that a
label can be sent instead of an id. :func:`meant` turns labels back into ids, for every door alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.apps.casework.views import Option
from tongban.apps.naming import Registered
from tongban.apps.numbers import read_number
from tongban.apps.office import Office
from tongban.kernel.county import County, Level
from tongban.kernel.form import FieldKind, Form
from tongban.kernel.refusal import Refused

LANGUAGES = ("zh-Hans", "en")
_LISTS = {
    FieldKind.unit: "unit",
    FieldKind.units: "unit",
    FieldKind.division: "division",
    FieldKind.category: "category",
}
_SMALL = (Level.VILLAGE, Level.GRID)
"""Levels at which a name says little without what it lies within."""


@dataclass(frozen=True)
class Choices:
    """Everything that can be chosen of one kind, in the order of the register."""

    options: tuple[Option, ...]
    labels: Mapping[str, str]
    """id → label"""
    ids: Mapping[str, str]
    """label, or a plain name that only one bears → id"""


_kept: dict[tuple[str, str], tuple[Registered, Choices]] = {}


def choices(kind: FieldKind, here: Office, language: str) -> Choices:
    """The choices for a field of this kind, made once for each state of the registers."""
    listed = _LISTS[kind]
    kept = _kept.get((listed, language))
    if kept is not None and kept[0] is here.names:
        return kept[1]
    made = _made(_OPTIONS[listed](here.names, here.county, language))
    _kept[(listed, language)] = (here.names, made)
    return made


def _made(found: Iterable[tuple[str, str, str, str]]) -> Choices:
    """From id, label, group and plain name. A label that several would have gets its id behind it."""
    rows = list(found)
    often = Counter(label for _, label, _, _ in rows)
    plain = Counter(name for *_, name in rows)
    labels = {key: label if often[label] == 1 else f"{label}（{key}）" for key, label, _, _ in rows}
    ids = {name: key for key, _, _, name in rows if plain[name] == 1}
    ids |= {label: key for key, label in labels.items()}
    options = tuple(Option(key, labels[key], group) for key, _, group, _ in rows)
    return Choices(options, labels, ids)


def _units(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    """Offices of the county first, then townships, each with its villages behind it."""
    order = list(Level)

    def place(unit: str) -> tuple[int, str, int]:
        known = county.units.get(unit)
        if known is None:
            return (len(order), "", 0)
        low = known.level in _SMALL
        return (1 if low or known.level is Level.TOWNSHIP else 0, known.division, order.index(known.level))

    for unit in sorted(names.units, key=place):
        known = county.units.get(unit)
        name = names.unit(unit, language)
        above = names.unit(known.parent, language) if known is not None and known.level in _SMALL else ""
        yield unit, f"{above} · {name}" if above else name, above, name


def _divisions(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    for code in sorted(names.divisions):
        known = county.divisions.get(code)
        if known is None:
            continue
        name = names.division(code, language)
        within = known.level in _SMALL and known.parent in names.divisions
        above = names.division(known.parent, language) if within else ""
        yield code, f"{above} · {name}" if above else name, above, name


def _categories(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    del county
    for code in sorted(names.categories):
        parts = code.split(".")
        path = [".".join(parts[: n + 1]) for n in range(len(parts))]
        said = [names.category(each, language) for each in path if each in names.categories]
        yield code, " / ".join(said), said[0], said[-1]


_OPTIONS = {"unit": _units, "division": _divisions, "category": _categories}


def shown(kind: FieldKind, value: str, here: Office, language: str) -> str:
    """A value as people read it; what is no id of the register stays as it was typed."""
    return choices(kind, here, language).labels.get(value, value) if kind in _LISTS else value


def meant(form: Form | None, answers: Mapping[str, object], here: Office) -> Mapping[str, object]:
    """Answers with ids where labels or plain names of the registers were given, and case numbers in digits.

    What nothing bears is left as it is, so that the refusal can repeat it.
    """
    if form is None:
        return answers
    found = dict(answers)
    for field in form.fields:
        given = found.get(field.id)
        if field.kind is FieldKind.case and isinstance(given, str):
            number = read_number(given)
            found[field.id] = given if isinstance(number, Refused) else number
        elif field.kind in _LISTS and isinstance(given, str):
            found[field.id] = _id_of(field.kind, given, here)
        elif field.kind is FieldKind.units and isinstance(given, list | tuple):
            found[field.id] = [_id_of(field.kind, str(each), here) for each in given]
    return found


def _id_of(kind: FieldKind, given: str, here: Office) -> str:
    text = given.strip()
    for language in LANGUAGES:
        found = choices(kind, here, language)
        if text in found.labels:
            return text
        if text in found.ids:
            return found.ids[text]
    return given
