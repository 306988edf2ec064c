"""What was opened about a case because it settled, for its requester: they follow one number, and find everything there."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.hearing import opened_about, told_of
from tongban.apps.casework.look import look
from tongban.apps.casework.steps import Attempt
from tongban.apps.casework.views import CasePage
from tongban.apps.numbers import written
from tongban.apps.office import office, office_remembered
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused


class Tried(Struct, frozen=True):
    """A step that was refused, on the case with this number."""

    number: str
    attempt: Attempt | None = None


def followed(number: str, acting: Acting) -> str:
    """The number under which a requester follows a case: that of the case it is about, where they have proved that one;
    its own for everybody else, also for whoever was given it alone by a code."""
    if acting.actor.kind is not ActorKind.REQUESTER or nobody_hears():
        return number
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return number
    told = told_of(here, loaded.case)
    return told.case.number if told is not None and told.case.id in acting.actor.owns else number


def pages_about(page: CasePage, acting: Acting, tried: Tried) -> tuple[CasePage, ...]:
    """The pages of what was opened about a case, for whoever may see them: the oldest first."""
    if not page.settled or nobody_hears():
        return ()
    here = office()
    loaded = here.find(page.number)
    if isinstance(loaded, Refused) or loaded.case.settled_at is None:
        return ()
    found = []
    for each in opened_about(here, loaded.case):
        own = same(each.case.number, tried.number)
        seen = look(each.case.number, acting, entered=tried.attempt if own else None, here=here)
        if not isinstance(seen, Refused):
            found.append(seen)
    return tuple(found)


def nobody_hears() -> bool:
    """Whether no practice of the county hears others, as far as this process knows: then nothing need be asked."""
    here = office_remembered()
    return here is not None and not any(here.procedure(each).hears for each in here.adoptions())


def same(one: str, other: str) -> bool:
    """Whether two numbers, written as people write them or not, are one."""
    return written(one) == written(other)
