"""Which practices are offered to programs that speak Open311, and which field of the opening form takes which argument.

The standard knows a fixed set of arguments; a practice has a form of its own. What belongs together is found by what a field
takes (a telephone number, a place, the matter itself). Where a form has two of a kind, or means it otherwise, the administrator
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.opening import openings
from tongban.apps.office import Office, office
from tongban.apps.open311.keys import noted
from tongban.apps.rights import may
from tongban.apps.wording import Wording
from tongban.kernel.form import AskedOf, Field, FieldKind, Form
from tongban.kernel.refusal import Refused
from tongban.library.assisted import ASSISTED
from tongban.store.models import Open311Offer

ARGUMENTS = ("service", "description", "address", "address_id", "phone", "name", "email", "media_url")
"""Arguments of the standard that a field of the form may take; ``name`` is both of its names together."""
_SERVICES = (FieldKind.category, FieldKind.choice)
_TAKES: Mapping[str, tuple[FieldKind, ...]] = {
    "service": _SERVICES,
    "description": (FieldKind.text,),
    "address": (FieldKind.line, FieldKind.text),
    "address_id": (FieldKind.division,),
    "phone": (FieldKind.phone,),
    "name": (FieldKind.name,),
    "email": (FieldKind.line,),
    "media_url": (FieldKind.line,),
}
"""The kinds of field that can take each."""


class Offer(Struct, frozen=True):
    """A practice as it is offered now. ``fields`` has the field of each argument that one takes."""

    practice: str
    adoption: str
    kind: str
    step: str
    form: Form
    fields: Mapping[str, Field]
    since: datetime

    def takes(self, argument: str) -> Field | None:
        return self.fields.get(argument)

    @property
    def asked(self) -> tuple[Field, ...]:
        """What is asked beyond the arguments of the standard, of those who ask for themselves."""
        taken = {each.id for each in self.fields.values()}
        return tuple(each for each in self.form.fields if _of_residents(each) and each.id not in taken)


def offers(here: Office, now: datetime) -> tuple[Offer, ...]:
    """What is offered and can be opened by anybody now, by practice."""
    rows = {row.practice: row for row in Open311Offer.objects.filter(county=here.county.code)}
    found: dict[str, Offer] = {}
    for way in openings(Acting(now)) if rows else ():
        if way.practice not in rows or way.practice in found:
            continue
        procedure = here.procedure(way.adoption)
        form = procedure.forms.get(procedure.kinds[way.kind].steps[way.step].form)
        if form is not None:
            row = rows[way.practice]
            fields = _fields(form, row.fields)
            found[way.practice] = Offer(
                way.practice, way.adoption, way.kind, way.step, form, fields, row.since
            )
    return tuple(found[practice] for practice in sorted(found))


def wording_of(here: Office, offer: Offer, language: str) -> Wording:
    return here.wording(offer.adoption, language)


def offerable(acting: Acting) -> tuple[tuple[str, str], ...]:
    """Practices that anybody can open, with their titles, those of the front page first."""
    ways = openings(Acting(acting.now, language=acting.language))
    return tuple(dict.fromkeys((way.practice, way.practice_title) for way in ways))


def offer(practice: str, fields: Mapping[str, str], acting: Acting) -> Offer | Refused:
    """Offer a practice, or offer it otherwise. ``fields``: which field takes an argument where that is not plain ("" for none).

    Refuses whoever is no administrator, a practice that nobody but staff opens, and a field that cannot take the argument.
    """
    if not may("offer_to_programs", acting.actor):
        return Refused("open311.not_yours")
    here = office()
    if practice not in dict(offerable(acting)):
        return Refused("open311.no_practice", practice[:60])
    with transaction.atomic():
        Open311Offer.objects.update_or_create(
            county=here.county.code,
            practice=practice,
            defaults={"fields": dict(fields), "since": acting.now},
        )
        made = next((each for each in offers(here, acting.now) if each.practice == practice), None)
        wrong = _wrong(made, fields)
        if made is None or wrong is not None:
            transaction.set_rollback(True)
            return wrong or Refused("open311.no_practice", practice[:60])
        facts = {"practice": practice, **{f"field_{name}": field for name, field in sorted(fields.items())}}
        noted(here, "open311_offered", {**facts, "by": acting.actor.person}, acting.now)
    return made


def withdraw(practice: str, acting: Acting) -> Refused | None:
    """Offer a practice no longer. Refuses one that is not offered."""
    if not may("offer_to_programs", acting.actor):
        return Refused("open311.not_yours")
    here = office()
    with transaction.atomic():
        gone, _ = Open311Offer.objects.filter(county=here.county.code, practice=practice).delete()
        if not gone:
            return Refused("open311.not_offered", practice[:60])
        noted(here, "open311_withdrawn", {"practice": practice, "by": acting.actor.person}, acting.now)
    return None


def _wrong(made: Offer | None, fields: Mapping[str, str]) -> Refused | None:
    """What of the wished fields cannot be; None when all of them can."""
    for argument, name in fields.items():
        if argument not in ARGUMENTS:
            return Refused("open311.argument", argument[:40], {"known": ARGUMENTS})
        found = made.takes(argument) if made is not None else None
        if name and (found is None or found.id != name):
            kinds = tuple(each.value for each in _TAKES[argument])
            return Refused("open311.field", argument, {"field": name[:60], "kinds": kinds})
    return None


def _of_residents(field: Field) -> bool:
    return field.asked_of is AskedOf.everybody and field.door is None and field.id not in ASSISTED


def _fields(form: Form, said: Mapping[str, str]) -> dict[str, Field]:
    """The field of each argument: as it was said, else the first that plainly takes it."""
    known = {each.id: each for each in form.fields}
    found: dict[str, Field] = {}
    for argument, find in _PLAINLY.items():
        if argument in said:
            field = known.get(said[argument])
            if field is not None and _can(argument, field):
                found[argument] = field
            continue
        free = [each for each in form.fields if each not in found.values() and _can(argument, each)]
        field = find(free)
        if field is not None:
            found[argument] = field
    return found


def _can(argument: str, field: Field) -> bool:
    """A service may also be a field that the office fills in: what was chosen is then told in words."""
    asked = field.asked_of is not AskedOf.nobody if argument == "service" else _of_residents(field)
    return asked and field.kind in _TAKES[argument]


def _first(fields: Iterable[Field]) -> Field | None:
    return next(iter(fields), None)


def _matter(fields: Iterable[Field]) -> Field | None:
    """The first longer text that must be answered, else the first."""
    several = tuple(fields)
    return _first(each for each in several if each.required) or _first(several)


def _category(fields: Iterable[Field]) -> Field | None:
    return _first(each for each in fields if each.kind is FieldKind.category)


def _line(fields: Iterable[Field]) -> Field | None:
    return _first(each for each in fields if each.kind is FieldKind.line)


def _none(fields: Iterable[Field]) -> Field | None:
    del fields
    return None


_PLAINLY: Mapping[str, Callable[[Iterable[Field]], Field | None]] = {
    "service": _category,
    "description": _matter,
    "address": _line,
    "address_id": _first,
    "phone": _first,
    "name": _first,
    "email": _none,
    "media_url": _none,
}
"""How the field of an argument is found where nobody said it."""
