"""How the phases of a case stand: what is behind it, where it is, what comes, what was passed over."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from tongban.kernel.procedure.drawing import Drawing, DrawnPhase
from tongban.kernel.procedure.model import StageKind


class Standing(StrEnum):
    PLAIN = "plain"
    """no case: the procedure alone"""
    DONE = "done"
    SKIPPED = "skipped"
    HERE = "here"
    NEXT = "next"


class PhaseStanding(Struct, frozen=True):
    phase: DrawnPhase
    standing: Standing


def closed(drawing: Drawing) -> bool:
    """Whether the case has settled: then the loop is drawn closed."""
    return any(
        stage.present and stage.kind is not StageKind.OPEN for p in drawing.phases for stage in p.stages
    )


def standings(drawing: Drawing) -> tuple[PhaseStanding, ...]:
    """Each phase with its standing. The phase in which a case has settled is done, not here."""
    at = next((i for i, phase in enumerate(drawing.phases) if phase.present), None)
    if at is None:
        return tuple(PhaseStanding(phase, Standing.PLAIN) for phase in drawing.phases)
    present = Standing.DONE if closed(drawing) else Standing.HERE
    return tuple(
        PhaseStanding(phase, present if i == at else _beside(phase, i < at, bool(drawing.travelled)))
        for i, phase in enumerate(drawing.phases)
    )


def _beside(phase: DrawnPhase, before: bool, known: bool) -> Standing:
    """A phase before the present one that the case never saw was passed over, where its way is known."""
    if not before:
        return Standing.NEXT
    seen = any(stage.times for stage in phase.stages)
    return Standing.DONE if seen or not known else Standing.SKIPPED
