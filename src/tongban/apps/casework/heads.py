"""The few words that stand above any page about a case: what it is called, who has it, where it stands."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import called, visible
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded


class Head(Struct, frozen=True):
    loaded: Loaded
    number: str
    title: str
    unit: str
    stage: str


def head(number: str, acting: Acting, here: Office) -> Head | Refused:
    """Of a case, for whoever may see it. Refused like its page."""
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    loaded, relatives = seen
    case = loaded.case
    wording = here.wording(case.adoption, acting.language)
    return Head(
        loaded,
        written(case.number),
        called(case, relatives, wording),
        here.names.unit(case.holder, acting.language),
        wording.stage(case.stage, case.outcome),
    )
