"""What follows from a step: branches, settlements, holders, subcases."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import Graph
from tongban.kernel.procedure.checking.people import by_system_only
from tongban.kernel.procedure.checking.waiting import demanded
from tongban.kernel.procedure.model import Kind, OpenSubcases, Procedure, Relation, Settle


def branches(graph: Graph) -> Iterator[Fault]:
    """The last branch takes what is left over, and only the last."""
    for step in graph.kind.steps.values():
        where = graph.at(step.id)
        if not step.to or step.to[-1].when is not None:
            yield Fault("check.last_branch", where, {"step": step.id})
        for branch in step.to[:-1]:
            if branch.when is None:
                yield Fault("check.dead_branch", where, {"step": step.id, "to": branch.to})
        if step.opens and any(not branch.to for branch in step.to):
            yield Fault("check.opens_nowhere", where, {"step": step.id})


def settlements(graph: Graph) -> Iterator[Fault]:
    """A step that settles says the outcome, once; a step that does not settle says none."""
    told: set[tuple[str, str]] = set()
    for edge in graph.edges:
        outcomes = sum(isinstance(follow, Settle) for follow in edge.plan)
        settles = graph.settles(edge)
        code = ""
        if outcomes > 1:
            code = "check.two_outcomes"
        elif settles and not outcomes:
            code = "check.no_outcome"
        elif outcomes and not settles:
            code = "check.outcome_unused"
        if code and (code, edge.step.id) not in told and (not edge.source or edge.source in graph.reached):
            told.add((code, edge.step.id))
            facts = {"stage": edge.source, "to": edge.to}
            yield Fault(code, graph.at(edge.step.id), facts, graph.way_to(edge))


def subcases(graph: Graph) -> Iterator[Fault]:
    """Subcases can be opened by the system, with what is carried into them and nothing else asked."""
    for step in graph.kind.steps.values():
        for follow in step.may_follow:
            if isinstance(follow, OpenSubcases):
                yield from _opening(graph.procedure, follow, graph.at(step.id))


def _opening(procedure: Procedure, follow: OpenSubcases, where: str) -> Iterator[Fault]:
    child = procedure.kinds[follow.kind]
    if not child.openings():
        return  # the child's own check says so
    opening = child.openings()[0]
    if all(who.relation is not Relation.SYSTEM for who in opening.by):
        yield Fault("check.subcase_not_system", where, {"kind": child.id, "step": opening.id})
    form = procedure.forms.get(opening.form)
    asked = frozenset(each.id for each in form.fields) if form else frozenset()
    for field in sorted(follow.told - asked):
        yield Fault("check.carried_nowhere", where, {"kind": child.id, "field": field})
    for field in sorted(demanded(form) - follow.told) if not (follow.rows or follow.meets) else ():
        yield Fault("check.subcase_asks", where, {"kind": child.id, "field": field})


def subcase_loops(procedure: Procedure) -> Iterator[Fault]:
    """Kinds that, in opening or by the system's own steps, open subcases that open the first again."""
    for kind in procedure.kinds.values():
        ways: dict[str, tuple[str, ...]] = {kind.id: (kind.id,)}
        waiting = [kind.id]
        while waiting:
            here = waiting.pop()
            for name in _opened_by_itself(procedure.kinds[here]):
                if name == kind.id:
                    yield Fault("check.subcase_loop", kind.id, {"kind": kind.id}, (*ways[here], name))
                    return
                if name not in ways:
                    ways[name] = (*ways[here], name)
                    waiting.append(name)


def _opened_by_itself(kind: Kind) -> Iterator[str]:
    """The kinds of subcases that a case of this kind opens without a person having to want it.

    What is opened for the units below ends with the lowest of them.
    """
    for step in kind.steps.values():
        if step.opens or by_system_only(step):
            opened = (each for each in step.may_follow if isinstance(each, OpenSubcases))
            yield from (each.kind for each in opened if not each.below)
