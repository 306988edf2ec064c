"""Forms as JSON Schema 2020-12: what their answers are once they were read.

A form reads leniently (a full-width digit, "3月9日", a list set off by commas) and keeps one way of writing each answer; the schema
says that one. So whatever a form accepts, its answers fit the schema; and what fits the schema is accepted, but for what only the
registers know (whether a unit exists) and check digits. What hangs on another answer is named (``x-when``) and never required.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tongban.apps.formats.bpmn import Words
from tongban.kernel.form import AskedOf, Field, FieldKind, Form
from tongban.kernel.form.field import Check
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.practice import Practice

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MEDIA = "application/schema+json"
Schema = dict[str, Any]
_CODE = r"^\S(.*\S)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def schemas(practice: Practice, language: str) -> bytes | Refused:
    """All forms of a practice in one file, each under ``$defs``. Refuses one that cannot be bound with its default settings."""
    procedure = bind(practice, {})
    if isinstance(procedure, Refused):
        return procedure
    words = Words(practice.words.get(language, {}), language)
    whole = {
        "$schema": DIALECT,
        "$id": f"urn:tongban:practice:{practice.id}:{practice.version}:forms",
        "title": words.of("practice.title", practice.id),
        "$defs": {name: schema_of(form, words) for name, form in procedure.forms.items()},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def schema_of(form: Form, words: Words) -> Schema:
    """One form, of everything that is ever in its answers, also what the office or a register fills in."""
    required = [
        each.id
        for each in form.fields
        if each.required and each.when is None and each.asked_of is AskedOf.everybody and not each.infer
    ]
    return {
        "type": "object",
        "properties": {each.id: _field(each, form.id, words) for each in form.fields},
        "required": required,
        "additionalProperties": False,
    }


def _field(field: Field, form: str, words: Words) -> Schema:
    said = {part: words.of(f"forms.{form}.{field.id}.{part}", words.of(f"fields.{field.id}.{part}", "")) for part in ("label", "help")}  # fmt: skip
    schema = _SHAPES[field.kind](field, words)
    schema |= {"title": said["label"] or field.id, "x-kind": field.kind.value, "x-kept": field.place.value}
    if said["help"]:
        schema["description"] = said["help"]
    if field.check is not Check.none:
        schema["x-day"] = field.check.value
    if field.where is not None:
        schema["x-where"] = field.where.source
    if field.when is not None:
        schema["x-when"] = field.when.source
    if field.asked_of is not AskedOf.everybody:
        schema["x-asked-of"] = field.asked_of.value
    if field.of:
        schema["x-of"] = list(field.of)
    return schema


def _words(field: Field, words: Words) -> Schema:
    """A line has no line in it, and nothing is only blanks."""
    del words
    one_line = field.kind not in (FieldKind.text, FieldKind.condition)
    pattern = r"^[^\r\n]*\S[^\r\n]*$" if one_line else r"\S"
    return {"type": "string", "minLength": max(field.least, 1), "maxLength": field.most, "pattern": pattern}


def _choice(field: Field, words: Words) -> Schema:
    return {"oneOf": [_option(field, each, words) for each in field.choices]}


def _option(field: Field, choice: str, words: Words) -> Schema:
    return {"const": choice, "title": words.of(f"choices.{field.id}.{choice}", choice)}


def _choices(field: Field, words: Words) -> Schema:
    return {"type": "array", "items": _choice(field, words), "uniqueItems": True, **_bounds(field)}


def _list(field: Field, words: Words) -> Schema:
    del words
    item = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": _CODE}
    return {"type": "array", "items": item, "uniqueItems": True, **_bounds(field)}


def _bounds(field: Field) -> Schema:
    return {"minItems": max(field.least, 1), "maxItems": field.most}


def _whole(field: Field, words: Words) -> Schema:
    """Of money whole fen, of a decimal hundredths: never a float."""
    del words
    schema: Schema = {"type": "integer", "minimum": field.least, "maximum": field.most}
    unit = "fen" if field.kind is FieldKind.money else field.unit
    schema |= {"x-unit": unit} if unit else {}
    return schema | ({"x-hundredths": True} if field.kind is FieldKind.decimal else {})


def _text(**shape: object) -> Callable[[Field, Words], Schema]:
    def made(field: Field, words: Words) -> Schema:
        del field, words
        return {"type": "string", "minLength": 1, "maxLength": 100, **shape}

    return made


def _flag(field: Field, words: Words) -> Schema:
    del field, words
    return {"type": "boolean"}


_REGISTERED = _text(pattern=_CODE)
_SHAPES: Mapping[FieldKind, Callable[[Field, Words], Schema]] = {
    FieldKind.line: _words,
    FieldKind.text: _words,
    FieldKind.name: _words,
    FieldKind.choice: _choice,
    FieldKind.choices: _choices,
    FieldKind.flag: _flag,
    FieldKind.whole: _whole,
    FieldKind.money: _whole,
    FieldKind.decimal: _whole,
    FieldKind.rating: _whole,
    FieldKind.date: _text(format="date", pattern=_DAY),
    FieldKind.moment: _text(format="date-time", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z$"),
    FieldKind.phone: _text(pattern=r"^[0-9+*#-]{3,30}$"),
    FieldKind.id_card: _text(pattern=r"^[0-9]{17}[0-9X]$"),
    FieldKind.credit_code: _text(pattern=r"^[0-9A-Z]{18}$"),
    FieldKind.division: _text(pattern=r"^[0-9]{2,12}$"),
    FieldKind.unit: _REGISTERED,
    FieldKind.category: _REGISTERED,
    FieldKind.duty: _REGISTERED,
    FieldKind.case: _REGISTERED,
    FieldKind.peer: _REGISTERED,
    FieldKind.code: _REGISTERED,
    FieldKind.condition: _words,
    FieldKind.entry: _REGISTERED,
    FieldKind.units: _list,
    FieldKind.files: _list,
    FieldKind.entries: _list,
}
