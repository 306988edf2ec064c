"""The few words that stand above any page about a case: what it is called, who has it, where it stands."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.wording import say
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
    title = next((each[3] for each in relatives if each[1] == "self"), "")
    return Head(
        loaded,
        written(case.number),
        title or say("case.untitled", acting.language),
        here.names.unit(case.holder, acting.language),
        here.wording(case.adoption, acting.language).stage(case.stage, case.outcome),
    )
