"""Services and what each asks: made from the opening form and the tree of categories, never written down twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.open311.offers import Offer, offers, wording_of
from tongban.apps.wording import Wording, say
from tongban.kernel.form import ENTRIES, Field, FieldKind

REALTIME = "realtime"
"""Every answer brings its number at once: no token is ever given."""
_DATATYPES = {
    FieldKind.text: "text",
    FieldKind.whole: "number",
    FieldKind.money: "number",
    FieldKind.decimal: "number",
    FieldKind.rating: "number",
    FieldKind.date: "datetime",
    FieldKind.moment: "datetime",
    FieldKind.choice: "singlevaluelist",
    FieldKind.flag: "singlevaluelist",
    FieldKind.choices: "multivaluelist",
}
_NOT_ASKED = frozenset({FieldKind.files, FieldKind.case, FieldKind.units, *ENTRIES})
"""Kinds whose answers a program outside cannot know; who must give them opens the case on the pages."""


class Service(Struct, frozen=True):
    """A kind of request. ``keywords`` are separated by commas, ``group`` is what it lies within."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


class Choice(Struct, frozen=True):
    key: str
    name: str


class Attribute(Struct, frozen=True):
    """One thing that is asked beyond the arguments of the standard. ``order`` begins at 1."""

    variable: bool
    code: str
    datatype: str
    required: bool
    datatype_description: str
    order: int
    description: str
    values: tuple[Choice, ...]


class Chosen(Struct, frozen=True):
    """The offer behind a service code, and the value of its service field ("" where it has none)."""

    offer: Offer
    value: str
    code: str


def services(here: Office, now: datetime, language: str) -> tuple[Service, ...]:
    """All services, in the order of their codes."""
    return tuple(
        _service(here, Chosen(offer, value, code_of(offer.practice, value)), language)
        for offer in offers(here, now)
        for value in _values(here, offer)
    )


def chosen(here: Office, code: str, now: datetime) -> Chosen | None:
    """What a service code means; None for one that is not offered."""
    practice, _, value = code.partition(".")
    offer = next((each for each in offers(here, now) if each.practice == practice), None)
    if offer is None or (value and not _has(here, offer, value)):
        return None
    return Chosen(offer, value, code_of(practice, value))


def definition(here: Office, found: Chosen, language: str) -> tuple[Attribute, ...]:
    """What a service asks, in the order of the form."""
    wording = wording_of(here, found.offer, language)
    fields = (*_beside(found.offer), *found.offer.asked)
    shown = [each for each in fields if each.kind not in _NOT_ASKED]
    return tuple(_attribute(found.offer, field, n, wording) for n, field in enumerate(shown, 1))


def code_of(practice: str, value: str) -> str:
    return f"{practice}.{value}" if value else practice


def name_of(here: Office, adoption: str, value: str, language: str) -> str:
    """What a service is called, also one of a case whose category is wider than any service."""
    wording = here.wording(adoption, language)
    if not value:
        return wording.title()
    if value in here.names.categories:
        return here.names.category(value, language)
    fields = (field for form in wording.procedure.forms.values() for field in form.fields)
    named = next((field.id for field in fields if value in field.choices), "")
    return wording.choice(named, value) if named else value


def _beside(offer: Offer) -> Iterator[Field]:
    """Arguments that the standard leaves optional and the form must have: asked by name, so that a program shows them."""
    for argument in ("phone", "name", "email"):
        field = offer.takes(argument)
        if field is not None and field.required:
            yield field


def _values(here: Office, offer: Offer) -> tuple[str, ...]:
    field = offer.takes("service")
    if field is None:
        return ("",)
    if field.kind is FieldKind.choice:
        return field.choices
    codes = sorted(here.names.categories)
    wider = {code.rpartition(".")[0] for code in codes}
    return tuple(code for code in codes if code not in wider)


def _has(here: Office, offer: Offer, value: str) -> bool:
    field = offer.takes("service")
    if field is None:
        return False
    return value in (field.choices if field.kind is FieldKind.choice else here.names.categories)


def _service(here: Office, found: Chosen, language: str) -> Service:
    wording, field = wording_of(here, found.offer, language), found.offer.takes("service")
    title = wording.title()
    above: tuple[str, ...] = ()
    if field is None or not found.value:
        name = title
    elif field.kind is FieldKind.choice:
        name = wording.choice(field.id, found.value)
    else:
        parts = found.value.split(".")
        codes = [".".join(parts[:n]) for n in range(1, len(parts))]
        above = tuple(here.names.category(code, language) for code in codes if code in here.names.categories)
        name = here.names.category(found.value, language)
    return Service(
        service_code=found.code,
        service_name=name,
        description=" › ".join((title, *above, name) if found.value else (title,)),
        metadata=bool(definition(here, found, language)),
        type=REALTIME,
        keywords=", ".join(dict.fromkeys((*above, name))),
        group=above[0] if above else title,
    )


def _attribute(offer: Offer, field: Field, n: int, wording: Wording) -> Attribute:
    return Attribute(
        variable=True,
        code=field.id,
        datatype=_DATATYPES.get(field.kind, "string"),
        required=field.required and field.when is None and not field.infer,
        datatype_description=wording.help(offer.form.id, field.id),
        order=n,
        description=wording.label(offer.form.id, field.id, resident=True),
        values=_choices(field, wording),
    )


def _choices(field: Field, wording: Wording) -> tuple[Choice, ...]:
    if field.kind is FieldKind.flag:
        words = (("true", "value.yes"), ("false", "value.no"))
        return tuple(Choice(key, say(each, wording.language)) for key, each in words)
    return tuple(Choice(each, wording.choice(field.id, each)) for each in field.choices)
