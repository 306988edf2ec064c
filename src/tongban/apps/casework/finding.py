"""Keeps cases findable by their words: title, matter and place, as long as that content exists."""

from __future__ import annotations

import json

from tongban.apps.office import Office
from tongban.kernel.events import Event
from tongban.kernel.form import FieldKind
from tongban.store.models import Content
from tongban.store.search import index_case

INDEXED = (FieldKind.text, FieldKind.line)


def index(here: Office, event: Event) -> int:
    """React to an event that opened a case or gave it words by which it is called."""
    if event.opened is None and "title" not in event.content:
        return 0
    procedure = here.procedure(event.opened.adoption) if event.opened is not None else None
    rows = Content.objects.filter(county=here.county.code, chain=event.case).order_by("seq")
    words: dict[str, str] = {}
    kinds = (
        {field.id: field.kind for form in procedure.forms.values() for field in form.fields}
        if procedure
        else {}
    )
    for name, value in rows.values_list("field", "value"):
        if not kinds or kinds.get(name) in INDEXED:
            read = json.loads(value)
            if isinstance(read, str):
                words[name] = read
    if words:
        index_case(here.county.code, event.case, "\n".join(words.values()))
    return 1
