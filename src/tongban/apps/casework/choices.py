"""What can be chosen from the registers, as people write it: units, divisions, categories.

Long lists are not clicked through but typed into: every choice has one label that no other has, so that a
label can be sent instead of an id. :func:`meant` turns labels back into ids, for every door alike; what
a person typed may also be words that fit one choice alone. :func:`pointed` names what comes nearest to what
fits none.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.casework.views import Option
from tongban.apps.naming import Registered
from tongban.apps.numbers import read_number
from tongban.apps.office import Office
from tongban.kernel.county import County, Level, Unit
from tongban.kernel.form import ENTRIES, Field, FieldKind, Form
from tongban.kernel.form.answers import SEPARATORS
from tongban.kernel.form.characters import capitals
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

LANGUAGES = ("zh-Hans", "en")
_LISTS = {
    FieldKind.unit: "unit",
    FieldKind.units: "unit",
    FieldKind.division: "division",
    FieldKind.category: "category",
    FieldKind.duty: "duty",
    FieldKind.peer: "peer",
}
_UNKNOWN = {FieldKind.units: "unit", FieldKind.entries: "entry"}
_NEAREST = 3
"""How many choices are named at most where several fit what was given."""
_SHORTEST = 3
"""Characters of a shortened name at least; two stand in too many names."""
_SMALL = (Level.VILLAGE, Level.GRID)
"""Levels at which a name says little without what it lies within."""


class Choices(Struct, frozen=True):
    """Everything that can be chosen of one kind, in the order of the register."""

    options: tuple[Option, ...]
    labels: Mapping[str, str]
    """id → label"""
    ids: Mapping[str, str]
    """label, or a plain name that only one bears → id"""


_kept: dict[tuple[str, str], tuple[object, Choices]] = {}


def choices(kind: FieldKind, here: Office, language: str) -> Choices:
    """The choices for a field of this kind, made once for each state of the registers."""
    listed = _LISTS[kind]
    kept = _kept.get((listed, language))
    if kept is not None and kept[0] is here.names:
        return kept[1]
    made = _made(_OPTIONS[listed](here.names, here.county, language))
    _kept[(listed, language)] = (here.names, made)
    return made


def units_offered(here: Office, language: str) -> tuple[Option, ...]:
    """The units that there are now, in the order in which every form offers them."""
    every = choices(FieldKind.unit, here, language).options
    return tuple(each for each in every if each.value in here.county.units)


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
    """Offices of the county first, then townships, each with its own offices and its villages behind it."""
    order = list(Level)

    def within(known: Unit) -> bool:
        above = county.units.get(known.parent)
        return known.level in _SMALL or (above is not None and above.level is Level.TOWNSHIP)

    def place(unit: str) -> tuple[int, str, int, bool]:
        known = county.units.get(unit)
        if known is None:
            return (len(order), "", 0, False)
        low = within(known)
        below = low or known.level is Level.TOWNSHIP
        return (int(below), known.division, order.index(known.level), low)

    for unit in sorted(names.units, key=place):
        known = county.units.get(unit)
        name = names.unit(unit, language)
        above = names.unit(known.parent, language) if known is not None and within(known) else ""
        yield unit, f"{above} · {name}" if above else name, above, name


def _divisions(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    """The county and what lies in it; province and city are not its to choose."""
    above_it = frozenset(county.division_chain(county.code)) - {county.code}
    for code in sorted(names.divisions):
        known = county.divisions.get(code)
        if known is None or code in above_it:
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


def _duties(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    """Entries of duty lists, each behind its unit; one that stands in many lists once, without a unit."""
    listed: dict[str, list[str]] = {}
    for duty in county.duties:
        listed.setdefault(duty.code, []).append(duty.unit)
    for code, units in listed.items():
        unit = names.unit(units[0], language) if len(units) == 1 else ""
        name = names.duty(code, language)
        yield code, f"{unit} · {name}" if unit else name, unit, name


def _peers(names: Registered, county: County, language: str) -> Iterable[tuple[str, str, str, str]]:
    """The counties that this one talks with now, and last itself."""
    for code in (*sorted(county.peers), county.code):
        name = names.peer(code, language)
        yield code, name, "", name


_OPTIONS = {
    "unit": _units,
    "division": _divisions,
    "category": _categories,
    "duty": _duties,
    "peer": _peers,
}


def shown(kind: FieldKind, value: str, here: Office, language: str) -> str:
    """A value as people read it; what is no id of the register stays as it was typed."""
    return choices(kind, here, language).labels.get(value, value) if kind in _LISTS else value


def listed(field: Field, here: Office, language: str) -> Choices | None:
    """The choices of a field that names something registered; None for any other."""
    if field.kind in ENTRIES:
        return entries(field.of[0], here, language)
    return choices(field.kind, here, language) if field.kind in _LISTS else None


def entries(register: str, here: Office, language: str) -> Choices:
    """The rows of a brought register that stand in it. One that was there once keeps its name."""
    every = here.names.entries.of(register, language)
    kept = _kept.get((f"entries/{register}", language))
    if kept is not None and kept[0] is every:
        return kept[1]
    made = _made((code, title, "", title) for code, (title, there) in every.items() if there)
    gone = {code: title for code, (title, there) in every.items() if not there}
    made = replace(made, labels={**gone, **made.labels})
    _kept[f"entries/{register}", language] = (every, made)
    return made


def meant(
    form: Form | None, answers: Mapping[str, object], here: Office, *, by_hand: bool = False
) -> Mapping[str, object]:
    """Answers with ids where labels or plain names of the registers were given, and case numbers in digits.

    ``by_hand``: also where what was typed is found in one choice alone. What nothing bears is left as it is, so
    that the refusal can repeat it.
    """
    if form is None:
        return answers
    found = dict(answers)
    for field in form.fields:
        given = found.get(field.id)
        if field.kind is FieldKind.case and isinstance(given, str):
            number = read_number(given)
            found[field.id] = given if isinstance(number, Refused) else number
        elif field.kind is FieldKind.entries and isinstance(given, str):
            found[field.id] = [_id_of(field, each, here, by_hand=by_hand) for each in SEPARATORS.split(given)]
        elif (field.kind in _LISTS or field.kind is FieldKind.entry) and isinstance(given, str):
            found[field.id] = _id_of(field, given, here, by_hand=by_hand)
        elif field.kind in (FieldKind.units, FieldKind.entries) and isinstance(given, list | tuple):
            found[field.id] = [_id_of(field, str(each), here) for each in given]
    return found


def _id_of(field: Field, given: str, here: Office, *, by_hand: bool = False) -> str:
    text = given.strip()
    fits_it: set[str] = set()
    for language in LANGUAGES:
        found = listed(field, here, language)
        if found is None or text in found.labels:
            return text
        if text in found.ids:
            return found.ids[text]
        fits_it |= {each.value for each in fitting(text, found.options)} if by_hand else set()
    return fits_it.pop() if len(fits_it) == 1 else given


def fitting(text: str, options: Iterable[Option]) -> tuple[Option, ...]:
    """The options in whose label all words of a text stand; if there are none, those that it is short for.

    None for a text without words.
    """
    words, every = _words(text), tuple(options)
    found = tuple(each for each in every if words and all(word in each.label.lower() for word in words))
    return found or tuple(each for each in every if short_for("".join(words), _own(each.label)))


def short_for(text: str, name: str) -> bool:
    """Whether a name is shortened to a text as people do in talk: its characters stand in the name, in their order.

    Only for names that are not spelled: in letters, three of them in their order say nothing.
    """
    if len(text) < _SHORTEST or any(char.isascii() for char in text):
        return False
    rest = iter(name)
    return all(char in rest for char in text)


def _own(label: str) -> str:
    """What stands in a label behind all that it lies within."""
    return label.rpartition(" · ")[2].rpartition(" / ")[2].lower()


def _words(text: str) -> list[str]:
    return text.lower().replace("/", " ").replace("·", " ").split()


def pointed(
    refused: Refused, form: Form | None, here: Office, language: str, table: Form | None = None
) -> Refused:
    """A refusal that names, where something is not in a register, the choices that come nearest.

    ``table`` is the form of the rows that came along; a fault in one stands at ``rows/<n>/<field>``.
    """
    kinds = {field.id: field for field in (form.fields if form is not None else ())}
    cells = {field.id: field for field in (table.fields if table is not None else ())}
    return Refused.of(
        [
            _pointed(each, kinds.get(each.where) or cells.get(cell_of(each.where)), here, language)
            for each in refused.all()
        ]
    )


def cell_of(where: str) -> str:
    """The field that a fault in a row is about; "" for any other fault."""
    match where.split("/"):
        case ["rows", _, field]:
            return field
        case _:
            return ""


def _pointed(refused: Refused, field: Field | None, here: Office, language: str) -> Refused:
    plain = replace(refused, also=())
    known = listed(field, here, language) if field is not None else None
    if field is None or known is None:
        return plain
    given = str(refused.facts.get("given", ""))
    if refused.code == "form.not_offered":
        return replace(plain, facts={"given": known.labels.get(given, given)})
    if refused.code == "form.not_among":  # the nearest is one that may be chosen, by its name
        near = str(refused.facts.get("nearest", ""))
        facts: Facts = {"given": known.labels.get(given, given), "nearest": known.labels.get(near, near)}
        return replace(plain, facts=facts)
    unknown = f"form.unknown_{_UNKNOWN.get(field.kind, field.kind.value)}"
    if refused.code not in ("form.code", unknown):
        return plain
    same = capitals(given)
    spelled = next((each.value for each in known.options if capitals(each.value) == same), "")
    if field.kind in ENTRIES and spelled:
        return Refused("form.spelled_otherwise", plain.where, {"given": given, "known": spelled})
    return replace(
        plain, code=unknown, facts={**refused.facts, "nearest": _nearest(field, known, given, here)}
    )


def _nearest(field: Field, known: Choices, given: str, here: Office) -> tuple[str, ...]:
    """Labels of what fits best: those that hold the words, in whatever language they were typed, else the name or code that is written
    most alike."""
    every = [known, *(other for name in LANGUAGES if (other := listed(field, here, name)) is not None)]
    for there in every:
        holding = sorted(
            (known.labels.get(each.value, each.label) for each in fitting(given, there.options)), key=len
        )
        if holding:
            return tuple(holding[:_NEAREST])
    near = difflib.get_close_matches(given, [*known.ids, *known.labels], 1, 0.0)
    found = known.ids.get(near[0], near[0]) if near else ""
    return (known.labels[found],) if found in known.labels else ()
