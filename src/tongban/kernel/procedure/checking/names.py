"""Names that stand for nothing. Looked for first: the other rules may then trust every name."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.evolve import RESERVED
from tongban.kernel.procedure.model import (
    Extend,
    Follow,
    Hold,
    Kind,
    OpenSubcases,
    Procedure,
    Resume,
    Step,
    Suspend,
)

HOLDERS = frozenset({"route", "home", "superior", "previous", "answer"})


def unknown_names(procedure: Procedure) -> Iterator[Fault]:
    """Stages, steps, clocks, kinds and forms that are named and do not exist; names the kernel keeps."""
    for kind in procedure.kinds.values():
        for stage_of in kind.stages.values():
            for name in stage_of.next:
                if name not in kind.steps:
                    yield Fault("check.unknown_step", f"{kind.id}/{stage_of.id}", {"name": name})
            if stage_of.sample and stage_of.sample not in kind.samples():
                yield Fault("check.unknown_sample", f"{kind.id}/{stage_of.id}", {"name": stage_of.sample})
        for step in kind.steps.values():
            if step.id in RESERVED:
                yield Fault("check.reserved_step", f"{kind.id}/{step.id}", {"name": step.id})
            for code, name in _named_by_step(kind, step, procedure):
                yield Fault(code, f"{kind.id}/{step.id}", {"name": name})
        for clock in kind.clocks.values():
            where = f"{kind.id}/{clock.id}"
            for stage in sorted(clock.runs_in - kind.stages.keys()):
                yield Fault("check.unknown_stage", where, {"name": stage})
            for rung in clock.ladder:
                if rung.step not in kind.steps:
                    yield Fault("check.unknown_step", where, {"name": rung.step})


def _named_by_step(kind: Kind, step: Step, procedure: Procedure) -> Iterator[tuple[str, str]]:
    """The code of the fault and the unknown name."""
    stages = sorted(step.source) + [branch.to for branch in step.to if branch.to]
    yield from (("check.unknown_stage", stage) for stage in stages if stage not in kind.stages)
    yield from (("check.unknown_step", judged) for judged in sorted(step.judges) if judged not in kind.steps)
    if step.form and step.form not in procedure.forms:
        yield "check.unknown_form", step.form
    for follow in step.may_follow:
        yield from _named_by_follow(kind, follow, procedure)


def _named_by_follow(kind: Kind, follow: Follow, procedure: Procedure) -> Iterator[tuple[str, str]]:
    match follow:
        case Suspend(clocks=clocks) | Resume(clocks=clocks) | Extend(clocks=clocks):
            yield from (("check.unknown_clock", clock) for clock in clocks if clock not in kind.clocks)
            if isinstance(follow, Extend) and follow.asked and follow.asked not in kind.steps:
                yield "check.unknown_step", follow.asked
        case OpenSubcases(kind=opened) if opened not in procedure.kinds:
            yield "check.unknown_kind", opened
        case Hold(to=to) if to not in HOLDERS:
            yield "check.unknown_holder", to
        case _:
            pass
