"""An indicator month by month: of the whole county and of every unit, as it is defined now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from msgspec import Struct

from tongban.apps.disclosure.counting import (
    Answered,
    cases_between,
    counted_as_kept,
    counted_of,
    indicators_of,
    seeing,
    stand,
)
from tongban.apps.disclosure.counting import counted as month_counted
from tongban.apps.disclosure.figures import month_bounds, months
from tongban.apps.office import Office
from tongban.kernel.clock import LOCAL
from tongban.kernel.indicator.parts import part_of
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.procedure.seen import counted_at
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator

KEPT = 4000
"""Months of indicators that are kept in memory."""
SETTLED = timedelta(days=62)
"""A month that ended so long ago hardly changes any more: it is counted again every ``LATELY``, not after each step."""
LATELY = timedelta(minutes=15)
MARGIN = timedelta(minutes=5)
"""How far the clocks of the machines of an office may be apart."""
WHOLE = ""
"""The whole county among the units."""
By = Mapping[str, Tally]
"""By unit, or by part."""

_lock = Lock()
_known: OrderedDict[tuple[object, ...], tuple[tuple[object, ...], datetime, Cut]] = OrderedDict()


class Key(Struct, frozen=True):
    """An indicator of a practice in force."""

    practice: str
    adoption: str
    indicator: Indicator

    @property
    def text(self) -> str:
        """As it stands in addresses."""
        return f"{self.practice}.{self.indicator.id}"


class Cut(Struct, frozen=True):
    """What an indicator adds up to by unit, and by whatever else it is broken down by."""

    units: By = {}
    parts: Mapping[str, By] = {}


class Spell(Struct, frozen=True):
    """One month of one indicator; ``parts`` by what it is broken down by besides units."""

    period: str
    units: By
    parts: Mapping[str, By] = {}

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
    parts: dict[str, dict[str, Tally]] = {}
    for spell in spells:
        _add(units, spell.units)
        for by, counts in spell.parts.items():
            _add(parts.setdefault(by, {}), counts)
    return Spell(spells[-1].period, units, parts)


def _add(to: dict[str, Tally], counts: By) -> None:
    for each, tally in counts.items():
        to.setdefault(each, Tally()).add(tally)


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
    found = all_series(here, key.practice, key.adoption, (key.indicator,), periods, now)
    return found[key.indicator.id]


def all_series(
    here: Office,
    practice: str,
    adoption: str,
    indicators: Sequence[Indicator],
    periods: Sequence[str],
    now: datetime,
) -> Mapping[str, tuple[Spell, ...]]:
    """The months of several indicators of a practice, by indicator.

    Where the county keeps counts they are read, unless definitions have changed since: then one pass over the cases is far less than one
    for each month. Else the last months are counted after each step, like all figures; those that lie well back are
    kept for a quarter of an hour, and after that as long as no case that was open then has changed.
    """
    months = dict.fromkeys(period for period in periods if _bounds(period)[0] <= now)
    newest_kept = months and counted_as_kept(here, practice, adoption, *_bounds(max(months))) is not None
    count = _read if newest_kept else _count
    found = count(here, practice, adoption, indicators, tuple(months), now)
    return {
        each.id: tuple(
            Spell(period, cut.units, cut.parts)
            for period in periods
            for cut in [found.get((period, each.id), Cut())]
        )
        for each in indicators
    }


def counted(here: Office, practice: str, adoption: str, period: str, now: datetime) -> Mapping[str, By]:
    """All indicators of a practice for a month."""
    months = all_series(
        here, practice, adoption, tuple(indicators_of(here, adoption).values()), (period,), now
    )
    return {name: spells[0].units for name, spells in months.items()}


def _bounds(period: str) -> tuple[datetime, datetime]:
    bounds = month_bounds(period)
    assert not isinstance(bounds, Refused), period
    return bounds


Counted = dict[tuple[str, str], Cut]
"""By month and indicator."""


def _read(
    here: Office,
    practice: str,
    adoption: str,
    indicators: Iterable[Indicator],
    periods: Iterable[str],
    now: datetime,
) -> Counted:
    """From what the county keeps."""
    del now
    months = {period: month_counted(here, practice, adoption, *_bounds(period)) for period in periods}
    return {
        (period, each.id): Cut(month.tallies.get(each.id, {}), month.parts.get(each.id, {}))
        for period, month in months.items()
        for each in indicators
    }


def _count(
    here: Office,
    practice: str,
    adoption: str,
    indicators: Sequence[Indicator],
    periods: Sequence[str],
    now: datetime,
) -> Counted:
    """What is known still, and the rest in one pass over the cases of its months."""
    name = (here.county.code, here.journal.using, here.stamp, adoption)
    stands, changed = stand(here)[0], _Changed(here, practice)
    found: Counted = {}
    for period in periods:
        end = _bounds(period)[1]
        for each in indicators:
            known = _kept((*name, period, each.id), stands, end, now, changed)
            if known is not None:
                found[period, each.id] = known
    wanted = [each for each in indicators if any((period, each.id) not in found for period in periods)]
    missing = [period for period in periods if any((period, each.id) not in found for each in wanted)]
    if missing:
        for (period, indicator), cut in _pass(here, practice, wanted, missing).items():
            found[period, indicator] = cut
            _keep((*name, period, indicator), stands, now, cut)
    return found


class _Changed:
    """When the oldest case was opened that anything happened to since some moment; asked once."""

    def __init__(self, here: Office, practice: str) -> None:
        self._here, self._practice = here, practice
        self._known: dict[datetime, datetime] = {}

    def since(self, at: datetime) -> datetime:
        if at not in self._known:
            rows = self._here.rows(
                "SELECT min(opened_at) FROM store_case WHERE county = %s AND practice = %s AND recorded >= %s",
                [self._here.county.code, self._practice, at - MARGIN],
            )
            oldest = cast("datetime | None", rows[0][0])
            self._known[at] = datetime.max.replace(tzinfo=at.tzinfo) if oldest is None else oldest
        return self._known[at]


def _kept(
    name: tuple[object, ...], stands: tuple[object, ...], end: datetime, now: datetime, changed: _Changed
) -> Cut | None:
    with _lock:
        known = _known.get(name)
    if known is None:
        return None
    tip_then, at, cut = known
    if tip_then == stands or (now - end >= SETTLED and now - at < LATELY):
        return cut
    if changed.since(at) < end:
        return None
    _keep(name, stands, now, cut)
    return cut


def _keep(name: tuple[object, ...], stands: tuple[object, ...], at: datetime, cut: Cut) -> None:
    with _lock:
        _known[name] = (stands, at, cut)
        while len(_known) > KEPT:
            _known.popitem(last=False)


def _pass(here: Office, practice: str, indicators: Iterable[Indicator], periods: Sequence[str]) -> Counted:
    """One pass over all cases that may count in any of these months."""
    found: dict[tuple[str, str], dict[str, Tally]] = {
        (period, each.id): {WHOLE: Tally()} for period in periods for each in indicators
    }
    parts: dict[tuple[str, str], dict[str, dict[str, Tally]]] = {}
    see = seeing(here)
    known: Answered = {}
    for case in cases_between(here, practice, _bounds(min(periods))[0], _bounds(max(periods))[1]):
        seen = None
        for each in indicators:
            at = counted_at(case, each.counted) if each.of == case.kind else None
            name = (f"{at.astimezone(LOCAL):%Y-%m}" if at is not None else "", each.id)
            units = found.get(name)
            if units is None:
                continue
            if seen is None:  # not "or": a sight counts as empty
                seen = see(case)
            one = counted_of(each, seen, known)
            for unit in dict.fromkeys((WHOLE, each.unit_of(case))):
                units.setdefault(unit, Tally()).add(one)
            for by in each.parts:
                ways = parts.setdefault(name, {}).setdefault(by, {})
                ways.setdefault(part_of(case, by, here.county), Tally()).add(one)
    return {name: Cut(units, parts.get(name, {})) for name, units in found.items()}


def forget() -> None:
    """Drop what was kept, for a process that changes its database."""
    with _lock:
        _known.clear()
