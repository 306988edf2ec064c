"""Stages that wait: is a clock running, does its ladder end in something that will happen.

Explored over stages together with the clocks that stand still there, because a clock that a step has
stopped guards nothing until another step resumes it or its lap ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.form import Form
from tongban.kernel.procedure.checking.bounds import lasts
from tongban.kernel.procedure.checking.fault import Fault, names_of
from tongban.kernel.procedure.checking.graph import START, Edge, Graph, Walk, words
from tongban.kernel.procedure.model import (
    AskRating,
    ClockRule,
    Extend,
    Fix,
    Follow,
    GiveMandate,
    Hold,
    Join,
    Notify,
    OpenSubcases,
    Relation,
    Resume,
    StageKind,
    Step,
    Suspend,
)

State: TypeAlias = tuple[str, frozenset[str]]
"""A stage, and the clocks that are stopped there."""


class States(Struct, frozen=True):
    """Every state a case can be in, with a shortest way there, and the moves between them."""

    ways: dict[State, Walk]
    moves: tuple[tuple[State, Edge, State], ...]


def states_of(graph: Graph) -> States:
    start: State = (START, frozenset())
    ways: dict[State, Walk] = {start: ()}
    moves: list[tuple[State, Edge, State]] = []
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for edge in graph.out.get(here[0], ()):
            there = (edge.to, _stopped(graph, here[1], edge))
            moves.append((here, edge, there))
            if there not in ways:
                ways[there] = (*ways[here], edge)
                waiting.append(there)
    return States(ways, tuple(moves))


def _stopped(graph: Graph, stopped: frozenset[str], edge: Edge) -> frozenset[str]:
    """The clocks that stand still after an edge: laps that go on stay as they were, then the plan acts."""
    running = {clock.id for clock in graph.kind.clocks.values() if edge.to in clock.runs_in}
    still = set(stopped) & running
    for follow in edge.plan:
        match follow:
            case Suspend(clocks=clocks):
                still |= set(clocks) & running
            case Resume(clocks=clocks):
                still -= set(clocks)
            case _:
                pass
    return frozenset(still)


def unguarded(graph: Graph) -> Iterator[Fault]:
    """Waiting stages without a running clock, or whose clocks end in nothing that is sure to happen."""
    told: set[str] = set()
    for (stage, stopped), way in states_of(graph).ways.items():
        if not stage or graph.stage(stage).kind is StageKind.END or stage in told:
            continue
        clocks = [c for c in graph.kind.clocks.values() if stage in c.runs_in and c.id not in stopped]
        sure = [clock for clock in clocks if _guards(graph, clock, stage)]
        if any(_heard(graph, clock, stage) for clock in sure):
            continue
        told.add(stage)
        facts = {"stage": stage, "stopped": names_of(stopped), "clocks": ", ".join(c.id for c in clocks)}
        code = "check.no_escalation" if clocks else "check.no_deadline"
        code = "check.escalation_idle" if sure else code
        code = "check.stopped_unguarded" if stopped and not clocks else code
        yield Fault(code, graph.at(stage), facts, words(way))


def _guards(graph: Graph, clock: ClockRule, stage: str) -> bool:
    """Whether the last rung is a step of the system that is possible here and that nothing can refuse."""
    if not clock.ladder:
        return False
    step = graph.kind.steps[clock.ladder[-1].step]
    if step.needs or _hindrance(graph, step, stage):
        return False
    return all(
        lasts(graph, edge) and not any(_may_fail(follow) for follow in edge.plan)
        for edge in graph.out.get(stage, ())
        if edge.step is step
    )


def _may_fail(follow: Follow) -> bool:
    """Whether a consequence can be refused at run time; then nothing at all would happen.

    Routing ends in a rule that takes every case, and the system goes home where there is no superior.
    """
    if isinstance(follow, Hold):
        return follow.to == "answer"
    return isinstance(follow, OpenSubcases | Suspend | Extend | Fix | GiveMandate | Join)


def _heard(graph: Graph, clock: ClockRule, stage: str) -> bool:
    """Whether the last rung moves the case on, gives it to another, or tells somebody beside its holder."""
    last = clock.ladder[-1].step
    return all(
        edge.to != edge.source or any(_reaches_another(follow) for follow in edge.plan)
        for edge in graph.out.get(stage, ())
        if edge.step.id == last
    )


def _reaches_another(follow: Follow) -> bool:
    return isinstance(follow, Hold | AskRating) or (isinstance(follow, Notify) and follow.to != "holder")


def _hindrance(graph: Graph, step: Step, stage: str) -> str:
    """The code of what keeps the system from taking a step at a stage; "" when nothing does."""
    if all(who.relation is not Relation.SYSTEM for who in step.by):
        return "check.rung_not_system"
    if stage not in step.source:
        return "check.rung_not_from_here"
    return "check.rung_asks" if demanded(graph.procedure.forms.get(step.form)) else ""


def demanded(form: Form | None) -> frozenset[str]:
    """The fields that somebody must answer: required whatever else is known."""
    fields = form.fields if form else ()
    return frozenset(each.id for each in fields if each.required and not each.infer and each.when is None)


def rungs(graph: Graph) -> Iterator[Fault]:
    """Steps of ladders that the system cannot take at some stage where their clock is counting."""
    told: set[tuple[str, str, str]] = set()
    for (stage, stopped), way in states_of(graph).ways.items():
        for clock in graph.kind.clocks.values():
            if stage not in clock.runs_in or clock.id in stopped or graph.stage(stage).kind is StageKind.END:
                continue
            for rung in clock.ladder:
                code = _hindrance(graph, graph.kind.steps[rung.step], stage)
                # What is wrong at every stage alike is told once.
                key = (code, clock.id, rung.step + (stage if code == "check.rung_not_from_here" else ""))
                if code and key not in told:
                    told.add(key)
                    facts = {"clock": clock.id, "step": rung.step, "stage": stage}
                    yield Fault(code, graph.at(clock.id), facts, words(way))


def never_resumed(graph: Graph) -> Iterator[Fault]:
    """Clocks that a step stops and no step can start again before the case leaves them for good."""
    states = states_of(graph)
    told: set[tuple[str, str]] = set()
    for here, edge, there in states.moves:
        for follow in edge.plan:
            for clock in follow.clocks if isinstance(follow, Suspend) else ():
                if clock not in there[1] or (edge.step.id, clock) in told:
                    continue
                if not _resumable(states, there, clock):
                    told.add((edge.step.id, clock))
                    way = words((*states.ways[here], edge))
                    yield Fault("check.never_resumed", graph.at(edge.step.id), {"clock": clock}, way)


def _resumable(states: States, start: State, clock: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for source, edge, there in states.moves:
            if source != here:
                continue
            if any(isinstance(f, Resume) and clock in f.clocks for f in edge.plan):
                return True
            if clock in there[1] and there not in seen:
                seen.add(there)
                waiting.append(there)
    return False
