"""A form as JSON Schema (2020-12): what a step's ``answers`` must be.

Conditions between fields are not translated: a field with one is optional here, its condition stands
under ``x-when``, and the kernel has the last word. ``anyOf`` names fields of which at least one is needed. ``x-kept`` says where a value is kept: in the ledger,
beside it and erasable, or in the identity store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from tongban.apps.casework.views import Option
from tongban.apps.wording import Wording
from tongban.kernel.form import ENTRIES, Field, FieldKind, Form
from tongban.kernel.form.field import AskedOf, Check

Schema = dict[str, JsonValue]
NONE_OFFERED: Mapping[str, tuple[Option, ...]] = {}

_TEXT: Mapping[FieldKind, Schema] = {
    FieldKind.date: {"type": "string", "format": "date"},
    FieldKind.moment: {"type": "string", "format": "date-time"},
    FieldKind.phone: {"type": "string", "maxLength": 200},
    FieldKind.id_card: {"type": "string", "maxLength": 200},
    FieldKind.credit_code: {"type": "string", "maxLength": 200},
    FieldKind.unit: {"type": "string", "maxLength": 200},
    FieldKind.division: {"type": "string", "maxLength": 200},
    FieldKind.category: {"type": "string", "maxLength": 200},
    FieldKind.duty: {"type": "string", "maxLength": 200},
    FieldKind.case: {"type": "string", "maxLength": 200},
    FieldKind.peer: {"type": "string", "maxLength": 200},
    FieldKind.code: {"type": "string", "maxLength": 200},
    FieldKind.condition: {"type": "string", "maxLength": 2_000},
    FieldKind.entry: {"type": "string", "maxLength": 200},
    FieldKind.flag: {"type": "boolean"},
}


def form_schema(
    form: Form | None,
    wording: Wording,
    *,
    resident: bool = False,
    must_say: bool = False,
    offered: Mapping[str, tuple[Option, ...]] = NONE_OFFERED,
) -> Schema:
    """The schema of a form's answers; of no answers at all for a step that asks nothing.

    What is asked of nobody is not there; residents are not shown what is asked of the office alone. ``must_say``: at least one field is needed (``anyOf``).
    ``offered`` are what may be chosen in fields that narrow their entries by a condition (``x-where``), where that is known.
    """
    fields = [
        field
        for field in (form.fields if form is not None else ())
        if field.asked_of is not AskedOf.nobody
        and not (resident and field.asked_of is AskedOf.office)
        and field.door is None
    ]
    required = [field.id for field in fields if field.required and field.when is None and not field.infer]
    name = form.id if form is not None else ""
    properties: Schema = {
        field.id: _narrowed(field, _field(field, name, wording), offered.get(field.id, ()))
        for field in fields
    }
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    if must_say and fields and not required:
        schema["anyOf"] = [{"required": [field.id]} for field in fields]
    return schema


def _field(field: Field, form: str, wording: Wording) -> Schema:
    schema = _SHAPES[field.kind](field, wording) if field.kind in _SHAPES else dict(_TEXT[field.kind])
    schema |= {
        "title": wording.label(form, field.id),
        "x-kind": field.kind.value,
        "x-kept": field.place.value,
    }
    if help_ := wording.help(form, field.id):
        schema["description"] = help_
    if field.check is not Check.none:
        schema["x-day"] = field.check.value
    if field.asked_of is AskedOf.office:
        schema["x-asked-of"] = "office"
    if field.kind in ENTRIES:
        schema["x-register"] = field.of[0]
    if field.where is not None:
        schema["x-where"] = field.where.source
    if field.when is not None:
        schema["x-when"] = field.when.source
    return schema


def _narrowed(field: Field, schema: Schema, options: tuple[Option, ...]) -> Schema:
    """With the entries that may be chosen, where a condition narrows them."""
    if field.where is None or not options:
        return schema
    listed: Schema = {"oneOf": [{"const": each.value, "title": each.label} for each in options]}
    return {**schema, "items": listed} if field.kind is FieldKind.entries else {**schema, **listed}


def _words(field: Field, wording: Wording) -> Schema:
    del wording
    return {"type": "string", "minLength": field.least, "maxLength": field.most}


def _choice(field: Field, wording: Wording) -> Schema:
    return {"oneOf": [{"const": each, "title": wording.choice(field.id, each)} for each in field.choices]}


def _choices(field: Field, wording: Wording) -> Schema:
    return {"type": "array", "items": _choice(field, wording), "uniqueItems": True, **_bounds(field)}


def _list(field: Field, wording: Wording) -> Schema:
    del wording
    return {"type": "array", "items": {"type": "string", "maxLength": 200}, **_bounds(field)}


def _bounds(field: Field) -> Schema:
    return {"minItems": field.least, "maxItems": field.most}


def _whole(field: Field, wording: Wording) -> Schema:
    del wording
    schema: Schema = {"type": "integer", "minimum": field.least, "maximum": field.most}
    return schema | ({"x-unit": field.unit} if field.unit else {})


def _hundredths(field: Field, wording: Wording) -> Schema:
    """Whole fen, or yuan as text: never a float. A decimal likewise: hundredths, or the number as text."""
    return {"anyOf": [_whole(field, wording), {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,2})?$"}]}


_SHAPES: Mapping[FieldKind, Callable[[Field, Wording], Schema]] = {
    FieldKind.line: _words,
    FieldKind.text: _words,
    FieldKind.name: _words,
    FieldKind.choice: _choice,
    FieldKind.choices: _choices,
    FieldKind.units: _list,
    FieldKind.entries: _list,
    FieldKind.files: _list,
    FieldKind.whole: _whole,
    FieldKind.rating: _whole,
    FieldKind.money: _hundredths,
    FieldKind.decimal: _hundredths,
}
