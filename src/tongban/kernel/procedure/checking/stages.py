"""Stages and steps: can a case come there, can it get to an end, is anything in the way dead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from tongban.kernel.expression import Expression
from tongban.kernel.procedure.available import waits_on
from tongban.kernel.procedure.checking.bounds import lasts, literals
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import START, Allowed, Edge, Graph, any_edge, words
from tongban.kernel.procedure.decide import keeps_ended
from tongban.kernel.procedure.model import Relation, StageKind, Step
from tongban.kernel.value import Value

_MOST_COUNTS = 4_000
"""Sets of counts beyond which a condition is taken as able to hold: no office counts so far by rule."""


def unreachable(graph: Graph) -> Iterator[Fault]:
    """A kind that cannot be opened, stages no case comes to, steps that start only there or from an end."""
    kind = graph.kind
    if not kind.openings():
        yield Fault("check.no_opening", kind.id)
        return
    for stage in kind.stages.values():
        if stage.id not in graph.reached:
            yield Fault("check.unreachable_stage", graph.at(stage.id), {"stage": stage.id})
    for step in kind.steps.values():
        ends = sorted(stage for stage in step.source if graph.stage(stage).kind is StageKind.END)
        if ends and not keeps_ended(step):
            yield Fault("check.step_from_end", graph.at(step.id), {"stage": ends[0]})
            continue
        if step.source and not step.source & graph.reached.keys():
            yield Fault("check.unreachable_step", graph.at(step.id), {"step": step.id})


def next_steps(graph: Graph) -> Iterator[Fault]:
    """Steps that a stage waits for and that cannot be taken there or, at an open one, lead nowhere from it.

    What leaves an open case where it stands keeps nobody waiting.
    """
    for stage in graph.kind.stages.values():
        for name in stage.next:
            step, facts = graph.kind.steps[name], {"stage": stage.id, "step": name}
            if stage.id not in step.source:
                yield Fault("check.next_not_from_here", graph.at(stage.id), facts)
            elif stage.kind is StageKind.OPEN and all(each.to in ("", stage.id) for each in step.to):
                yield Fault("check.next_stays", graph.at(stage.id), facts)


def turn_of_nobody(graph: Graph) -> Iterator[Fault]:
    """Stages of a subcase that wait for whoever gave it, while their clock is that of another unit: the case would stand in
    the list of people who cannot act, and in nobody else's."""
    for stage in graph.kind.stages.values():
        owner = waits_on(graph.kind, stage.id)
        steps = graph.kind.next_from(stage.id)
        there = {who.relation.value for step in steps for who in step.by if who.role}
        if (
            stage.kind is StageKind.OPEN
            and Relation.PARENT in there
            and not there & {owner, Relation.ANYWHERE}
        ):
            facts = {"stage": stage.id, "owner": owner, "step": steps[0].id}
            yield Fault("check.turn_of_nobody", graph.at(stage.id), facts)


def no_end(graph: Graph) -> Iterator[Fault]:
    """Stages from which no end can be reached, or only by steps that may be used up before."""
    at_all = _leading_to_end(graph, any_edge)
    for_sure = _leading_to_end(graph, lambda edge: lasts(graph, edge))
    for stage, way in graph.reached.items():
        if stage != START and stage not in at_all:
            yield Fault("check.no_end", graph.at(stage), {"stage": stage}, words(way))
        elif stage != START and stage not in for_sure:
            spent = sorted({edge.step.id for edge in graph.out.get(stage, ()) if not lasts(graph, edge)})
            facts = {"stage": stage, "steps": ", ".join(spent)}
            yield Fault("check.end_used_up", graph.at(stage), facts, words(way))


def _leading_to_end(graph: Graph, allowed: Allowed) -> set[str]:
    good = {stage.id for stage in graph.kind.stages.values() if stage.kind is StageKind.END}
    while True:
        more = {edge.source for edge in graph.edges if edge.to in good and allowed(edge)} - good
        if not more:
            return good
        good |= more


def never_true(graph: Graph) -> Iterator[Fault]:
    """Conditions on how often steps were taken that no case can ever fulfil."""
    for step in graph.kind.steps.values():
        sources = [stage for stage in (step.source or {START}) if stage in graph.reached]
        if not sources:
            continue
        for guard in step.needs:
            if not _can_hold(graph, step, guard.that):
                facts: dict[str, Value] = {"condition": guard.code, "expression": guard.that.source}
                yield Fault(
                    "check.condition_never", graph.at(step.id), facts, words(graph.reached[sources[0]])
                )
        for branch in step.to:
            if branch.when is not None and not _can_hold(graph, step, branch.when):
                facts = {"to": branch.to, "expression": branch.when.source}
                yield Fault("check.branch_never", graph.at(step.id), facts, words(graph.reached[sources[0]]))


def _can_hold(graph: Graph, step: Step, condition: Expression) -> bool:
    """Whether the condition holds at some stage of the step with some counts that a case can have there.

    Only conditions on counts and settings alone are tried; of the others nobody can say. The search is
    over stages and the named counts, each up to just above the largest number it could be compared with.
    """
    if not condition.names or not all(name.startswith(("count.", "settings.")) for name in condition.names):
        return True
    counted = tuple(sorted(n.removeprefix("count.") for n in condition.names if n.startswith("count.")))
    settings = {
        name: graph.procedure.settings.get(name.removeprefix("settings.")) for name in condition.names
    }
    numbers = [*literals(condition), *(each for each in settings.values() if isinstance(each, int))]
    cap = 1 + sum(abs(number) for number in numbers)
    if (cap + 1) ** len(counted) > _MOST_COUNTS:
        return True
    sources = step.source or {START}
    for stage, counts in _counts(graph, counted, cap):
        if stage in sources and not _spent(step, counted, counts):
            values: Mapping[str, Value] = {
                **settings,
                **{f"count.{n}": c for n, c in zip(counted, counts, strict=True)},
            }
            if condition.holds(values):
                return True
    return False


def _spent(step: Step, counted: tuple[str, ...], counts: tuple[int, ...]) -> bool:
    """Whether the step was taken as often as it may."""
    return bool(step.at_most) and step.id in counted and counts[counted.index(step.id)] >= step.at_most


def _counts(graph: Graph, counted: tuple[str, ...], cap: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every stage with every set of counts that a case can have there; counts stop at ``cap``."""
    first = (START, (0,) * len(counted))
    seen = {first}
    waiting = deque([first])
    while waiting:
        stage, counts = waiting.popleft()
        yield stage, counts
        for edge in graph.out.get(stage, ()):
            after = _counted(edge, counted, counts, cap)
            if after is not None and (edge.to, after) not in seen:
                seen.add((edge.to, after))
                waiting.append((edge.to, after))


def _counted(
    edge: Edge, counted: tuple[str, ...], counts: tuple[int, ...], cap: int
) -> tuple[int, ...] | None:
    """The counts after an edge; None when its step was taken often enough."""
    if edge.step.id not in counted:
        return counts
    at = counted.index(edge.step.id)
    if _spent(edge.step, counted, counts):
        return None
    return (*counts[:at], min(cap, counts[at] + 1), *counts[at + 1 :])
