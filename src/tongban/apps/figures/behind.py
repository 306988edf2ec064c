"""The cases behind one number: of the county, of a unit or of a township, in one month of one indicator."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.parts import part_name
from tongban.apps.figures.comparing import SPANS, Indicated, begun, indicated
from tongban.apps.figures.places import ELSEWHERE, cases_of, lies_in
from tongban.apps.figures.series import find
from tongban.apps.figures.succeeding import JOINED, called
from tongban.apps.numbers import written
from tongban.apps.office import office
from tongban.apps.sight import may_see
from tongban.apps.wording import day, say
from tongban.kernel.indicator.parts import part_of
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import Refused

MOST = 500
"""Cases that are listed."""


class CountedCase(Struct, frozen=True):
    """``counts`` is ``good`` (or the number that it adds), ``other``, or ``excluded``; ``excluded`` then says why."""

    number: str
    title: str
    opened: str
    counts: str
    excluded: str
    adds: int


class Behind(Struct, frozen=True):
    """The cases that make up a number. ``unseen`` are those that the reader may not look at."""

    about: Indicated
    period: str
    where: str
    tally: Tally
    cases: tuple[CountedCase, ...]
    unseen: int
    more: bool


def behind(
    key: str,
    period: str,
    acting: Acting,
    *,
    unit: str = "",
    place: str = "",
    part: tuple[str, str] = ("", ""),
    span: int = 1,
) -> Behind | Refused:
    """The cases of a unit, a township or a ``part`` (by what, and which), of all of the county without any, in the last ``span``
    months. Refuses what is no indicator and no month."""
    here = office()
    found = find(here, key, acting.now)
    if isinstance(found, Refused):
        return found
    bounds = begun(period, acting.now)
    if isinstance(bounds, Refused):
        return bounds
    about = indicated(here, found, acting.language)
    wording = here.wording(found.adoption, acting.language)
    total, unseen = Tally(), 0
    cases: list[CountedCase] = []
    by, which = part
    township = "" if place == ELSEWHERE else place
    months = span if span in SPANS else 1
    for case, tally in cases_of(here, found, period, months):
        if (unit and found.indicator.unit_of(case) not in unit.split(JOINED)) or (
            place and lies_in(case, here.county) != township
        ):
            continue
        if by in found.indicator.parts and part_of(case, by, here.county) != which:
            continue
        total.add(tally)
        if not may_see(case, acting.actor, here.county):
            unseen += 1
            continue
        reason = next(iter(tally.excluded), "")
        cases.append(
            CountedCase(
                number=written(case.number),
                title=wording.of(f"kinds.{case.kind}", case.kind),
                opened=day(case.opened_at, acting.language),
                counts="excluded" if reason else "good" if tally.numerator else "other",
                excluded=about.excluded.get(reason, reason) if reason else "",
                adds=tally.numerator,
            )
        )
    order = {"other": 0, "excluded": 1, "good": 2}
    cases.sort(key=lambda each: (order[each.counts], each.number))
    names = here.names
    where = (
        called(here, unit, acting.language)
        if unit
        else say("places.elsewhere", acting.language)
        if place == ELSEWHERE
        else names.division(place, acting.language)
        if place
        else part_name(wording, by, which)
        if by in found.indicator.parts
        else say("figures.whole", acting.language)
    )
    return Behind(about, period, where, total, tuple(cases[:MOST]), unseen, len(cases) > MOST)
