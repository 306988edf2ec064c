"""Precedents: which of them takes a matter, and which may not stand beside another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from msgspec import Struct

from tongban.kernel.county import County
from tongban.kernel.precedent import Precedent


class Matter(Struct, frozen=True):
    """What routing looks at: a category and a division."""

    category: str
    division: str


def prefixes(category: str) -> list[str]:
    """A category and all its ancestors: 03.02.05, 03.02, 03."""
    parts = category.split(".") if category else []
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def lies_within(category: str, wide: str) -> bool:
    return category == wide or category.startswith(f"{wide}.")


def precedent_for(county: County, category: str, division: str, now: datetime) -> Precedent | None:
    """The precedent that takes a matter: of several (they agree on the unit) the most exact, then the earliest."""
    around = county.around(division)
    taking = [
        each
        for each in county.standing
        if each.counts(now) and lies_within(category, each.category) and each.division in around
    ]
    return min(
        taking,
        key=lambda each: (-len(each.category), around.index(each.division), each.since, each.case),
        default=None,
    )


def in_both(county: County, one: Precedent, other: Precedent) -> Matter | None:
    """A matter that both would take; None when there is none.

    Categories and divisions are trees: of two that overlap one lies within the other, and the smaller one is in both.
    """
    category = _smaller(one.category, other.category, prefixes)
    division = _smaller(one.division, other.division, county.around)
    return Matter(category, division) if category and division else None


def _smaller(one: str, other: str, above: Callable[[str], Collection[str]]) -> str:
    """The one of two that lies within the other; "" for two that lie apart."""
    if other in above(one):
        return one
    return other if one in above(other) else ""


def contradicted(county: County, new: Precedent) -> tuple[tuple[Precedent, Matter], ...]:
    """The precedents that send elsewhere what the new one would take, each with a matter that both would take.

    Also one whose duty-list entry reads otherwise now (the entry may be put back as it was), and one that somebody whose
    clock is ahead set a moment from now.
    """
    return tuple(
        (each, matter)
        for each in county.precedents
        if each.unit != new.unit and each.case != new.case and not each.over(new.since)
        if (matter := in_both(county, new, each)) is not None
    )
