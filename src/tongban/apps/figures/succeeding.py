"""Units that ended in the time of a figure: what they did stays theirs, and is put beside what their successor does."""

from __future__ import annotations

from collections.abc import Collection

from tongban.apps.office import Office
from tongban.apps.wording import say

JOINED = ","
"""Between the ids of a unit and of those that it took over from, where they are counted together."""


def ended(here: Office, units: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Of some units those that have ended, each with the one that has its work now."""
    found = ((unit, here.county.present(unit)) for unit in sorted(units) if unit in here.county.succeeded)
    return tuple((unit, now) for unit, now in found if now != unit)


def families(here: Office, units: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Units of some that are there, each followed by those that it took over from; none for a unit without any."""
    found: dict[str, list[str]] = {}
    for old, now in ended(here, units):
        if now in units:
            found.setdefault(now, [now]).append(old)
    return tuple(tuple(each) for each in found.values())


def called(here: Office, unit: str, language: str) -> str:
    """The name of a unit, with who took over where it has ended; of several together, all of them."""
    first, *others = unit.split(JOINED)
    name = here.names.unit(first, language)
    if others:
        joined = say("figures.and", language).join(here.names.unit(each, language) for each in others)
        return say("ended.together", language, unit=name, before=joined)
    for _, now in ended(here, (unit,)):
        return say("ended.went_to", language, unit=name, now=here.names.unit(now, language))
    return name
