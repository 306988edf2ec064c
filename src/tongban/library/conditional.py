"""The conditions of a field: when it is asked, which rows may be chosen in it, and which of those that are chosen are doubtful."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from tongban.kernel.expression import Expression, Kind
from tongban.kernel.form import Field, Form
from tongban.library.practice import Practice
from tongban.library.registers import names_of_choice, names_of_rows

Compile = Callable[[str | None, Mapping[str, Kind], str], Expression | None]


def conditional(
    practice: Practice,
    form: Form,
    index: int,
    outside: Mapping[str, Kind],
    settings: Mapping[str, Kind],
    compiled: Compile,
) -> Field:
    """A field with its conditions. ``outside`` is what they may name beside answers of the form itself; ``compiled`` keeps the faults."""
    asked, spec = form.fields[index], practice.forms[form.id][index]
    place = ("forms.yaml", form.id, index)
    if spec.where is not None:
        own = names_of_choice(practice, spec, settings)
        asked = replace(asked, where=compiled(spec.where, own, practice.where(*place, "where")))
    if spec.doubts:
        own = names_of_rows(practice, spec.of[0] if spec.of else "", outside)
        read = [
            (code, compiled(that, own, practice.where(*place, "doubts", code)))
            for code, that in spec.doubts.items()
        ]
        asked = replace(asked, doubts=tuple((code, that) for code, that in read if that is not None))
    before = {f"given.{each.id}": each.expression_kind for each in form.fields[:index]}
    where = practice.where(*place, "when")
    return replace(asked, when=compiled(spec.when, {**outside, **before}, where))
