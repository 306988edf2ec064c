"""A case, or a kind of case, as the loop that is drawn of it: plain values, without a pixel."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import Calendar, Unit, elapsed, promised
from tongban.kernel.procedure.available import turn
from tongban.kernel.procedure.model import Kind, StageKind, Step, Who

MINUTE = timedelta(minutes=1)


class DrawnStage(Struct, frozen=True):
    """``title`` is the key of its words. ``times`` says how often the case came there."""

    id: str
    title: str
    kind: StageKind
    times: int
    present: bool


class DrawnPhase(Struct, frozen=True):
    id: str
    title: str
    stages: tuple[DrawnStage, ...]

    @property
    def present(self) -> bool:
        return any(stage.present for stage in self.stages)


class Move(Struct, frozen=True):
    """A line between two stages: one step, and where one of its branches leads. "" opens the case."""

    step: str
    title: str
    source: str
    to: str
    by: tuple[Who, ...]


class Passage(Struct, frozen=True):
    """The case came to a stage at a moment."""

    stage: str
    at: datetime


class DrawnClock(Struct, frozen=True):
    """The time promised against the time used at ``now``, both in ``unit``; suspensions are not counted.

    ``due`` is None while the clock is stopped. ``percent`` passes 100 when the case is late.
    ``promise`` is False for a clock shown only because the promised one does not run.
    """

    id: str
    title: str
    started: datetime
    now: datetime
    due: datetime | None
    used: int
    allowed: int
    unit: Unit
    suspended: bool
    late: bool
    promise: bool

    @property
    def percent(self) -> int:
        return self.used * 100 // self.allowed if self.allowed else 100 * self.late


class Drawing(Struct, frozen=True):
    """``moves`` are all lines; ``next`` those from where the case stands. No case: nothing is present."""

    kind: str
    phases: tuple[DrawnPhase, ...]
    moves: tuple[Move, ...]
    travelled: tuple[Passage, ...]
    stage: str
    next: tuple[Move, ...]
    holder: str
    waits_on: str
    clock: DrawnClock | None
    outcome: str


def drawing(
    kind: Kind,
    case: Case | None,
    now: datetime,
    calendar: Calendar,
    travelled: tuple[tuple[str, datetime], ...] = (),
    *,
    resident: bool = False,
) -> Drawing:
    """The drawing of a kind, or of one case of it. ``travelled`` are the stages that its events led to,
    in order; staying in a stage is not travelling. To a ``resident`` only clocks are drawn that are promised to them or wait for them."""
    path: list[Passage] = []
    for stage, at in travelled:
        if not path or path[-1].stage != stage:
            path.append(Passage(stage, at))
    here = case.stage if case else ""
    moves = tuple(move for step in kind.steps.values() for move in _moves(step))
    ended = bool(here) and kind.stages[here].kind is StageKind.END
    return Drawing(
        kind=kind.id,
        phases=_phases(kind, here, path),
        moves=moves,
        travelled=tuple(path),
        stage=here,
        next=tuple(move for move in moves if here and not ended and move.source == here),
        holder=case.holder if case else "",
        waits_on=turn(kind, here, case) if here and not ended else "",
        clock=_clock(kind, case, now, calendar, resident=resident) if case else None,
        outcome=case.outcome if case else "",
    )


def _phases(kind: Kind, here: str, path: list[Passage]) -> tuple[DrawnPhase, ...]:
    """Phases in the order of the practice; those it forgot to put in order come last."""
    stages = [
        (
            stage.phase,
            DrawnStage(
                stage.id,
                f"stages.{stage.id}.title",
                stage.kind,
                sum(each.stage == stage.id for each in path),
                stage.id == here,
            ),
        )
        for stage in kind.stages.values()
    ]
    order = dict.fromkeys((*kind.phases, *(phase for phase, _ in stages)))
    return tuple(
        DrawnPhase(phase, f"phases.{phase}" if phase else "", tuple(s for p, s in stages if p == phase))
        for phase in order
    )


def _moves(step: Step) -> list[Move]:
    """Two branches that lead to the same stage are one line."""
    ends = {(source, branch.to or source) for source in sorted(step.source) or [""] for branch in step.to}
    return [Move(step.id, f"steps.{step.id}.title", source, to, step.by) for source, to in sorted(ends)]


def _clock(kind: Kind, case: Case, now: datetime, calendar: Calendar, *, resident: bool) -> DrawnClock | None:
    """The promised clock if it runs, else the one that is made for the fewest stages."""
    running = [
        state
        for state in case.running()
        if state.clock in kind.clocks and (not resident or kind.clocks[state.clock].theirs)
    ]
    if not running:
        return None
    state = min(running, key=lambda s: (not kind.clocks[s.clock].promise, len(kind.clocks[s.clock].runs_in)))
    used, allowed, unit = _shares(state, now, calendar)
    return DrawnClock(
        id=state.clock,
        title=f"clocks.{state.clock}.title",
        started=state.started,
        now=now,
        due=state.due,
        used=used,
        allowed=allowed,
        unit=unit,
        suspended=state.suspended,
        late=state.due is not None and state.due <= now,
        promise=kind.clocks[state.clock].promise,
    )


def _shares(state: ClockState, now: datetime, calendar: Calendar) -> tuple[int, int, Unit]:
    """Used and allowed in the unit of the limit; in plain minutes if an extension has another unit."""
    unit = Unit.MINUTES if state.limit.unit is Unit.HOURS else state.limit.unit
    units = {Unit.MINUTES if limit.unit is Unit.HOURS else limit.unit for limit in state.extensions}
    used = elapsed(calendar, unit, state.started, now, state.spans)
    if units <= {unit} or state.due is None:
        return used, promised(state.limit) + sum(promised(each) for each in state.extensions), unit
    used = elapsed(calendar, Unit.MINUTES, state.started, now, state.spans)
    allowed = elapsed(calendar, Unit.MINUTES, state.started, state.due, state.spans)
    return used, max(allowed, 1), Unit.MINUTES
