"""Do the names in ``catalogue.yaml`` lead to columns that can be shown as they are meant, and to steps that open a case?"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.form import FieldKind
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.shape.catalogue import CatalogueSpec, WayIn
from tongban.library.shape.rules import RegisterField, RegisterSpec

FILE = "catalogue.yaml"
WORDS = (FieldKind.line, FieldKind.text)
CHOICE = (FieldKind.choice,)
LISTED = (FieldKind.entries,)
COLUMNS: Mapping[str, tuple[FieldKind, ...]] = {
    "title": (FieldKind.line,),
    "plain": WORDS,
    "groups": LISTED,
    "level": CHOICE,
    "unit": (FieldKind.unit,),
    "situations": WORDS,
    "who": WORDS,
    "papers": LISTED,
    "later": LISTED,
    "promised": LISTED,
    "days_by_law": (FieldKind.whole,),
    "days": (FieldKind.whole,),
    "at_once": (FieldKind.flag,),
    "silence": CHOICE,
    "visits": (FieldKind.whole,),
    "online": CHOICE,
    "delivery": (FieldKind.choices,),
    "place": WORDS,
    "fee": WORDS,
    "basis": WORDS,
    "asks": LISTED,
    "withdrawn": (FieldKind.date,),
    "instead": WORDS,
}
"""The columns of the register that is shown, and what each may be."""
BEHIND: Mapping[str, tuple[str, tuple[FieldKind, ...]]] = {
    "source": ("papers", CHOICE),
    "taken_from": ("papers", WORDS),
    "expects": ("asks", (FieldKind.flag,)),
    "otherwise": ("asks", WORDS),
}
"""The columns of the registers behind a column: that column, and what each may be."""
SOURCES = frozenset({"own", "shared", "waived"})
"""Who has a paper: the one who applies, an office that is asked instead, nobody any more."""
CODES = (FieldKind.code, FieldKind.entry)


def catalogue_faults(practice: Practice, faults: Faults) -> None:
    spec = practice.catalogue
    if spec is None:
        return
    where = practice.where(FILE, "register")
    if not faults.known("practice.unknown_register", where, spec.register_, practice.brought):
        return
    shown = practice.registers[spec.register_]
    for key, kinds in COLUMNS.items():
        found = _column(practice, spec, key, shown, kinds, faults)
        if found is not None and found.kind is FieldKind.entries:
            _titled(practice, spec, key, found, faults)
    for key, (column, kinds) in BEHIND.items():
        if (behind := _behind(practice, spec, column)) is not None:
            found = _column(practice, spec, key, behind, kinds, faults)
            if key == "source" and found is not None and set(found.choices) != SOURCES:
                wanted = tuple(sorted(SOURCES))
                faults.refuse(
                    "practice.catalogue_sources", practice.where(FILE, key), name=found.id, wanted=wanted
                )
        elif getattr(spec, key) is not None:
            faults.refuse("practice.catalogue_behind", practice.where(FILE, key), key=key, needs=column)
    _exceptions(practice, spec, shown, faults)
    for key in ("remarks", "changes"):
        way: WayIn | None = getattr(spec, key)
        if way is not None:
            _way(practice, key, way, faults)


def _column(
    practice: Practice,
    spec: CatalogueSpec,
    key: str,
    register: RegisterSpec,
    kinds: tuple[FieldKind, ...],
    faults: Faults,
) -> RegisterField | None:
    """The column that a key names; None for a key that is not there or names none of these kinds."""
    name: str | None = getattr(spec, key)
    where, columns = practice.where(FILE, key), {each.id: each for each in register.fields}
    if name is None or not faults.known("practice.unknown_field", where, name, columns):
        return None
    found = columns[name]
    if found.kind not in kinds:
        wanted = tuple(each.value for each in kinds)
        faults.refuse("practice.field_kind", where, name=name, wanted=wanted, found=found.kind.value)
        return None
    return found


def _behind(practice: Practice, spec: CatalogueSpec, key: str) -> RegisterSpec | None:
    """The register to which a column's entries lead."""
    name: str | None = getattr(spec, key)
    column = next((each for each in practice.registers[spec.register_].fields if each.id == name), None)
    return practice.registers.get(column.of[0]) if column is not None and column.of else None


def _titled(practice: Practice, spec: CatalogueSpec, key: str, column: RegisterField, faults: Faults) -> None:
    """What is shown of an entry is its title, which is called as that of the catalogue."""
    behind = practice.registers.get(column.of[0]) if column.of else None
    if behind is not None and all(each.id != spec.title for each in behind.fields):
        facts = {"register": column.of[0], "name": spec.title}
        faults.refuse("practice.catalogue_untitled", practice.where(FILE, key), **facts)


def _exceptions(practice: Practice, spec: CatalogueSpec, shown: RegisterSpec, faults: Faults) -> None:
    """The list of exceptions is known by the same key."""
    where = practice.where(FILE, "exceptions")
    name = spec.exceptions
    if name is None or not faults.known("practice.unknown_register", where, name, practice.brought):
        return
    if practice.registers[name].key != shown.key:
        facts = {"name": ", ".join(practice.registers[name].key), "key": ", ".join(shown.key)}
        faults.refuse("practice.register_key", where, **facts)


def _way(practice: Practice, key: str, way: WayIn, faults: Faults) -> None:
    """A step of this practice that opens a case, with a field for the code of the entry."""
    where = practice.where(FILE, key)
    if not faults.known("practice.unknown_kind", where, way.kind, practice.kinds):
        return
    steps = {name: step for name, step in practice.kinds[way.kind].steps.items() if not step.source}
    if not faults.known("practice.unknown_step", where, way.step, steps):
        return
    fields = {each.id: each for each in practice.forms.get(steps[way.step].form or "", ())}
    if faults.known("practice.unknown_field", where, way.field, fields):
        found = fields[way.field].kind
        if found not in CODES:
            wanted = tuple(each.value for each in CODES)
            faults.refuse("practice.field_kind", where, name=way.field, wanted=wanted, found=found.value)
