"""Rows of a brought register as they come with a sheet: read by its columns, all of them or none."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.county import County
from tongban.kernel.form import Answers, Field, FieldKind, Form, read
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.register import Register, key_text
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value

MOST = 50_000
"""Rows of one register."""
NO_COLUMN = frozenset(
    {
        FieldKind.phone,
        FieldKind.id_card,
        FieldKind.name,
        FieldKind.files,
        FieldKind.case,
        FieldKind.duty,
        FieldKind.rating,
    }
)
"""Kinds that no column of a brought register has: what concerns persons, and what only a case can say."""
Codes = Mapping[str, frozenset[str]]
"""The codes that registers hold, by register."""


class Entry(Struct, frozen=True):
    """A row of a brought register. ``title`` is what people call it; ``fields`` are what it says beside its key."""

    key: str
    title: str
    fields: Facts


def read_entries(
    register: Register, given: Sequence[Mapping[str, object]], county: County, today: date, codes: Codes
) -> tuple[Entry, ...] | Refused:
    """Every row, or every fault: ``rows/<n>/<column>`` is its place, rows counted from 0.

    ``codes`` are those of all registers that these rows may name, their own among them. Refuses too many rows, what the
    columns refuse, a condition that cannot be read, a name of something that is not registered, and a key that comes twice, in whatever letters.
    """
    if len(given) > MOST:
        return Refused("table.too_many", "rows", {"rows": len(given), "most": MOST})
    form = Form(register.id, register.asked)
    found: list[Entry] = []
    faults: list[Refused] = []
    seen: dict[str, int] = {}

    def judge(values: Facts) -> list[Refused]:
        return list(_strangers(form, values, county, codes))

    def once(n: int, key: str) -> None:
        first = seen.setdefault(capitals(key), n)
        if first != n:
            facts: Facts = {"key": key, "other": first + 1}
            faults.append(Refused("table.twice", f"rows/{n}/{register.key[0]}", facts))

    for n, raw in enumerate(given):
        answers = read(form, raw, known={}, today=today, judge=judge)
        if not isinstance(answers, Answers):
            faults += [replace(each, where=f"rows/{n}/{each.where}", also=()) for each in answers.all()]
            key = _key_of(register, raw, today)
            if key:
                once(n, key)
            continue
        faults += [
            Refused("register.rule", f"rows/{n}/{column}", {"condition": rule.code})
            for rule, column in register.broken(answers.values)
        ]
        faults += [
            replace(each, where=f"rows/{n}/{each.where}", also=())
            for each in register.misread(answers.values)
        ]
        entry = _entry(register, answers.values)
        once(n, entry.key)
        found.append(entry)
    return Refused.of(faults) if faults else tuple(found)


def keys_in(register: Register, given: Sequence[Mapping[str, object]], today: date) -> frozenset[str]:
    """The keys of rows that were not read yet: what rows of the same load may name."""
    return frozenset(_key_of(register, raw, today) for raw in given) - {""}


def _key_of(register: Register, raw: Mapping[str, object], today: date) -> str:
    """The key of a row, whatever is wrong with the rest of it; "" where the key itself cannot be read."""
    form = Form(register.id, tuple(each for each in register.asked if each.id in register.key))
    answers = read(form, {name: raw.get(name) for name in register.key}, known={}, today=today)
    return _entry(register, answers.values).key if isinstance(answers, Answers) else ""


def _entry(register: Register, values: Facts) -> Entry:
    key = key_text([str(values.get(name, "")) for name in register.key])
    said = {name: value for name, value in values.items() if name not in register.key}
    return Entry(key, str(values.get(register.title, "")) or key, said)


def _strangers(form: Form, values: Facts, county: County, codes: Codes) -> Iterator[Refused]:
    """Names of what is not registered; a unit of another kind than the column's is not looked for here."""
    for asked in form.fields:
        known = _known(asked, county, codes)
        value = values.get(asked.id)
        if known is None or value is None:
            continue
        strange = next((each for each in _texts(value) if each not in known), None)
        if strange is not None:
            kind = _ONE.get(asked.kind, asked.kind.value)
            near = difflib.get_close_matches(strange, known, 1, 0.0) if len(known) <= FEW else []
            yield Refused(f"form.unknown_{kind}", asked.id, {"given": strange, "nearest": (*near, "")[0]})


FEW = 2_000
"""Among more names the nearest is not looked for: it would cost more than the whole sheet."""
_ONE = {FieldKind.units: "unit", FieldKind.entries: "entry"}


def _known(asked: Field, county: County, codes: Codes) -> Collection[str] | None:
    match asked.kind:
        case FieldKind.unit | FieldKind.units:
            return county.units
        case FieldKind.division:
            return county.divisions
        case FieldKind.category:
            return county.categories
        case FieldKind.entry | FieldKind.entries:
            return codes.get(asked.of[0], frozenset())
        case _:
            return None


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)
