"""Form fields ready to draw: labels, help, choices, what was entered and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.apps.casework.views import FieldView, Option
from tongban.apps.office import Office
from tongban.apps.wording import Wording
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts


def fields(
    form: str,
    wording: Wording,
    office: Office,
    *,
    known: Facts,
    entered: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> tuple[FieldView, ...]:
    """The fields of a form in order. ``entered`` (after a refusal) comes before what is known already."""
    asked = wording.procedure.forms.get(form)
    if asked is None:
        return ()
    faults = {fault.where: fault for fault in (refused.all() if refused is not None else ())}
    return tuple(
        _field(form, each, wording, office, known, entered, faults.get(each.id)) for each in asked.fields
    )


def _field(
    form: str,
    field: Field,
    wording: Wording,
    office: Office,
    known: Facts,
    entered: Mapping[str, object] | None,
    fault: Refused | None,
) -> FieldView:
    value = entered.get(field.id, "") if entered is not None else known.get(field.id, "")
    many = tuple(str(each) for each in value) if isinstance(value, tuple | list) else ()
    words = wording.refusal(fault) if fault is not None else None
    return FieldView(
        id=field.id,
        kind=field.kind.value,
        label=wording.label(form, field.id),
        help=wording.help(form, field.id),
        required=field.required,
        options=_options(field, wording, office),
        value="" if many else _plain(value),
        values=many,
        longest=field.most if field.kind in (FieldKind.line, FieldKind.text, FieldKind.name) else 0,
        fault=words.says if words is not None else "",
        fix=words.fix if words is not None else "",
    )


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _options(field: Field, wording: Wording, office: Office) -> tuple[Option, ...]:
    """The choices of a field; units, divisions and categories come from the registers."""
    language, names = wording.language, office.names
    match field.kind:
        case FieldKind.choice | FieldKind.choices:
            return tuple(Option(choice, wording.choice(field.id, choice)) for choice in field.choices)
        case FieldKind.unit | FieldKind.units:
            return tuple(Option(unit, names.unit(unit, language)) for unit in names.units)
        case FieldKind.category:
            return tuple(Option(code, names.category(code, language)) for code in names.categories)
        case FieldKind.division:
            return tuple(Option(code, names.division(code, language)) for code in names.divisions)
        case _:
            return ()
