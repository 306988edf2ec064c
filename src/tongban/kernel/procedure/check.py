"""What is wrong with a procedure, before it may be installed: is every loop closed, provably?

An exhaustive analysis, not a lint. Every stage and step of every kind of case is explored, together
with what matters for the question asked: the clocks that stand still, the counts that conditions name,
the data already known. Conditions whose values cannot be known beforehand are taken as able to hold and
able to fail, so a procedure without faults has none in any run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tongban.kernel.procedure.checking import (
    choices,
    cycles,
    knowledge,
    people,
    plans,
    replies,
    results,
    routes,
    rows,
    stages,
    timing,
    visits,
    waiting,
)
from tongban.kernel.procedure.checking.fault import Fault, Rule
from tongban.kernel.procedure.checking.graph import graph_of
from tongban.kernel.procedure.checking.names import unknown_names
from tongban.kernel.procedure.model import Procedure

__all__ = ["Fault", "check"]

OF_A_KIND: tuple[Rule, ...] = (
    stages.unreachable,
    plans.branches,
    stages.next_steps,
    stages.turn_of_nobody,
    stages.no_end,
    stages.never_true,
    waiting.unguarded,
    waiting.rungs,
    waiting.never_resumed,
    timing.clock_rules,
    timing.promise,
    timing.stops_and_extensions,
    timing.asked_elsewhere,
    cycles.endless,
    people.nobody,
    people.unseeing,
    people.triggers,
    people.self_review,
    results.unjudged,
    plans.settlements,
    plans.subcases,
    rows.tables,
    visits.reasons,
    knowledge.missing,
    knowledge.named_days,
    knowledge.asked_twice,
    knowledge.takers_unit,
)
OF_ALL: tuple[Callable[[Procedure], Iterator[Fault]], ...] = (
    routes.routing,
    routes.overlapping,
    routes.precedents,
    plans.subcase_loops,
    choices.never_chosen,
    replies.part_of_none,
)


def check(procedure: Procedure, registers: Mapping[str, frozenset[str]] | None = None) -> tuple[Fault, ...]:
    """Every fault of a procedure, kind by kind; () when it may be installed.

    ``registers`` names the fields that registers hold already, so that no form asks for them again.
    Unknown names are told alone: what else is wrong shows when they are mended.
    """
    unknown = tuple(unknown_names(procedure))
    if unknown:
        return unknown
    faults: list[Fault] = []
    for kind in procedure.kinds.values():
        graph = graph_of(procedure, kind, registers or {})
        for rule in OF_A_KIND:
            faults += rule(graph)
    for of_all in OF_ALL:
        faults += of_all(procedure)
    return tuple(faults)
