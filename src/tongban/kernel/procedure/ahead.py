"""The plain way on from a stage: what a case goes through when nobody objects, asks for a review or leaves the procedure."""

from __future__ import annotations

from tongban.kernel.procedure.model import Kind, Relation, StageKind, Step


def ahead(kind: Kind, stage: str) -> frozenset[str]:
    """The open stages on the plain way from ``stage``, which is among them where it is open: those to which the steps lead that each
    stage waits for. What comes after the matter is settled lies on it no more."""
    way: set[str] = set()
    left = [stage]
    while left:
        at = left.pop()
        if at in way or kind.stages[at].kind is not StageKind.OPEN:
            continue
        way.add(at)
        left += [branch.to for step in _awaited(kind, at) for branch in step.to if branch.to]
    return frozenset(way)


def _awaited(kind: Kind, stage: str) -> tuple[Step, ...]:
    """What the stage names; where it names nothing, the first step written that leads on, and what the system takes by itself."""
    first = kind.next_from(stage)
    if kind.stages[stage].next:
        return first
    return (*first, *(each for each in kind.steps_from(stage) if _by_itself(each)))


def _by_itself(step: Step) -> bool:
    return all(who.relation is Relation.SYSTEM for who in step.by)
