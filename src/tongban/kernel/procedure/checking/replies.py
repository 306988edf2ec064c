"""Parts of a reply: a text that is marked as one must be asked where the work is told."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.model import Procedure


def part_of_none(procedure: Procedure) -> Iterator[Fault]:
    """Fields marked with what they say, in a form that no step asks which is marked as work: nobody would look."""
    steps = [(kind.id, step) for kind in procedure.kinds.values() for step in kind.steps.values()]
    told = {step.form for _, step in steps if step.work}
    seen = set(told)
    for kind, step in steps:
        form = procedure.forms.get(step.form)
        if form is None or form.id in seen:
            continue
        seen.add(form.id)
        for field in form.fields:
            if field.says is not None:
                facts = {"field": field.id, "form": form.id}
                yield Fault("check.part_of_no_reply", f"{kind}/{step.id}/{field.id}", facts)
