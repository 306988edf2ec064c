"""Subcases from rows: can somebody bring a table, and does each row say what it must?"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.form import Field, FieldKind, Form, Held
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import Graph
from tongban.kernel.procedure.checking.people import PERSONS
from tongban.kernel.procedure.checking.waiting import demanded
from tongban.kernel.procedure.model import OpenSubcases, Step
from tongban.kernel.procedure.rows import NO_COLUMN, columns, opening_form

TELLING = frozenset(
    {
        FieldKind.code,
        FieldKind.choice,
        FieldKind.whole,
        FieldKind.date,
        FieldKind.unit,
        FieldKind.division,
        FieldKind.category,
        FieldKind.peer,
    }
)
"""Kinds of field that can tell one row from another: one plain value in the ledger."""


def tables(graph: Graph) -> Iterator[Fault]:
    """Steps that come with a table: who brings it, how many there are, and what its rows must say."""
    for step in graph.kind.steps.values():
        found = [each for each in step.may_follow if isinstance(each, OpenSubcases) and each.rows]
        for follow in found[:1]:
            yield from _brought(graph, step, several=len(found) > 1)
            yield from _asked(graph, step, follow)
        for each in step.may_follow:
            if isinstance(each, OpenSubcases) and each.key and not (each.rows or each.register or each.meets):
                yield from _one_by_one(graph, step, each)


def _brought(graph: Graph, step: Step, *, several: bool) -> Iterator[Fault]:
    """A table comes to an open case, from somebody of the office, and one at a time."""
    where = graph.at(step.id)
    if step.opens:
        yield Fault("check.rows_opening", where, {"step": step.id})
    if not {who.relation for who in step.by} <= PERSONS:
        yield Fault("check.rows_by", where, {"step": step.id})
    if several:
        yield Fault("check.rows_two", where, {"step": step.id})


def _asked(graph: Graph, step: Step, follow: OpenSubcases) -> Iterator[Fault]:
    where, procedure = graph.at(step.id), graph.procedure
    form = opening_form(procedure, follow)
    if not columns(procedure, follow):
        yield Fault("check.rows_nothing", where, {"kind": follow.kind})
        return
    fields = {each.id: each for each in form.fields} if form is not None else {}
    sure = demanded(form) | _inferred(form)
    for name in follow.key:
        if name in follow.carry or name not in sure or not _tells(fields[name]):
            yield Fault("check.rows_key", where, {"field": name, "kind": follow.kind})
    if follow.holder and (follow.holder not in fields or fields[follow.holder].kind is not FieldKind.unit):
        yield Fault("check.rows_holder", where, {"field": follow.holder, "kind": follow.kind})
    for name in sorted(demanded(form) - set(follow.carry)):
        if fields[name].kind in NO_COLUMN:
            yield Fault("check.rows_field", where, {"field": name, "kind": follow.kind})


def _one_by_one(graph: Graph, step: Step, follow: OpenSubcases) -> Iterator[Fault]:
    """What tells subcases apart that are opened one by one is carried into each, and surely known."""
    form = opening_form(graph.procedure, follow)
    fields = {each.id: each for each in form.fields} if form is not None else {}
    for name in follow.key:
        known = name in follow.carry and name in fields and fields[name].required
        if not known or not _tells(fields[name]):
            yield Fault("check.own_key", graph.at(step.id), {"field": name, "kind": follow.kind})


def _inferred(form: Form | None) -> frozenset[str]:
    fields = form.fields if form is not None else ()
    return frozenset(each.id for each in fields if each.required and each.when is None)


def _tells(field: Field) -> bool:
    return field.kind in TELLING and field.place is Held.ledger
