"""Where an answer leads: the practice or the case that it names, so that nobody copies it by hand."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.apps.numbers import read_number
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.sight import CASE_NUMBER
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.kept import PRACTICES

_ROWS = ("", "one_", "two_")
"""How a column of a register is called in a form: as it is, or as that of one of two rows that meet."""


def practice_of(field: Field, value: Value) -> str:
    """The id of the practice that an answer names; "" for any other answer."""
    return str(value) if field.kind is FieldKind.entry and field.of == (PRACTICES,) else ""


def case_of(field: Field, value: Value, forms: Iterable[Form]) -> str:
    """The number of the case that an answer names; "" for any other answer. A code names one where the practice fills it in with a
    case's own number (in one of its ``forms``), also as the column of a row that was found."""
    if field.kind not in (FieldKind.case, FieldKind.code) or not isinstance(value, str):
        return ""
    number = read_number(value)
    if isinstance(number, Refused) or (field.kind is FieldKind.code and not _is_number(field, forms)):
        return ""
    return number


def _is_number(field: Field, forms: Iterable[Form]) -> bool:
    own = {each.id for form in forms for each in form.fields if each.infer == CASE_NUMBER}
    return any(field.id == f"{row}{each}" for row in _ROWS for each in own)
