"""Cycles that nothing bounds: a case sent to and fro, a machine going round, a matter reopened for ever."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.procedure.checking.bounds import unbounded
from tongban.kernel.procedure.checking.fault import Fault, names_of
from tongban.kernel.procedure.checking.graph import Allowed, Edge, Graph, Walk, words
from tongban.kernel.procedure.model import Hold, Relation, StageKind, Suspend

TO_AND_FRO = frozenset({"route", "previous", "answer"})
"""Holders that may be another one at every turn. ``home`` is always the same, and superiors run out."""


def endless(graph: Graph) -> Iterator[Fault]:
    """Unbounded cycles in which the holder changes, a clock is stopped, only the system moves, or which reopen a case."""
    free = unbounded(graph)
    yield from _report(
        graph, "check.reopened_for_ever", free.__contains__, lambda edge: _reopens(graph, edge)
    )
    yield from _report(
        graph, "check.ping_pong", lambda edge: edge in free and not _reopens(graph, edge), _changes_holder
    )
    yield from _report(graph, "check.stopped_for_ever", free.__contains__, _stops)
    yield from _report(
        graph,
        "check.livelock",
        lambda edge: edge in free and _by_system(edge) and edge.source != edge.to,
        _by_system,
    )


def _report(graph: Graph, code: str, allowed: Allowed, marked: Allowed) -> Iterator[Fault]:
    """A fault for each cycle over allowed edges through a marked one; one for each set of stages."""
    seen: set[frozenset[str]] = set()
    for edge in graph.edges:
        if edge.source not in graph.reached or not allowed(edge) or not marked(edge):
            continue
        cycle = _cycle(graph, edge, allowed)
        stages = frozenset(each.source for each in cycle)
        if cycle and stages not in seen:
            seen.add(stages)
            steps = names_of(frozenset(each.step.id for each in cycle))
            yield Fault(code, graph.at(edge.step.id), {"steps": steps}, words(cycle))


def _cycle(graph: Graph, edge: Edge, allowed: Allowed) -> Walk:
    """The shortest cycle over an edge; () when there is none."""
    if edge.source == edge.to:
        return (edge,)
    back = graph.walk((edge.to,), allowed).get(edge.source)
    return (edge, *back) if back else ()


def _changes_holder(edge: Edge) -> bool:
    return any(isinstance(follow, Hold) and follow.to in TO_AND_FRO for follow in edge.plan)


def _stops(edge: Edge) -> bool:
    return any(isinstance(follow, Suspend) for follow in edge.plan)


def _by_system(edge: Edge) -> bool:
    return any(who.relation is Relation.SYSTEM for who in edge.step.by)


def _reopens(graph: Graph, edge: Edge) -> bool:
    if not edge.source:
        return False
    return graph.stage(edge.source).kind is StageKind.SETTLED and graph.stage(edge.to).kind is StageKind.OPEN
