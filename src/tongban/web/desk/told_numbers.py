"""Telephone numbers in what a clerk is writing: pointed out, with one press to put them where only their purpose opens them.

Residents tell their number in the middle of what they say, and whoever handles the matter reads its words. A number may also
be what the matter is about (a shop's, a swindler's), so nothing is refused and nothing is moved by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tongban.apps.casework.views import FieldView
from tongban.kernel.form import masked_phones
from tongban.web.desk.suggesting import WRITTEN


class ToldNumber(Struct, frozen=True):
    """A number as it is written in the field ``field`` (``label`` on the screen), and as it would be masked.

    ``into`` is the field for telephone numbers with its label ``into_label``; "" where there is none, or one stands in it already.
    """

    field: str
    label: str
    number: str
    masked: str
    into: str = ""
    into_label: str = ""


def told_numbers(fields: Sequence[FieldView], answers: Mapping[str, object]) -> tuple[ToldNumber, ...]:
    """The numbers in the words of a form, each once, in the order of its fields."""
    place = next((each for each in fields if each.kind == "phone"), None)
    free = place if place is not None and not answers.get(place.id) else None
    found: dict[tuple[str, str], ToldNumber] = {}
    for each in fields:
        if each.kind in WRITTEN:
            for number, masked in masked_phones(str(answers.get(each.id, ""))):
                into, named = (free.id, free.label) if free is not None else ("", "")
                found.setdefault(
                    (each.id, number), ToldNumber(each.id, each.label, number, masked, into, named)
                )
    return tuple(found.values())
