"""On what it hangs whether a field of a form is asked: answers of the same form, and what registers say of them."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.apps.wording import Wording
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.form import Field, Form
from tongban.kernel.procedure.register import names_of
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.procedure.subjects import SUBJECT
from tongban.kernel.value import Facts, Value

_AS_ENTERED = (ValueKind.flag, ValueKind.text, ValueKind.texts)
"""What an answer can be looked at as, as it was sent."""
GIVEN = "given."
"""What an answer of the same form is called after in an expression."""


def may_be_asked(form: Form, field: Field, sight: Sight) -> bool:
    """Whether the field's condition may hold: one that looks at answers of the same form is left open."""
    if field.when is None:
        return True
    own = {f"{area}.{each.id}" for each in form.fields for area in ("facts", "given")}
    return bool(field.when.names & own) or field.when.holds(sight)


def by_answers(
    form: Form, field: Field, wording: Wording, entered: Mapping[str, object], subject: Facts
) -> dict[str, Value | None]:
    """What registers say, by name, that the condition of a field looks at by answers of the same form; None while those were not entered."""
    ids = {each.id for each in form.fields}
    keys = {name: key for name, key in _keys_of(field, wording).items() if ids.issuperset(key)}
    known = {name for name, key in keys.items() if all(entered.get(each) for each in key)}
    return {name: subject.get(name.removeprefix(SUBJECT)) if name in known else None for name in keys}


def _keys_of(field: Field, wording: Wording) -> dict[str, tuple[str, ...]]:
    """The fields by which a row is known that the condition of this one looks at, by the name of what it says."""
    columns = names_of(wording.procedure.registers)
    names = field.when.names if field.when is not None else ()
    said = {name: columns.get(name.removeprefix(SUBJECT)) for name in names if name.startswith(SUBJECT)}
    return {name: found[0].key for name, found in said.items() if found is not None}


def wanted(form: Form, field: Field, entered: Mapping[str, object], told: Mapping[str, Value | None]) -> bool:
    """Whether what was entered so far asks for the field; a condition that looks at anything but answers of the same form and what
    registers say of them (``told``), or at a number, is left open."""
    if field.when is None:
        return True
    found = {name: value for name, value in told.items() if value is not None}
    for name in field.when.names - told.keys():
        asked = next((each for each in form.fields if name == f"given.{each.id}"), None)
        if asked is None or asked.expression_kind not in _AS_ENTERED:
            return True
        given = entered.get(asked.id, "")
        match asked.expression_kind:
            case ValueKind.flag:
                found[name] = given not in ("", "false")
            case ValueKind.texts:
                found[name] = (
                    tuple(str(each) for each in given)
                    if isinstance(given, list | tuple)
                    else (str(given),) * bool(given)
                )
            case _:
                found[name] = str(given)
    return field.when.holds(found)


def hangs_on(field: Field, wording: Wording) -> tuple[str, ...]:
    """The fields whose answers say whether this one is asked: by themselves, or by what a register says of them."""
    names = field.when.names if field.when is not None else ()
    own = {name.removeprefix(GIVEN) for name in names if name.startswith(GIVEN)}
    return tuple(sorted(own.union(*_keys_of(field, wording).values())))
