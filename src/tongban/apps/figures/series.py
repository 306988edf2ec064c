"""An indicator month by month: of the whole county and of every unit, as it is defined now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from msgspec import Struct

from tongban.apps.disclosure.counting import indicators_of, tallies
from tongban.apps.disclosure.figures import month_bounds, months
from tongban.apps.office import Office
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator

KEPT = 400
"""Months of practices that are kept in memory, each with all its indicators."""
SETTLED = timedelta(days=62)
"""A month that ended so long ago hardly changes any more: it is counted again every ``LATELY``, not after each step."""
LATELY = 900.0
"""Seconds."""
WHOLE = ""
"""The whole county among the units."""
By = Mapping[str, Tally]
"""By unit."""

_lock = Lock()
_known: OrderedDict[tuple[object, ...], tuple[float, Mapping[str, By]]] = OrderedDict()


class Key(Struct, frozen=True):
    """An indicator of a practice in force."""

    practice: str
    adoption: str
    indicator: Indicator

    @property
    def text(self) -> str:
        """As it stands in addresses."""
        return f"{self.practice}.{self.indicator.id}"


class Spell(Struct, frozen=True):
    """One month of one indicator."""

    period: str
    units: By

    @property
    def whole(self) -> Tally:
        return self.units.get(WHOLE) or Tally()

    def of(self, units: Iterable[str]) -> Tally:
        """What some units add up to."""
        total = Tally()
        for unit in units:
            if unit in self.units:
                total.add(self.units[unit])
        return total


def summed(spells: Sequence[Spell]) -> Spell:
    """Months counted together, under the name of the last."""
    units: dict[str, Tally] = {}
    for spell in spells:
        for unit, tally in spell.units.items():
            units.setdefault(unit, Tally()).add(tally)
    return Spell(spells[-1].period, units)


def find(here: Office, key: str, now: datetime) -> Key | Refused:
    """The indicator that an address names. Refuses one that no practice in force has."""
    practice, _, name = key.partition(".")
    adoption = here.adopted(practice, now)
    indicator = indicators_of(here, adoption).get(name) if adoption is not None else None
    if adoption is None or indicator is None or indicator.sign:
        return Refused("figures.no_indicator", "key", {"indicator": key[:110]})
    return Key(practice, adoption, indicator)


def back_from(period: str, n: int) -> tuple[str, ...]:
    """``n`` months, the last of them ``period``, the oldest first."""
    last = int(period[:4]) * 12 + int(period[5:]) - 1
    return tuple(f"{at // 12}-{at % 12 + 1:02d}" for at in range(last - n + 1, last + 1))


def newest(now: datetime) -> str:
    """The last whole month."""
    return months(now, 1)[0]


def series(here: Office, key: Key, periods: Sequence[str], now: datetime) -> tuple[Spell, ...]:
    """The months of an indicator, in the order asked for."""
    return tuple(
        Spell(period, counted(here, key.practice, key.adoption, period, now).get(key.indicator.id, {}))
        for period in periods
    )


def counted(here: Office, practice: str, adoption: str, period: str, now: datetime) -> Mapping[str, By]:
    """All indicators of a practice for a month. One that lies well back is counted anew every quarter of an hour."""
    bounds = month_bounds(period)
    assert not isinstance(bounds, Refused), period
    if bounds[0] > now:
        return {}
    if now - bounds[1] < SETTLED:
        return tallies(here, practice, adoption, *bounds)
    key = (here.county.code, here.journal.using, here.stamp, adoption, period)
    with _lock:
        known = _known.get(key)
    if known is not None and monotonic() - known[0] < LATELY:
        return known[1]
    found = tallies(here, practice, adoption, *bounds)
    with _lock:
        _known[key] = (monotonic(), found)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def forget() -> None:
    """Drop what was kept, for a process that changes its database."""
    with _lock:
        _known.clear()
