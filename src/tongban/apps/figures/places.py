"""An indicator by place: one value a township, and where its tile stands when no outlines are known.

A case belongs to the township that it is about, or else to that of the unit that has it, as everywhere (``progress.places``). Tiles stand in the
order of the register, which in China runs about from the seat of the county outwards; they say which township, not where it lies.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from math import ceil, sqrt
from threading import Lock

from msgspec import Struct

from tongban.apps.disclosure.counting import cases_counted, stand
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.figures.series import Key, back_from
from tongban.apps.office import Office
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


def spots(here: Office, key: Key, period: str, language: str, span: int = 1) -> tuple[Spot, ...]:
    """Every township of the register in its order, over the last ``span`` months; also those without a case; what lies in none comes last, if there is any."""
    found = _counted(here, key, period, span)
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


def cases_of(here: Office, key: Key, period: str, span: int = 1) -> Iterator[tuple[Case, Tally]]:
    """All cases behind an indicator in the last ``span`` months, of whatever unit; one pass over them."""
    first, last = month_bounds(back_from(period, span)[0]), month_bounds(period)
    assert not isinstance(first, Refused) and not isinstance(last, Refused), period
    bounds = first[0], last[1]
    every = (*here.county.units, *here.county.succeeded, "")
    yield from cases_counted(here, key.practice, key.adoption, key.indicator.id, every, *bounds)


def lies_in(case: Case, county: County) -> str:
    """The township of a case; "" for none."""
    return county.township(case.division, case.worker)


def _counted(here: Office, key: Key, period: str, span: int) -> Mapping[str, Tally]:
    stands, _ = stand(here)
    name = (here.county.code, here.journal.using, here.stamp, key.text, key.adoption, period, span, stands)
    with _lock:
        known = _known.get(name)
    if known is not None:
        return known
    found: dict[str, Tally] = {}
    for case, tally in cases_of(here, key, period, span):
        found.setdefault(lies_in(case, here.county), Tally()).add(tally)
    with _lock:
        _known[name] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found
