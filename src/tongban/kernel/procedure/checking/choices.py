"""Conditions on a choice: what is compared with it must be one of its choices, or the condition is dead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel.expression import Expression
from tongban.kernel.expression.tree import Call, Entries, Literal, Name, Node
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.model import Kind, Procedure

_COMPARING = frozenset({"_==_", "_!=_", "@in"})
_CHOOSING = frozenset({FieldKind.choice, FieldKind.choices})


def never_chosen(procedure: Procedure) -> Iterator[Fault]:
    """Texts that a condition compares with the answer to a choice and that no form offers for it."""
    offered = _offered(procedure)
    for where, expression in _conditions(procedure):
        for name, text in _compared(expression.tree):
            choices = offered.get(name)
            if choices is not None and text and text not in choices:  # "" asks whether it was answered
                facts = {
                    "field": name,
                    "given": text,
                    "choices": ", ".join(sorted(choices)),
                    "expression": expression.source,
                }
                yield Fault("check.never_chosen", where, facts)


def _offered(procedure: Procedure) -> Mapping[str, frozenset[str]]:
    """The choices of each field that is nothing but a choice, in all forms together."""
    found: dict[str, frozenset[str]] = {}
    open_ended: set[str] = set()
    for form in procedure.forms.values():
        for field in form.fields:
            if field.kind in _CHOOSING:
                found[field.id] = found.get(field.id, frozenset()) | frozenset(field.choices)
            else:
                open_ended.add(field.id)
    return {name: choices for name, choices in found.items() if name not in open_ended}


def _conditions(procedure: Procedure) -> Iterator[tuple[str, Expression]]:
    """Every condition with its place."""
    for kind in procedure.kinds.values():
        yield from _of_kind(kind)
    for rule in procedure.routing:
        if rule.when is not None:
            yield "routing", rule.when
    for form in procedure.forms.values():
        for field in form.fields:
            if field.when is not None:
                yield f"{form.id}/{field.id}", field.when


def _of_kind(kind: Kind) -> Iterator[tuple[str, Expression]]:
    if kind.shared is not None:
        yield f"{kind.id}/shared", kind.shared
    for step in kind.steps.values():
        where = f"{kind.id}/{step.id}"
        yield from ((where, guard.that) for guard in step.needs)
        yield from ((where, branch.when) for branch in step.to if branch.when is not None)
    for clock in kind.clocks.values():
        yield from ((f"{kind.id}/{clock.id}", rule.when) for rule in clock.limits if rule.when is not None)


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    """The field and the text of every comparison of an answer with a text written out."""
    if not isinstance(node, Call):
        return
    if node.function in _COMPARING and len(node.args) == 2:
        left, right = node.args
        for one, other in ((left, right), (right, left)):
            name = _answer(one)
            if name:
                yield from ((name, text) for text in _texts(other))
    for each in node.args:
        yield from _compared(each)


def _answer(node: Node) -> str:
    """The field that a name stands for; "" for anything but an answer."""
    if isinstance(node, Name) and node.name.startswith("facts."):
        return node.name.removeprefix("facts.")
    return ""


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Literal(value=str() as text):
            yield text
        case Entries(items=items):
            for item in items:
                yield from _texts(item)
        case _:
            pass
