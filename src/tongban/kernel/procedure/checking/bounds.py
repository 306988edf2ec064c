"""Which edges a case can take only so many times.

An edge is bounded by the ``at_most`` of its step, or by a condition that holds only while the count of
a step is below a fixed number. A condition on the count of another step bounds an edge if every cycle
over the edge contains that other step.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.expression import Expression
from tongban.kernel.expression.tree import Call, Literal, Name, Node
from tongban.kernel.procedure.checking.graph import Edge, Graph

_BELOW = {"_<_", "_<=_", "_==_"}
_ABOVE = {"_>_", "_>=_", "_==_"}
_OPPOSITE = {"_<_": "_>=_", "_<=_": "_>_", "_>_": "_<=_", "_>=_": "_<_", "_==_": "_!=_", "_!=_": "_==_"}


def unbounded(graph: Graph) -> frozenset[Edge]:
    """The edges that a case could take for ever, as far as counts alone can tell."""
    left = {edge for edge in graph.edges if not edge.step.at_most}
    capped = {edge: counts for edge in left if (counts := frozenset(capped_counts(edge)))}
    while True:
        done = {edge for edge, counts in capped.items() if edge in left and _caps(graph, left, edge, counts)}
        if not done:
            return frozenset(left)
        left -= done


def _caps(graph: Graph, left: set[Edge], edge: Edge, counts: frozenset[str]) -> bool:
    """Whether no cycle over the edge can do without a step whose count the edge's condition caps."""
    if edge.step.id in counts:
        return True
    for step in counts:
        back = graph.walk((edge.to,), lambda each, step=step: each in left and each.step.id != step)  # type: ignore[misc]
        if edge.source not in back:
            return True
    return False


def capped_counts(edge: Edge) -> Iterator[str]:
    """The steps whose counts must be below something fixed for this edge to be taken."""
    for guard in edge.step.needs:
        yield from _capped(guard.that.tree, True)
    for branch in edge.step.to[: edge.number]:
        if branch.when is not None:
            yield from _capped(branch.when.tree, False)
    if edge.branch.when is not None:
        yield from _capped(edge.branch.when.tree, True)


def _capped(node: Node, holds: bool) -> set[str]:
    """The counts that are capped when ``node`` holds (or, with ``holds`` False, when it does not)."""
    match node:
        case Call(function="!_", args=(inner,)):
            return _capped(inner, not holds)
        case Call(function="_&&_" | "_||_" as function, args=(left, right)):
            one, two = _capped(left, holds), _capped(right, holds)
            return one | two if (function == "_&&_") == holds else one & two
        case Call(function=function, args=(left, right)) if function in _OPPOSITE:
            relation = function if holds else _OPPOSITE[function]
            if relation in _BELOW and _fixed(right):
                return _counts(left)
            return _counts(right) if relation in _ABOVE and _fixed(left) else set()
        case _:
            return set()


def _fixed(node: Node) -> bool:
    """Whether a value is the same for the whole life of a case."""
    match node:
        case Literal():
            return True
        case Name(name=name):
            return name.startswith("settings.")
        case Call(function="_+_" | "_-_" | "_*_", args=args):
            return all(_fixed(each) for each in args)
        case _:
            return False


def _counts(node: Node) -> set[str]:
    """The counts in a sum of counts and fixed numbers; each is capped when the sum is."""
    match node:
        case Name(name=name) if name.startswith("count."):
            return {name.removeprefix("count.")}
        case Call(function="_+_", args=(left, right)):
            if _fixed(right):
                return _counts(left)
            if _fixed(left):
                return _counts(right)
            one, two = _counts(left), _counts(right)
            return one | two if one and two else set()
        case _:
            return set()


def entries(graph: Graph, stage: str) -> int | None:
    """How often a case can come to a stage at most; None when nothing bounds it."""
    total = 0
    for step in {edge.step.id: edge.step for edge in graph.edges if edge.to == stage != edge.source}.values():
        if not step.opens and not step.at_most:
            return None
        total += step.at_most or 1
    return total


def lasts(graph: Graph, edge: Edge) -> bool:
    """Whether a step cannot be used up while a case may still need it to leave its stages.

    A bounded step lasts when it always leaves its stages and they cannot be entered more often than it
    may be taken.
    """
    step = edge.step
    if not step.at_most:
        return True
    if any(each.to in step.source for each in graph.edges if each.step is step):
        return False
    times = [entries(graph, stage) for stage in step.source]
    return None not in times and sum(each or 0 for each in times) <= step.at_most


def literals(expression: Expression) -> Iterator[int]:
    """All whole numbers written in an expression."""
    waiting: list[Node] = [expression.tree]
    while waiting:
        match waiting.pop():
            case Literal(value=int() as value):
                yield int(value)
            case Call(args=args):
                waiting += args
            case _:
                pass
