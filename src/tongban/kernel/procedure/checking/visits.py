"""Whoever makes somebody come again says why: the form of such a step asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.form import Field, FieldKind, Held
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import Graph
from tongban.kernel.procedure.checking.people import by_system_only

VISITS = "case.visits"


def reasons(graph: Graph) -> Iterator[Fault]:
    """A step that may be a visit is somebody's, and its own form asks for the reason when it is not the first; to open a case is always the first."""
    for step in graph.kind.steps.values():
        if step.visit is None:
            continue
        where = graph.at(step.id)
        if by_system_only(step):
            yield Fault("check.visit_of_nobody", where, {"step": step.id})
        form = graph.procedure.forms.get(step.form)
        asked = {each.id: each for each in form.fields} if form is not None else {}
        reason = asked.get(step.visit.why)
        if not step.opens and (reason is None or not _gives_a_reason(reason)):
            yield Fault("check.visit_reason", where, {"step": step.id, "field": step.visit.why})
        place = step.visit.unit
        if place and (place not in asked or asked[place].kind is not FieldKind.unit):
            yield Fault("check.visit_unit", where, {"step": step.id, "field": place})


def _gives_a_reason(field: Field) -> bool:
    """Whether it is a choice that the ledger keeps, and must be answered whenever it is asked: from the second visit on."""
    again = field.when is not None and VISITS in field.when.names
    return field.kind is FieldKind.choice and field.place is Held.ledger and field.required and again
