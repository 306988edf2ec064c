"""Gathering faults while a practice is checked, and the questions that several checks ask of its forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from msgspec import Struct, field

from tongban.kernel.form import Field, Held
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.shape.rules import FieldSpec


class Faults(Struct):
    """The faults found so far."""

    found: list[Refused] = field(default_factory=list)

    def refuse(self, code: str, where: str, **facts: Value) -> None:
        self.found.append(Refused(code, where, facts))

    def known(self, code: str, where: str, name: str, among: Iterable[str]) -> bool:
        """Whether ``name`` is among the known ones; refuses with the nearest when it is not."""
        names = list(among)
        if name in names:
            return True
        near = get_close_matches(name, names, 1, 0.0)
        self.refuse(code, where, name=name, nearest=near[0] if near else "")
        return False


def fields_of(forms: Mapping[str, tuple[FieldSpec, ...]]) -> dict[str, FieldSpec]:
    """The first field of each id."""
    found: dict[str, FieldSpec] = {}
    for fields in forms.values():
        for each in fields:
            found.setdefault(each.id, each)
    return found


def place_of(spec: FieldSpec) -> Held:
    return Field(spec.id, spec.kind, held=spec.held).place
