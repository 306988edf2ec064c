"""Which views there are of a case and what lies below it, besides its tree."""

from __future__ import annotations

from tongban.apps.office import Office
from tongban.kernel.case import Case


def tabs(here: Office, case: Case) -> frozenset[str]:
    """Which views a practice has of what lies below a case."""
    view = here.practice(case.adoption).views.get(case.kind)
    if view is None:
        return frozenset()
    declared = (("plan", view.plan), ("table", view.table), ("grid", view.grid))
    return frozenset(name for name, there in declared if there)
