"""What whoever releases a text for the public should look at before: the names that seem to stand in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tongban.apps.disclosure.names import named
from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.kernel.county import Level
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure, Publish, Step
from tongban.kernel.refusal import Refused
from tongban.store.batch import STEP, Loaded
from tongban.store.models import Content, DivisionRow

_WRITTEN = (FieldKind.text, FieldKind.line)


def names_released(number: str, step: str, answers: Mapping[str, object]) -> tuple[str, ...]:
    """Words in what the step would publish that look like a place, a shop or a person.

    Of a step that asks nothing, in what was written at the steps it judged. () for a step that publishes nothing.
    """
    here = office()
    read = read_number(number)
    loaded = None if isinstance(read, Refused) else here.load(read)
    if loaded is None:
        return ()
    procedure = here.procedure(loaded.case.adoption)
    rule = procedure.kinds[loaded.case.kind].steps.get(step)
    if rule is None or not any(isinstance(each, Publish) for each in rule.follows):
        return ()
    return named(_texts(here, procedure, rule, loaded, answers), _villages(here))


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
    fields = {f.id for name in judged if name in procedure.forms for f in procedure.forms[name].fields}
    seqs = [
        e.seq for e in here.journal.events(loaded.case.id) if e.kind == STEP and e.event().step in rule.judges
    ]
    kept = Content.objects.filter(
        county=here.county.code, chain=loaded.case.id, seq__in=seqs, field__in=fields
    )
    for value in kept.values_list("value", flat=True):
        text = json.loads(value)
        if isinstance(text, str):
            yield text


def _villages(here: Office) -> tuple[str, ...]:
    """Names finer than a township, as they are said: 大埂 of 大埂村."""
    rows = DivisionRow.objects.filter(county=here.county.code, level=Level.VILLAGE.value).exclude(short="")
    return tuple(rows.values_list("short", flat=True))
