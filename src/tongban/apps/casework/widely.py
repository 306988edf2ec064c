"""Decisions that open very many cases: what is wide is left for all processors, what is not is decided at once."""

from __future__ import annotations

from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Actor, Command, Scene
from tongban.kernel.procedure.consequences import Later
from tongban.kernel.procedure.decide import Apart, Decided, decide_apart
from tongban.kernel.procedure.model import OpenSubcases, Procedure, SetPrecedent, Step, Write
from tongban.kernel.refusal import Refused

WORTH = 1000
"""So many subcases are worth being decided by all processors; fewer are decided here."""


def decide_widely(
    procedure: Procedure, case: Case, command: Command, actor: Actor, scene: Scene
) -> Apart | Refused:
    """What ``decide`` says, but that very many subcases may be left for whoever writes them.

    The tree is gone down level by level, because how wide it is shows only there: an order to eleven cities is one to
    twenty-five thousand villages. What writes a register is never left: registers are not written by COPY.
    """
    found = decide_apart(procedure, case, command, actor, scene)
    if isinstance(found, Refused):
        return found
    first, later = found
    events, cases = [*first.events], [*first.cases]
    while later and (len(later) < WORTH or _registers(procedure, later[0])):
        below: list[Later] = []
        for each in later:
            found = decide_apart(procedure, None, each.command, SYSTEM, each.scene)
            if isinstance(found, Refused):
                return found
            decided, more = found
            events += decided.events
            cases += decided.cases
            below += more
        later = tuple(below)
    return Decided(tuple(events), tuple(cases), first.warnings), later


def _registers(procedure: Procedure, later: Later) -> bool:
    """Whether what is left may write a register, at any depth."""
    opening = later.command.opening
    kinds = {opening.kind} if opening is not None else set()
    looked: set[str] = set()
    while kinds - looked:
        kind = (kinds - looked).pop()
        looked.add(kind)
        for step in procedure.kinds[kind].openings():
            if any(isinstance(each, Write | SetPrecedent) for each in step.may_follow):
                return True
            kinds |= _opens(step)
    return False


def _opens(step: Step) -> set[str]:
    return {each.kind for each in step.may_follow if isinstance(each, OpenSubcases)}
