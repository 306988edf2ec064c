"""What a step proposed for the public becomes a de-identified text.

Only what a person wrote to be published goes out: the texts of the publishing step itself or, when it asks
nothing, of the steps it judged. They are masked once more, what the identity store knows of the requester
is struck out of them, and beside them stand facts that name nobody: category, place and unit down to the
township, outcome, and how long it took. The matter in the requester's own words never is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.county import Level
from tongban.kernel.events import Event, Published, TakenDown
from tongban.kernel.form import Field, FieldKind, Held, mask_text
from tongban.kernel.procedure.model import Procedure
from tongban.store import published
from tongban.store.batch import STEP, Loaded
from tongban.store.identity import struck
from tongban.store.models import Content
from tongban.store.published import Text, put

TITLE_LENGTH = 60
_ENDS = "。！？；!?;\n"
_WIDE = (Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE)
"""Levels at which a place or unit may be named in public (domain rules 1.6)."""


class PublicPart(Struct, frozen=True):
    """One named part of a published text: the field's id and its masked words, or the code chosen."""

    field: str
    words: str


def publish(here: Office, event: Event) -> int:
    """React to one event; how many texts were published or taken down. Publishing the same again replaces it."""
    down = [each.what for each in event.follows if isinstance(each, TakenDown)]
    return sum(withdraw(here, what, event.case, event.at) for what in down) + _put_out(here, event)


def publish_unnoted(here: Office) -> int:
    """Publish anew, from their cases, the texts that the ledger never noted; of how many cases.

    What stands beside the ledger is replaced by what the steps there say, so a text that no step published stays without a note.
    """
    cases = published.unnoted(here.journal)
    for case in cases:
        for each in here.journal.events(case):
            if each.kind == STEP:
                publish(here, each.event())
    return len(cases)


def _put_out(here: Office, event: Event) -> int:
    proposed = [each for each in event.follows if isinstance(each, Published)]
    loaded = next(iter(here.journal.load(ids=[event.case])), None) if proposed else None
    if loaded is None:
        return 0
    parts = _parts(here, loaded, event)
    if not parts:
        return 0
    for each in proposed:
        _write(here, loaded, event, each, parts)
    return len(proposed)


def _parts(here: Office, loaded: Loaded, event: Event) -> list[PublicPart]:
    """What was written for the public, masked and struck, in the order of its forms."""
    procedure = here.procedure(loaded.case.adoption)
    kept = Content.objects.filter(county=here.county.code, chain=event.case)
    texts = {(seq, name): value for seq, name, value in kept.values_list("seq", "field", "value")}
    found: list[PublicPart] = []
    plain = official_words(here, procedure, event.case)
    for source in _sources(here, procedure, loaded, event):
        for field in _asked(procedure, loaded.case.kind, source.step):
            words = _words(field, source, texts, plain)
            if words:
                found.append(PublicPart(field.id, words))
    kinds = {
        f.id: f.kind for form in procedure.forms.values() for f in form.fields if f.place is Held.identity
    }
    out = struck(here.journal, event.case, kinds, [part.words for part in found])
    return [PublicPart(part.field, words) for part, words in zip(found, out, strict=True)]


def _sources(here: Office, procedure: Procedure, loaded: Loaded, event: Event) -> Iterator[Event]:
    """The publishing event or, when its step asks nothing, the last of each step that it judged, as they were taken: the first has the title."""
    step = procedure.kinds[loaded.case.kind].steps.get(event.step)
    if step is None or step.form:
        yield event
        return
    events = (each.event() for each in here.journal.events(event.case) if each.kind == STEP)
    last = {each.step: each for each in events if each.seq < event.seq and each.step in step.judges}
    yield from sorted(last.values(), key=lambda each: each.seq)


def _asked(procedure: Procedure, kind: str, step: str) -> tuple[Field, ...]:
    taken = procedure.kinds[kind].steps.get(step)
    form = procedure.forms.get(taken.form) if taken is not None else None
    return form.fields if form is not None else ()


def official_words(here: Office, procedure: Procedure, case: str) -> tuple[str, ...]:
    """What a case says of somebody in office that the law makes public."""
    asked = {f.id for form in procedure.forms.values() for f in form.fields if f.official}
    if not asked:
        return ()
    kept = Content.objects.filter(county=here.county.code, chain=case, field__in=asked)
    return tuple(str(json.loads(value)) for value in kept.values_list("value", flat=True))


def _words(field: Field, source: Event, texts: Mapping[tuple[int, str], str], plain: Collection[str]) -> str:
    """A text masked but for ``plain``, a choice as its code, "" for anything else and for a word among colleagues or for the requester alone."""
    if field.inner or field.released_by:
        return ""
    match field.kind:
        case FieldKind.choice:
            return str(source.facts.get(field.id) or "")
        case FieldKind.text | FieldKind.line:
            read = json.loads(texts.get((source.seq, field.id), '""'))
            return mask_text(read, plain).strip() if isinstance(read, str) else ""
        case _:
            return ""


def place_of(here: Office, division: str) -> str:
    """The township a place lies in, or the county: nothing finer is ever published."""
    for code in here.county.division_chain(division):
        found = here.county.divisions.get(code)
        if found is not None and found.level in _WIDE:
            return code
    return here.county.code


def _worked(here: Office, case: Case) -> str:
    about = here.journal.load(ids=[case.about]) if case.about else ()
    return about[0].case.worker if about else case.worker


def unit_of(here: Office, case: Case) -> str:
    """The unit that did the work, of a case that is about another one the work there, as ``wide_unit`` tells it."""
    return wide_unit(here, _worked(here, case))


def wide_unit(here: Office, unit: str) -> str:
    """A unit as the public is told of it: for a village's, the township above it, whose name gives no village away."""
    known = here.county.units.get(unit)
    if known is None or known.level in _WIDE:
        return unit
    return next((each.id for each in here.county.superiors(unit) if each.level in _WIDE), "")


def _write(here: Office, loaded: Loaded, event: Event, proposed: Published, parts: list[PublicPart]) -> None:
    case, procedure = loaded.case, here.procedure(loaded.case.adoption)
    category = case.facts.get("category")
    chosen = {f.id for form in procedure.forms.values() for f in form.fields if f.kind is FieldKind.choice}
    words = [part.words for part in parts if part.field not in chosen]
    body = {
        "parts": [[part.field, part.words] for part in parts],
        "outcome": case.outcome,
        "unit": unit_of(here, case),
        "opened": case.opened_at.isoformat(),
        "settled": case.settled_at.isoformat() if case.settled_at else "",
        "adoption": case.adoption,
    }
    text = Text(
        what=proposed.what,
        chain=case.id,
        category=category if isinstance(category, str) else "",
        division=place_of(here, case.division),
        title=_title(words[0]) if words else "",
        text=json.dumps(body, ensure_ascii=False),
        plain="\n".join(words),
        since=event.at,
        until=proposed.until,
    )
    put(here.journal, text)


def _title(words: str) -> str:
    """The first sentence, cut where it gets long."""
    cut = next((at for at, char in enumerate(words) if char in _ENDS), len(words))
    return words[:cut] if cut <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"


def withdraw(here: Office, what: str, chain: str, at: datetime) -> bool:
    """Take a published text down from a moment on; whether there was one."""
    return published.withdraw(here.journal, what, chain, at)
