"""An indicator by place: one value a township, and where its tile stands when no outlines are known.

A case belongs to the township that it is about, or else to that of the unit that has it, as everywhere (``progress.places``). Tiles stand in the
order of the register, which in China runs about from the seat of the county outwards; they say which township, not where it lies.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, sqrt
from threading import Lock

from msgspec import Struct

from tongban.apps.disclosure.counting import cases_counted
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.figures.series import Key
from tongban.apps.office import Office
from tongban.apps.progress.places import township
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.county import County, Level
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import Refused

ELSEWHERE = "elsewhere"
"""Stands in addresses for cases of no township."""
KEPT = 64

_lock = Lock()
_known: OrderedDict[tuple[object, ...], Mapping[str, Tally]] = OrderedDict()


class Spot(Struct, frozen=True):
    """A township with what was counted of it. ``code`` is ``ELSEWHERE`` for what lies in none."""

    code: str
    name: str
    tally: Tally
    column: int
    row: int


def spots(here: Office, key: Key, periods: Iterable[str], language: str) -> tuple[Spot, ...]:
    """Every township of the register in its order, the months counted together; also those without a case; what lies in none comes last, if there is any."""
    found: dict[str, Tally] = {}
    for period in periods:
        for code, tally in _counted(here, key, period).items():
            found.setdefault(code, Tally()).add(tally)
    codes = [code for code, each in sorted(here.county.divisions.items()) if each.level is Level.TOWNSHIP]
    across = columns(len(codes))
    made = [
        Spot(code, here.names.division(code, language), found.get(code) or Tally(), n % across, n // across)
        for n, code in enumerate(codes)
    ]
    if "" in found:
        rows = ceil(len(codes) / across)
        made.append(Spot(ELSEWHERE, say("places.elsewhere", language), found[""], 0, rows))
    return tuple(made)


def columns(n: int) -> int:
    """How many tiles stand side by side: about as many as below one another, for a picture wider than high."""
    return max(1, ceil(sqrt(n * 1.4)))


def cases_of(here: Office, key: Key, period: str) -> Iterator[tuple[Case, Tally]]:
    """All cases behind an indicator's month, of whatever unit."""
    bounds = month_bounds(period)
    assert not isinstance(bounds, Refused), period
    every = (*here.county.units, *here.county.succeeded, "")
    yield from cases_counted(here, key.practice, key.adoption, key.indicator.id, every, *bounds)


def lies_in(case: Case, county: County) -> str:
    """The township of a case; "" for none."""
    return township(county, case.division, case.worker)


def _counted(here: Office, key: Key, period: str) -> Mapping[str, Tally]:
    tip = here.rows(
        "SELECT xid, position FROM store_event WHERE county = %s ORDER BY xid DESC, position DESC LIMIT 1",
        [here.county.code],
    )
    name = (here.county.code, here.journal.using, here.stamp, key.text, key.adoption, period, *tip)
    with _lock:
        known = _known.get(name)
    if known is not None:
        return known
    found: dict[str, Tally] = {}
    for case, tally in cases_of(here, key, period):
        found.setdefault(lies_in(case, here.county), Tally()).add(tally)
    with _lock:
        _known[name] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found
