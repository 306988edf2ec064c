"""Clocks by themselves: their limits and ladders, what is promised, what may be suspended and extended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import START, Graph, Walk, words
from tongban.kernel.procedure.model import ClockRule, Extend, Relation, Rung, StageKind, Suspend


def clock_rules(graph: Graph) -> Iterator[Fault]:
    """Clocks without a limit for every case, with a ladder out of order, or that would run in an end."""
    for clock in graph.kind.clocks.values():
        where = graph.at(clock.id)
        if all(rule.when is not None for rule in clock.limits):
            yield Fault("check.no_limit", where, {"clock": clock.id})
        offsets = [_offset(rung) for rung in clock.ladder]
        for earlier, later, rung in zip(offsets, offsets[1:], clock.ladder[1:], strict=False):
            if later < earlier:
                yield Fault("check.ladder_order", where, {"clock": clock.id, "step": rung.step})
        for rung in clock.ladder:
            if rung.again and (rung is not clock.ladder[-1] or rung.offset.elapsed() < timedelta(days=1)):
                yield Fault("check.ladder_again", where, {"clock": clock.id, "step": rung.step})
        for stage in sorted(clock.runs_in):
            if graph.stage(stage).kind is StageKind.END:
                yield Fault("check.clock_in_end", where, {"clock": clock.id, "stage": stage})
        days = any(
            rule.day or rule.field or rule.month_days for rule in clock.limits
        )  # how far off that will be is not known
        longest = max(rule.limit.elapsed() for rule in clock.limits) if not days else timedelta(0)
        for rung in clock.ladder:
            if rung.before and rung.offset.elapsed() > longest > timedelta(0):
                yield Fault("check.rung_before_start", where, {"clock": clock.id, "step": rung.step})


def _offset(rung: Rung) -> timedelta:
    """When a rung comes, by a plain watch, seen from the due moment."""
    return -rung.offset.elapsed() if rung.before else rung.offset.elapsed()


def promise(graph: Graph) -> Iterator[Fault]:
    """A kind that residents open without a clock that is promised to them; two promises at one stage."""
    opens = [
        step
        for step in graph.kind.openings()
        if any(who.relation in (Relation.ANYONE, Relation.REQUESTER) for who in step.by)
    ]
    promised = [clock for clock in graph.kind.clocks.values() if clock.promise]
    if opens and not promised:
        yield Fault(
            "check.no_promise", graph.kind.id, {"step": opens[0].id}, words(_opening(graph, opens[0].id))
        )
    for clock, other in ((a, b) for n, a in enumerate(promised) for b in promised[n + 1 :]):
        shared = sorted(clock.runs_in & other.runs_in)
        if shared:
            facts = {"clock": clock.id, "other": other.id, "stage": shared[0]}
            yield Fault("check.two_promises", graph.at(clock.id), facts)


def _opening(graph: Graph, step: str) -> Walk:
    return tuple(edge for edge in graph.out.get(START, ()) if edge.step.id == step)[:1]


def stops_and_extensions(graph: Graph) -> Iterator[Fault]:
    """Stopping or extending clocks that do not run there, without a lawful reason, or asked for elsewhere."""
    told: set[tuple[str, str, str]] = set()
    for edge in graph.edges:
        if edge.source and edge.source not in graph.reached:
            continue
        for follow in edge.plan:
            if not isinstance(follow, Suspend | Extend):
                continue
            for clock in follow.clocks:
                code = _not_running(graph.kind.clocks[clock], follow, edge.source, edge.to)
                if code and (code, edge.step.id, clock) not in told:
                    told.add((code, edge.step.id, clock))
                    facts = {"clock": clock, "stage": edge.source, "to": edge.to}
                    yield Fault(code, graph.at(edge.step.id), facts, graph.way_to(edge))
            if isinstance(follow, Suspend) and not follow.lawful:
                yield Fault("check.no_lawful_reason", graph.at(edge.step.id), {"field": follow.field})


def _not_running(clock: ClockRule, follow: Suspend | Extend, source: str, to: str) -> str:
    """A clock is stopped where the step leads; it is extended only if it ran before the step, too."""
    if isinstance(follow, Suspend):
        return "" if to in clock.runs_in else "check.stop_not_running"
    return "" if to in clock.runs_in and source in clock.runs_in else "check.extend_not_running"


def asked_elsewhere(graph: Graph) -> Iterator[Fault]:
    """An extension that was asked for by an earlier step must be waited for in a stage of its own.

    Only then is the moment of the asking known: it is when the case came to that stage.
    """
    for step in graph.kind.steps.values():
        for follow in step.may_follow:
            if not isinstance(follow, Extend) or not follow.asked:
                continue
            for edge in graph.edges:
                strange = edge.step.id != follow.asked and edge.source != edge.to
                if edge.to in step.source and strange and edge.source in graph.reached:
                    facts = {"stage": edge.to, "asked": follow.asked, "step": edge.step.id}
                    yield Fault("check.extension_stage", graph.at(step.id), facts, graph.way_to(edge))
                    break
