"""What a step asks of the cases directly below, beside how many there are: ``subcases.<area>.<name>``.

==================  ==============================================================
``of.<kind>``       how many are of a kind
``took.<step>``     in how many the step was taken, ever: it never falls
``said.<flag>``     in how many the latest answer to a yes or no is yes
``holders``         the units that hold those which are not settled
==================  ==============================================================

They are counted only for a step that names them, in the transaction that decides; the counts that pages show follow the
ledger by seconds and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.kernel.case import Case
from tongban.kernel.procedure.model import Kind, Step

OF, TOOK, SAID, HOLDERS = "of", "took", "said", "holders"
_SUBCASES = "subcases."
_PLAIN = frozenset({"total", "open"})


def named(step: Step) -> frozenset[str]:
    """The tallies that a step's conditions and branches name: ``took.sign``."""
    expressions = [guard.that for guard in step.needs]
    expressions += [branch.when for branch in step.to if branch.when is not None]
    names = {name for each in expressions for name in each.names if name.startswith(_SUBCASES)}
    return frozenset(name.removeprefix(_SUBCASES) for name in names) - _PLAIN


def named_at(kind: Kind, stage: str) -> frozenset[str]:
    """Those of all steps that start at a stage."""
    return frozenset(name for step in kind.steps_from(stage) for name in named(step))


def named_by_time(kind: Kind) -> frozenset[str]:
    """Those of the steps that clocks take: a ladder may be climbed through several stages at once."""
    steps = {rung.step for clock in kind.clocks.values() for rung in clock.ladder}
    return frozenset(name for step in steps for name in named(kind.steps[step]))


def counted(names: Iterable[str], subcases: Iterable[Case]) -> Mapping[str, int]:
    """The tallies of cases in memory; ``holders`` is none."""
    cases = tuple(subcases)
    return {name: sum(_counts(name, case) for case in cases) for name in names if name != HOLDERS}


def holders(names: Iterable[str], still_open: Iterable[Case]) -> tuple[str, ...] | None:
    """The units that hold cases in memory, each once; None where nobody asks."""
    return tuple(sorted({each.holder for each in still_open})) if HOLDERS in names else None


def _counts(name: str, case: Case) -> bool:
    area, _, what = name.partition(".")
    match area:
        case "of":
            return case.kind == what
        case "took":
            return case.counts.get(what, 0) > 0
        case _:
            return case.facts.get(what) is True
