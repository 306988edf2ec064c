"""What whoever releases a text for the public should look at before: the names and illnesses in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tongban.apps.acting import Acting
from tongban.apps.disclosure.names import named, people
from tongban.apps.disclosure.publishing import official_words
from tongban.apps.office import Office
from tongban.kernel.county import Level
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure, Step
from tongban.kernel.procedure.publicity import drafts, publishes
from tongban.kernel.refusal import Refused
from tongban.store.batch import STEP, Loaded
from tongban.store.identity import standing
from tongban.store.models import Content, DivisionRow

_WRITTEN = (FieldKind.text, FieldKind.line)
_NAMING = (FieldKind.name, *_WRITTEN)


def names_unseen(
    here: Office, loaded: Loaded, step: str, answers: Mapping[str, object], acting: Acting
) -> Refused | None:
    """Names in what the step would publish, or have published, that the actor was not shown yet.

    Words that look like a place, a shop, a person or an illness, and what the case's own texts and contact data
    call somebody; of a step that asks nothing, in what was written last at the
    steps it judged and is not kept among colleagues. Once they were shown, letting them stand is the actor's word: None. None also for a step that
    has nothing to do with publishing. Refuses with ``disclosure.names`` or, where somebody else still releases the text,
    ``disclosure.names_drafted``.
    """
    procedure = here.procedure(loaded.case.adoption)
    kind = procedure.kinds[loaded.case.kind]
    rule = kind.steps.get(step)
    if rule is None:
        return None
    case = loaded.case
    public = here.once(
        ("publicity", case.adoption, case.kind, step), lambda: publishes(rule) or drafts(kind, rule)
    )
    if not public:
        return None
    texts = tuple(_texts(here, procedure, rule, loaded, answers))
    plain = (*official_words(here, procedure, case.id), *_official_now(procedure, rule, answers))
    names = named(texts, (*villages(here), *_known(here, procedure, case.id, texts)), plain)
    # Told apart by spaces on their way to the actor and back, and 3 幢 has one within.
    if set(pieces(acting.names_seen)).issuperset(pieces(names)):
        return None
    code = "disclosure.names" if publishes(rule) else "disclosure.names_drafted"
    return Refused(code, step, {"names": " ".join(names)})


def pieces(names: Iterable[str]) -> list[str]:
    """Names as they are compared."""
    return " ".join(names).split()


def _known(here: Office, procedure: Procedure, case: str, texts: Sequence[str]) -> Iterator[str]:
    """What the case itself calls somebody: a name in its own texts, or what the contact data say."""
    named_in = {f.id for form in procedure.forms.values() for f in form.fields if f.kind in _NAMING}
    yield from standing(here.journal, case, named_in, texts)
    kept = Content.objects.filter(county=here.county.code, chain=case).values_list("value", flat=True)
    yield from people(text for text in map(json.loads, kept) if isinstance(text, str))


def _official_now(procedure: Procedure, rule: Step, answers: Mapping[str, object]) -> Iterator[str]:
    asked = procedure.forms.get(rule.form)
    yield from (str(answers.get(each.id) or "") for each in (asked.fields if asked else ()) if each.official)


def _texts(
    here: Office, procedure: Procedure, rule: Step, loaded: Loaded, answers: Mapping[str, object]
) -> Iterator[str]:
    asked = procedure.forms.get(rule.form)
    if asked is not None:
        written = {field.id for field in asked.fields if field.kind in _WRITTEN and not field.inner}
        yield from (str(given) for name, given in answers.items() if name in written)
        return
    steps = procedure.kinds[loaded.case.kind].steps
    judged = {steps[name].form for name in rule.judges if name in steps}
    asked_there = (f for name in judged if name in procedure.forms for f in procedure.forms[name].fields)
    fields = {f.id for f in asked_there if not f.inner}
    events = (each.event() for each in here.journal.events(loaded.case.id) if each.kind == STEP)
    last = {event.step: event.seq for event in events if event.step in rule.judges}
    kept = Content.objects.filter(
        county=here.county.code, chain=loaded.case.id, seq__in=last.values(), field__in=fields
    )
    for value in kept.values_list("value", flat=True):
        text = json.loads(value)
        if isinstance(text, str):
            yield text


def villages(here: Office) -> tuple[str, ...]:
    """Names finer than a township, as they are said: 大埂 of 大埂村."""
    rows = DivisionRow.objects.filter(county=here.county.code, level=Level.VILLAGE.value).exclude(short="")
    return tuple(rows.values_list("short", flat=True))
