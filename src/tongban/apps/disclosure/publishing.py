"""What a step proposed for the public becomes a de-identified text.

Only what the publishing step itself wrote is published, masked once more, with facts that name nobody:
category, place down to the township, the unit, outcome, and how long it took. The matter in the
requester's own words never is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tongban.apps.office import Office
from tongban.kernel.county import Level
from tongban.kernel.events import Event, Published
from tongban.kernel.form import FieldKind, mask_text
from tongban.kernel.value import Value
from tongban.store.batch import Loaded
from tongban.store.models import Content, PublicText
from tongban.store.search import pairs

TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class PublicPart:
    """One named part of a published text: the field's id and its masked words."""

    field: str
    words: str


def publish(here: Office, event: Event) -> int:
    """React to one event; how many texts were published. Publishing the same again replaces it."""
    proposed = [each.what for each in event.follows if isinstance(each, Published)]
    if not proposed:
        return 0
    (loaded,) = here.journal.load(ids=[event.case]) or (None,)
    if loaded is None:
        return 0
    parts = _parts(here, loaded, event)
    if not parts:
        return 0
    for what in proposed:
        _write(here, loaded, event, what, parts)
    return len(proposed)


def _parts(here: Office, loaded: Loaded, event: Event) -> list[PublicPart]:
    """The publishing step's own texts, masked, in the order of its form."""
    procedure = here.procedure(loaded.case.adoption)
    step = procedure.kinds[loaded.case.kind].steps.get(event.step)
    form = procedure.forms.get(step.form) if step is not None else None
    if form is None:
        return []
    kept = dict(
        Content.objects.filter(county=here.county.code, chain=event.case, seq=event.seq).values_list(
            "field", "value"
        )
    )
    texts: dict[str, Value] = {name: _unquoted(value) for name, value in kept.items()}
    return [
        PublicPart(field.id, mask_text(str(texts[field.id])))
        for field in form.fields
        if field.kind in (FieldKind.text, FieldKind.line) and texts.get(field.id)
    ]


def _unquoted(value: str) -> str:
    read = json.loads(value)
    return read if isinstance(read, str) else ""


def township_of(here: Office, division: str) -> str:
    """The township a place lies in, or the county: nothing finer is ever published (domain rules 1.6)."""
    for code in here.county.division_chain(division):
        found = here.county.divisions.get(code)
        if found is not None and found.level in (Level.TOWNSHIP, Level.COUNTY):
            return code
    return here.county.code


def _write(here: Office, loaded: Loaded, event: Event, what: str, parts: list[PublicPart]) -> None:
    case = loaded.case
    category = case.facts.get("category")
    title = _title(parts)
    plain = " ".join([title, *(part.words for part in parts)])
    text = {
        "parts": [[part.field, part.words] for part in parts],
        "outcome": case.outcome,
        "unit": _worker(loaded),
        "opened": case.opened_at.isoformat(),
        "settled": case.settled_at.isoformat() if case.settled_at else "",
        "adoption": case.adoption,
    }
    values: dict[str, str | list[str] | datetime] = {
        "county": here.county.code,
        "what": what,
        "chain": case.id,
        "category": category if isinstance(category, str) else "",
        "division": township_of(here, case.division),
        "title": title,
        "text": json.dumps(text, ensure_ascii=False),
        "plain": plain,
        "pairs": pairs(plain),
        "since": event.at,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO store_public (county, what, chain, category, division, title, text, plain, vector, since, until)
               VALUES (%(county)s, %(what)s, %(chain)s, %(category)s, %(division)s, %(title)s, %(text)s, %(plain)s,
                       array_to_tsvector(%(pairs)s::text[]), %(since)s, NULL)
               ON CONFLICT (county, what, chain) DO UPDATE SET category = excluded.category,
                   division = excluded.division, title = excluded.title, text = excluded.text, plain = excluded.plain,
                   vector = excluded.vector, since = excluded.since, until = NULL""",
            values,
        )


def _worker(loaded: Loaded) -> str:
    """The unit that did the work: the one before the receiving unit took the answer back."""
    case = loaded.case
    return case.previous_holder if case.holder == case.home and case.previous_holder else case.holder


def _title(parts: list[PublicPart]) -> str:
    first = parts[0].words.strip().split("\n")[0]
    cut = next((i for i, char in enumerate(first) if char in "。！？；!?;"), len(first))
    title = first[: min(cut, TITLE_LENGTH)]
    return title + ("…" if len(first) > TITLE_LENGTH and cut > TITLE_LENGTH else "")


def withdraw(here: Office, what: str, chain: str, at: datetime) -> bool:
    """Take a published text down from a moment on; whether there was one."""
    return bool(PublicText.objects.filter(county=here.county.code, what=what, chain=chain).update(until=at))
