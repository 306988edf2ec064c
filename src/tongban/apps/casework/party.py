"""Whose case a part is: of whoever brought the whole, or of somebody else who was reached within it (a member of a household, a tenant)."""

from __future__ import annotations

from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.events import Event
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Kind


def is_phone(name: str, wording: Wording) -> bool:
    field = wording.field(name)
    return field is not None and field.kind is FieldKind.phone


def of_another(case: Case, first: Event, wording: Wording, kind: Kind) -> bool:
    """Whether the requester of a part proves it by a telephone that was written down in it, not carried from the whole: then nothing
    of the whole (its number, what it is about, how it stands) is shown to them. ``first`` opened the part."""
    if not case.root:
        return False
    asked = wording.procedure.forms.get(wording.form_of(kind, first.step))
    return not any(field.kind is FieldKind.phone for field in (asked.fields if asked is not None else ()))
