"""Where it is, read out of what was said: filled in where no doubt is possible, and said so, to be put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from tongban.apps.casework.views import FieldView
from tongban.apps.dispatch.gazetteer import division_named

_TOLD = frozenset({"text", "line"})


class Inferred(Struct, frozen=True):
    """The field, the division's code and the words that named it."""

    field: str
    code: str
    words: str


def inferred(fields: Iterable[FieldView], answers: Mapping[str, object]) -> Inferred | None:
    """The place that the written answers name, while nobody has said where it is; None otherwise."""
    asked = tuple(fields)
    place = next((each for each in asked if each.kind == "division"), None)
    if place is None or answers.get(place.id):
        return None
    found = division_named(*(str(answers.get(each.id, "")) for each in asked if each.kind in _TOLD))
    known = found is not None and any(option.value == found.code for option in place.options)
    return Inferred(place.id, found.code, found.words) if found is not None and known else None
