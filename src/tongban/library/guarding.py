"""Does a guarded practice keep to itself: what only few may see is neither counted, nor published, nor written where others read."""

from __future__ import annotations

from tongban.library.faults import Faults
from tongban.library.practice import Practice

TOLD = frozenset({"publish", "write", "set_precedent", "join", "place", "tell"})
"""What follows from a step and is seen where the practice's own cases are not."""


def guarding_faults(practice: Practice, faults: Faults) -> None:
    """Figures, publication, registers and shared matters of a guarded practice, and one without the document that allows it."""
    if not practice.manifest.guarded:
        return
    where = practice.where("practice.yaml", "guarded")
    if not practice.manifest.legal_basis:
        faults.refuse("practice.guarded_basis", where)
    for path, name in (
        *(("indicators.yaml", each) for each in practice.indicators),
        *(("boards.yaml", each) for each in practice.boards),
    ):
        faults.refuse("practice.guarded_counts", practice.where(path, name), name=name)
    if practice.catalogue is not None:
        faults.refuse("practice.guarded_counts", practice.where("catalogue.yaml"), name="catalogue")
    for kind, spec in practice.kinds.items():
        for _, _, place, follow in practice.follows(kind):
            if follow.name in TOLD:
                faults.refuse("practice.guarded_told", practice.at(kind, *place), name=follow.name)
        if spec.shared is not None:
            faults.refuse("practice.guarded_told", practice.at(kind, "shared"), name="shared")
