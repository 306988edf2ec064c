"""Results: what counts as solved is never the word of those alone who did the work."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import START, Edge, Graph, words
from tongban.kernel.procedure.checking.people import OUTSIDE, PERSONS, judged_in_parent, self_review
from tongban.kernel.procedure.model import Relation, Settle

RESOLVED = "resolved"
"""The one outcome that counts as solved (domain rules 1.1); a practice may have others beside it."""


def unjudged(graph: Graph) -> Iterator[Fault]:
    """Ways from the opening to a settlement as solved that pass no judgement by a person who may not have done the work.

    The rule of self-review starts from the steps that a practice marks as work, and speaks first; this one
    holds also where the mark was forgotten.
    """
    if judged_in_parent(graph.procedure, graph.kind, frozenset()) or any(self_review(graph)):
        return
    unpassed = graph.walk((START,), lambda edge: not _judges(edge))
    told: set[str] = set()
    for edge in graph.edges:
        if (
            edge.source in unpassed
            and edge.step.id not in told
            and not _judges(edge)
            and _solves(graph, edge)
        ):
            told.add(edge.step.id)
            way = words((*unpassed[edge.source], edge))
            yield Fault("check.unjudged_result", graph.at(edge.step.id), {"step": edge.step.id}, way)


def _judges(edge: Edge) -> bool:
    return bool(edge.step.judges) and all(who.relation in PERSONS for who in edge.step.by)


def _solves(graph: Graph, edge: Edge) -> bool:
    """Whether somebody of the office can settle the case as solved by this edge.

    What the requester says of the result is theirs, also where whoever received the case writes it down.
    """
    takers = {who.relation for who in edge.step.by}
    if takers & OUTSIDE:
        takers.discard(Relation.HOME)
    if not graph.settles(edge) or not takers & PERSONS:
        return False
    return any(isinstance(each, Settle) and _may_be_solved(graph, each) for each in edge.plan)


def _may_be_solved(graph: Graph, settle: Settle) -> bool:
    """Whether the outcome is, or can be chosen to be, the one that counts as solved."""
    if settle.outcome:
        return settle.outcome == RESOLVED
    asked = [
        each for form in graph.procedure.forms.values() for each in form.fields if each.id == settle.field
    ]
    return not asked or any(RESOLVED in each.choices for each in asked)
