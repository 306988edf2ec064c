"""A kind of case as a graph: stages are its nodes; a branch of a step from one of its stages is an edge."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.procedure.model import Branch, Follow, Kind, Procedure, Stage, StageKind, Step

START = ""
"""Where a case stands before it is opened."""


class Edge(Struct, frozen=True, eq=False):
    """One way in which one step may lead from one stage. ``number`` is that of the branch, from 0."""

    step: Step
    source: str
    to: str
    number: int

    @property
    def branch(self) -> Branch:
        return self.step.to[self.number]

    @property
    def plan(self) -> tuple[Follow, ...]:
        """All that follows, in order."""
        return (*self.step.follows, *self.branch.follows)


Walk: TypeAlias = tuple[Edge, ...]
Allowed: TypeAlias = Callable[[Edge], bool]


class Graph(Struct, frozen=True, eq=False):
    """``held`` are the fields that registers hold already, by register."""

    procedure: Procedure
    kind: Kind
    edges: tuple[Edge, ...]
    out: Mapping[str, Walk]
    reached: Mapping[str, Walk]
    """The stages that a case can come to, each with a shortest way there from its opening."""
    held: Mapping[str, frozenset[str]]

    def stage(self, name: str) -> Stage:
        return self.kind.stages[name]

    def at(self, name: str) -> str:
        """The place of a fault."""
        return f"{self.kind.id}/{name}"

    def way_to(self, edge: Edge) -> tuple[str, ...]:
        """A shortest way from the opening up to and over an edge, in words."""
        return words((*self.reached.get(edge.source, ()), edge))

    def walk(self, start: Iterable[str], allowed: Allowed) -> dict[str, Walk]:
        """Every stage that can be reached over allowed edges, with a shortest way there."""
        return _walk(self.out, start, allowed)

    def settles(self, edge: Edge) -> bool:
        """Whether taking the edge settles the case."""
        was = self.stage(edge.source).kind if edge.source else StageKind.OPEN
        return was is StageKind.OPEN and self.stage(edge.to).kind is not StageKind.OPEN


def graph_of(procedure: Procedure, kind: Kind, held: Mapping[str, frozenset[str]]) -> Graph:
    """The graph of a kind whose names are all known. Nothing leads out of an end: the kernel refuses it."""
    edges = tuple(
        Edge(step, source, branch.to or source, number)
        for step in kind.steps.values()
        for source in (sorted(step.source) or [START])
        if source == START or kind.stages[source].kind is not StageKind.END
        for number, branch in enumerate(step.to)
        if branch.to or source
    )
    out: dict[str, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.source, []).append(edge)
    frozen = {source: tuple(each) for source, each in out.items()}
    return Graph(procedure, kind, edges, frozen, _walk(frozen, (START,), any_edge), held)


def any_edge(_edge: Edge) -> bool:
    return True


def _walk(out: Mapping[str, Walk], start: Iterable[str], allowed: Allowed) -> dict[str, Walk]:
    """Breadth first, so that every way found is a shortest one."""
    found: dict[str, Walk] = dict.fromkeys(start, ())
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        for edge in out.get(here, ()):
            if edge.to not in found and allowed(edge):
                found[edge.to] = (*found[here], edge)
                waiting.append(edge.to)
    return found


def words(walk: Walk) -> tuple[str, ...]:
    """A walk as people say it: stage, step, stage, step, stage."""
    if not walk:
        return ()
    said = [walk[0].source] if walk[0].source else []
    for edge in walk:
        said += [edge.step.id, edge.to]
    return tuple(said)
