"""The front page of what the county publishes: the month's leading figures in words, and where everything else is."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.figures import Figure, figures, month_name, months
from tongban.apps.disclosure.released import all_released, newest
from tongban.apps.figures.series import back_from
from tongban.apps.office import Office, office
from tongban.apps.publication.indicator import changed, points
from tongban.apps.publication.standing import Standing, standing_of
from tongban.kernel.indicator.change import Change
from tongban.kernel.refusal import Refused

LEADING = ("handled_on_time", "resolution_rate", "satisfaction_rate")
"""What the field asks of every practice first (domain rules 1.4): in time, solved, satisfied."""
MOST = 3


class Headline(Struct, frozen=True):
    """One leading figure. ``changed`` is against the month before, None where either is not told."""

    figure: Figure
    changed: Change | None


class Front(Struct, frozen=True):
    """``period`` is the last month that was released (the last whole one where none was), ``before`` the name of the one before. ``practice`` is where the headlines come from; ``practices``
    are how many the month's figures come from, ``told`` how many figures have a value."""

    period: str
    month: str
    before: str
    practice: str
    headlines: tuple[Headline, ...]
    practices: int
    told: int
    standing: Standing


def front(language: str, now: datetime) -> Front:
    """What is to be said of the month that was released last."""
    here = office()
    period = newest(here, months(now))
    before = back_from(period, 2)[0]
    found = figures(period, language, now)
    told = [] if isinstance(found, Refused) else [each for each in found.figures if each.denominator]
    chosen = leading(told)
    return Front(
        period=period,
        month=month_name(period, language),
        before=month_name(before, language),
        practice=chosen[0].practice if chosen else "",
        headlines=tuple(Headline(each, _changed(here, each, (before, period), language)) for each in chosen),
        practices=len({each.of for each in told}),
        told=len(told),
        standing=standing_of(found, period, language),
    )


def leading(told: list[Figure]) -> list[Figure]:
    """The leading figures of the practice that has most cases under them; where none has any, the three over most cases."""
    sizes: dict[str, int] = {}
    for each in told:
        if each.id in LEADING:
            sizes[each.of] = max(sizes.get(each.of, 0), each.sample_size)
    if not sizes:
        return sorted(told, key=lambda each: -each.sample_size)[:MOST]
    most = max(sizes, key=lambda of: (sizes[of], of))
    first = [each for each in told if each.of == most and each.id in LEADING]
    return sorted(first, key=lambda each: LEADING.index(each.id))


def _changed(here: Office, figure: Figure, periods: tuple[str, str], language: str) -> Change | None:
    return changed(points(all_released(here, periods), f"{figure.of}/{figure.id}", periods, language))
