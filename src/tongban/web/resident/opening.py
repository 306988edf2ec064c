"""The one box in which a resident says what is wrong: which form, which field is the box, what is optional."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.apps.casework.views import FieldView


@dataclass(frozen=True, slots=True)
class Box:
    """``say`` is the box, ``must`` what else is required, ``may`` what helps and can be left out."""

    say: FieldView
    must: tuple[FieldView, ...]
    may: tuple[FieldView, ...]

    @property
    def first(self) -> tuple[FieldView, ...]:
        return (self.say,)

    @property
    def may_open(self) -> bool:
        """Whether something optional was entered or is wrong: then it is not folded away."""
        return any(field.value or field.values or field.fault for field in self.may)


def box_of(fields: tuple[FieldView, ...]) -> Box:
    """The first required longer text is the box; a form without one has its first field there."""
    say = next((f for f in fields if f.required and f.kind == "text"), fields[0])
    rest = [f for f in fields if f.id != say.id]
    return Box(say, tuple(f for f in rest if f.required), tuple(f for f in rest if not f.required))
