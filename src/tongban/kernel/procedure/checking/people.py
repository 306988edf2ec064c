"""Who takes the steps: somebody must be able to, and nobody may be the only judge of their own work."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.county import OVERSEERS
from tongban.kernel.procedure.checking.fault import Fault, names_of
from tongban.kernel.procedure.checking.graph import Edge, Graph, words
from tongban.kernel.procedure.model import (
    GiveMandate,
    Join,
    Kind,
    Notify,
    OpenSubcases,
    Procedure,
    Relation,
    Settle,
    Step,
    Trigger,
)

PERSONS = frozenset(
    {
        Relation.HOLDER,
        Relation.HOME,
        Relation.SUPERIOR,
        Relation.PARENT,
        Relation.ANYWHERE,
        Relation.MANDATE,
    }
)
"""Relations in which somebody of the office acts, who can be told from the one who did the work."""
OUTSIDE = frozenset({Relation.REQUESTER, Relation.ANYONE})


def parents_of(procedure: Procedure, kind: str) -> tuple[Kind, ...]:
    """The kinds that open this one as a subcase."""
    return tuple(
        parent
        for parent in procedure.kinds.values()
        if any(
            isinstance(follow, OpenSubcases) and follow.kind == kind
            for step in parent.steps.values()
            for follow in step.may_follow
        )
    )


def by_system_only(step: Step) -> bool:
    return bool(step.by) and all(who.relation is Relation.SYSTEM for who in step.by)


def nobody(graph: Graph) -> Iterator[Fault]:
    """Steps that nobody may take, or that name somebody who cannot be there."""
    given = {
        power
        for kind in graph.procedure.kinds.values()
        for step in kind.steps.values()
        for follow in step.may_follow
        if isinstance(follow, GiveMandate)
        for power in follow.powers
    }
    is_subcase = bool(parents_of(graph.procedure, graph.kind.id))
    for step in graph.kind.steps.values():
        where, relations = graph.at(step.id), {who.relation for who in step.by}
        if not relations:
            yield Fault("check.nobody", where, {"step": step.id})
        if Relation.PARENT in relations and not is_subcase:
            yield Fault("check.no_parent", where, {"step": step.id})
        # Another practice may give the mandate; but one that gives some and not this one has forgotten it.
        if relations == {Relation.MANDATE} and given and step.id not in given:
            yield Fault("check.mandate_never_given", where, {"step": step.id})


def unseeing(graph: Graph) -> Iterator[Fault]:
    """Roles that may take a step at any unit, on a case that people in them are not shown.

    Who may take a step and who may see a case are two questions: a case is shown to the units that have to do with it
    and to the overseers of the county. An opening step has no case that could be hidden.
    """
    for step in graph.kind.steps.values():
        roles = {who.role for who in step.by if who.relation is Relation.ANYWHERE} - OVERSEERS
        for role in sorted(roles) if not step.opens else ():
            yield Fault("check.unseeing", graph.at(step.id), {"step": step.id, "role": role})


def triggers(graph: Graph) -> Iterator[Fault]:
    """Steps that the system shall take by itself and may not, or for something that never happens."""
    every = [follow for step in graph.kind.steps.values() for follow in step.may_follow]
    opened = {follow.kind for follow in every if isinstance(follow, OpenSubcases)}
    for step in graph.kind.steps.values():
        if step.on is Trigger.SEEN and (step.form or not {who.relation for who in step.by} <= PERSONS):
            yield Fault("check.seen_by_nobody", graph.at(step.id), {"step": step.id})
        named = step.on in (Trigger.SUBCASE_SETTLED, Trigger.TOLD, Trigger.SERVED, Trigger.ROW_WRITTEN)
        wants = step.on in (Trigger.TOLD, Trigger.SERVED, Trigger.ROW_WRITTEN)
        if (step.of and not named) or (wants and not step.of):
            yield Fault("check.trigger_never", graph.at(step.id), {"step": step.id, "on": step.on.value})
        if step.on in (Trigger.NONE, Trigger.SEEN):
            continue
        if all(who.relation is not Relation.SYSTEM for who in step.by):
            yield Fault("check.trigger_not_system", graph.at(step.id), {"step": step.id, "on": step.on.value})
        match step.on:
            case Trigger.PARENT_SETTLED:
                comes = bool(parents_of(graph.procedure, graph.kind.id))
            case Trigger.SETTLED_ELSEWHERE:
                comes = step.opens  # whom it hears of is a county's choice
            case Trigger.TOLD:
                comes = True
            case Trigger.SERVED:
                told = [each for each in every if isinstance(each, Notify) and each.to == "requester"]
                served = {each.notice for each in told if each.served}
                comes = step.of in served and not step.form
            case Trigger.ROW_WRITTEN:  # by whatever practice of the county writes it
                kept = {each.id for each in graph.procedure.registers}
                comes = step.of in kept and not step.opens and not step.form
            case Trigger.SIGN_FOUND:
                comes = bool(step.finds) and not step.opens
            case Trigger.JOINED_SETTLED:
                comes = any(isinstance(follow, Join) for follow in every)
            case _:
                comes = step.of in opened if step.of else bool(opened)
        if not comes:
            yield Fault("check.trigger_never", graph.at(step.id), {"step": step.id, "on": step.on.value})


def self_review(graph: Graph) -> Iterator[Fault]:
    """Ways from a work step to a settlement on which no other person judges that work.

    The requester may always take the case back (a settlement with a fixed outcome); what a requester
    answers about the result is no judgement of the work. A judgement that the system may pass in a
    person's place is none either. Subcases are judged in their parent, if its work is judged there.
    """
    if judged_in_parent(graph.procedure, graph.kind, frozenset()):
        return
    for work in graph.kind.steps.values():
        if not work.work:
            continue
        judges = frozenset(step.id for step in graph.kind.steps.values() if _judges(step, work))
        for first in graph.edges:
            if first.step is work and first.source in graph.reached:
                fault = _unjudged(graph, first, judges)
                if fault is not None:
                    yield fault
                    break


def _unjudged(graph: Graph, first: Edge, judges: frozenset[str]) -> Fault | None:
    """The shortest way from one work edge to a settlement past all judges."""
    facts = {"work": first.step.id, "judges": names_of(judges)}
    if graph.settles(first):
        return Fault("check.self_review", graph.at(first.step.id), facts, graph.way_to(first))
    open_ways = graph.walk((first.to,), lambda edge: edge.step.id not in judges and not graph.settles(edge))
    for stage, way in open_ways.items():
        for last in graph.out.get(stage, ()):
            if graph.settles(last) and last.step.id not in judges and not _taken_back(last):
                return Fault("check.self_review", graph.at(first.step.id), facts, words((first, *way, last)))
    return None


def _judges(step: Step, work: Step) -> bool:
    return work.id in step.judges and bool(step.by) and all(who.relation in PERSONS for who in step.by)


def _taken_back(edge: Edge) -> bool:
    """The requester ends the matter with a fixed outcome: nothing is said about the work. So does the county that has it
    from them, by its message.

    Whoever received the matter may write that down for them; those who do the work may not.
    """
    settle = next((each for each in edge.plan if isinstance(each, Settle)), None)
    relations = {who.relation for who in edge.step.by}
    asked = bool(relations & OUTSIDE) and relations <= OUTSIDE | {Relation.HOME}
    return (asked or edge.step.on is Trigger.TOLD) and settle is not None and bool(settle.outcome)


def judged_in_parent(procedure: Procedure, kind: Kind, seen: frozenset[str]) -> bool:
    """Whether cases of the kind are only ever subcases of kinds whose own work is judged."""
    parents = [parent for parent in parents_of(procedure, kind.id) if parent.id != kind.id]
    if not parents or not all(by_system_only(step) for step in kind.openings()) or kind.id in seen:
        return False
    return all(
        any(
            _judges(step, work)
            for work in parent.steps.values()
            if work.work
            for step in parent.steps.values()
        )
        or judged_in_parent(procedure, parent, seen | {kind.id})
        for parent in parents
    )
