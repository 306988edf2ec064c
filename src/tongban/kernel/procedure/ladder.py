"""What time does to a case: rungs of its ladders that fall due, due dates that a new calendar moves, cases of the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.commands import SYSTEM, Command, Scene, Subcases
from tongban.kernel.events import Consequence, Doer, Event, Succeeded
from tongban.kernel.procedure import clocks, evolve
from tongban.kernel.procedure.decide import Decided, decide, too_early
from tongban.kernel.procedure.handing import opens_subcases
from tongban.kernel.procedure.model import Procedure, Step
from tongban.kernel.procedure.rows import keys_of
from tongban.kernel.procedure.tallies import counted
from tongban.kernel.value import Facts

Prepare: TypeAlias = "Callable[[Scene, Case, Step], Scene]"
"""What a step of time that opens subcases hands on to them, brought into its scene: read for that step alone."""
RUNGS = 50
"""Rungs climbed on one case in one go; a ladder longer than that goes on the next time."""


def _as_it_is(scene: Scene, _case: Case, _step: Step) -> Scene:
    return scene


def climb(procedure: Procedure, case: Case, scene: Scene, prepare: Prepare = _as_it_is) -> Decided | None:
    """Every rung of a case that is due by the scene's now, as one decision; None when there is none.

    Time acts before people do: whoever takes a step meets the case as it stands once this is done.
    """
    events: list[Event] = []
    cases: list[Case] = []
    for _ in range(RUNGS):
        wake = case.wake()
        due = wake is not None and wake <= scene.now
        opened = [each for each in cases if each.parent == case.id]
        decided = ring(procedure, case, scene, prepare, opened) if due else None
        if decided is None:
            break
        scene = _with_more(scene, [each for each in decided.cases[1:] if each.parent == case.id])
        events += decided.events
        cases += decided.cases
        case = decided.cases[0]
    return Decided(tuple(events), tuple(cases)) if events else None


def _with_more(scene: Scene, opened: Sequence[Case]) -> Scene:
    """The scene once a rung has opened subcases: the next one counts them, too."""
    if not opened:
        return scene
    was = scene.subcases
    more = counted(was.tallies, opened)
    tallies = {name: n + more[name] for name, n in was.tallies.items()}
    still_open = sum(each.settled_at is None for each in opened)
    held = was.holders
    if held is not None:
        held = tuple(sorted({*held, *(each.holder for each in opened if each.settled_at is None)}))
    return replace(scene, subcases=Subcases(was.total + len(opened), was.open + still_open, tallies, held))


def ring(
    procedure: Procedure,
    case: Case,
    scene: Scene,
    prepare: Prepare = _as_it_is,
    opened: Sequence[Case] = (),
) -> Decided | None:
    """Act on the clock whose rung is due first; None when none is. ``opened``: its subcases of the same climb, kept nowhere yet.

    A rung whose step is refused (its condition no longer holds, it was taken often enough) is climbed
    all the same by the reserved step ``passed``: a ladder must never stand still.
    """
    kind = procedure.kinds[case.kind]
    due = [s for s in case.running() if s.wake is not None and s.wake <= scene.now]
    if not due or too_early(case, scene):
        return None
    state = min(due, key=lambda s: (s.wake or scene.now, s.clock))
    rule = kind.clocks[state.clock]
    rung = rule.rung(state.rung)
    assert rung is not None, state.clock
    step = kind.steps[rung.step]
    prepared = prepare(scene, case, step) if opens_subcases(step) else scene
    if opened:
        prepared = replace(prepared, keyed=prepared.keyed | keys_of(step, opened))
    decided = decide(procedure, case, Command(rung.step, clock=state.clock), SYSTEM, prepared)
    if isinstance(decided, Decided):
        return decided
    follows = clocks.climbed(rule, state, clocks.rung(rule, state, scene.county.calendar))
    return _reserved(case, evolve.PASSED, tuple(follows), scene, {"step": rung.step, "refused": decided.code})


def take_over(procedure: Procedure, case: Case, scene: Scene) -> Decided | None:
    """Let the ladders of a case that comes from elsewhere begin now; None when nothing of them lies before.

    Who is told of a delay learns that it has just come about; a reminder whose moment lay before anybody here knew of the
    case would say so of long ago. What is late stays late: no due date moves. ``late`` names the clocks
    that had run out. Rungs that do more than tell somebody are left for the sweep.
    """
    kind = procedure.kinds[case.kind]
    if too_early(case, scene):
        return None
    follows: tuple[Consequence, ...] = tuple(
        follow
        for state in case.running()
        if (rung := clocks.ahead(kind, state, scene.county.calendar, scene.now)) is not None
        for follow in clocks.climbed(kind.clocks[state.clock], state, rung)
    )
    late = tuple(s.clock for s in case.running() if s.due is not None and s.due <= scene.now)
    return _reserved(case, evolve.TAKEN_OVER, follows, scene, {"late": late}) if follows else None


def recalculate(procedure: Procedure, case: Case, scene: Scene) -> Decided | None:
    """Recompute the running clocks under the scene's calendar; None when no due date moves."""
    kind = procedure.kinds[case.kind]
    if too_early(case, scene):
        return None
    found = [
        clocks.moved(kind.clocks[state.clock], state, scene.county.calendar)
        for state in case.running()
        if not state.suspended
    ]
    follows: tuple[Consequence, ...] = tuple(each for each in found if each is not None)
    return _reserved(case, evolve.RECALCULATED, follows, scene, {}) if follows else None


def succeed(case: Case, scene: Scene, because: Mapping[str, str]) -> Decided | None:
    """Put those in the place of units that have ended which took over from them; None where the case knows none.

    ``because`` is the decision by which each ended. No clock moves and nobody is asked: what was due from the unit is due
    from its successor.
    """
    if too_early(case, scene):
        return None
    open_mandates = [each for each in case.mandates if each.ended is None]
    units = (case.home, case.holder, case.previous_holder, *case.recused)
    units += tuple(unit for each in open_mandates for unit in (each.unit, each.giver))
    county = scene.county
    follows = tuple(
        Succeeded(unit, county.present(unit), because.get(unit, ""))
        for unit in dict.fromkeys(units)
        if unit and county.present(unit) != unit
    )
    return _reserved(case, evolve.SUCCEEDED, follows, scene, {}) if follows else None


def _reserved(case: Case, step: str, follows: tuple[Consequence, ...], scene: Scene, facts: Facts) -> Decided:
    draft = evolve.Draft(case, scene.now)
    for follow in follows:
        draft.apply(follow)
    doer = Doer(via="system")
    event = Event(
        case.id, case.seq + 1, scene.now, step, case.stage, case.stage, doer, facts, follows=follows
    )
    return Decided((event,), (draft.freeze(event),))
