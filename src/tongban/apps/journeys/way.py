"""The journey of one case: with its subcases, and with the other cases about the same thing that the reader may see."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.journeys.comparisons import comparisons
from tongban.apps.journeys.gathering import belonging, measured, papers_of
from tongban.apps.journeys.telling import Teller, Way
from tongban.apps.numbers import written
from tongban.apps.office import office
from tongban.apps.sight import seen, visible
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused


class CaseWay(Struct, frozen=True):
    """``together`` is the journey with the other cases about the same thing, None where there are none. ``compare`` names the comparison that
    the case belongs to, "" for none."""

    number: str
    alone: Way
    together: Way | None
    compare: str


def case_way(number: str, acting: Acting) -> CaseWay | Refused:
    """What a case took so far. Refuses a case that the reader may not see. A resident is shown their own alone."""
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    case, known = loaded.case, comparisons(here, acting.now)
    papers = papers_of(known, case)
    resident = acting.actor.kind is ActorKind.REQUESTER
    own = next((each for each in known if each.side_of(case)), None)
    same = [case]
    if own is not None and not resident:
        others = belonging(here, case, own)
        allowed = visible(here, acting, [each.id for each in others])
        same = [each for each in others if each.id in allowed or each.id == case.id]
    wanted = [[case], same] if len(same) > 1 else [[case]]
    found = measured(here, wanted, papers, acting.now)
    teller = Teller(here, acting.language, acting.now, own=resident)
    numbers = tuple(each.number for each in same)
    return CaseWay(
        number=written(case.number),
        alone=teller.way(found[0], (case.number,)),
        together=teller.way(found[1], numbers) if len(found) > 1 else None,
        compare="" if own is None or resident else own.key,
    )
