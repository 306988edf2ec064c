"""How a month stands: provisional, or released as an edition; and whether what is counted now is still what was released."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

import msgspec
from msgspec import Struct

from tongban.apps.editions.writing import value_of
from tongban.apps.office import Office, office_lately
from tongban.apps.wording import moment
from tongban.kernel.edition.lines import Counted, Figure
from tongban.store import editions

KEPT = 48
"""Editions whose figures are kept in memory; they never change."""
_FIGURE = '"line":"figure"'

_lock = Lock()
_told: OrderedDict[str, Mapping[str, Counted]] = OrderedDict()


class Standing(Struct, frozen=True):
    """``edition`` is 0 while nothing of the month is released. ``digest`` is that of the whole edition, ``at`` when it was released;
    ``why`` is said of a correction."""

    edition: int = 0
    digest: str = ""
    at: str = ""
    why: str = ""


class Compared(Struct, frozen=True):
    """One figure beside what was released of it. ``value`` is the released one where the ledger says something else now, else ""."""

    value: str = ""
    numerator: int = 0
    denominator: int = 0


def standing(here: Office, period: str, language: str) -> Standing:
    """The newest edition of a month that was not taken down."""
    for each in editions.kept(here.journal, period):
        if each.readable and each.released_at is not None:
            return Standing(each.edition, each.digest, moment(each.released_at, language), each.why)
    return Standing()


def standing_of(period: str, language: str) -> Standing:
    """The same, for a page that has just asked for the office."""
    return standing(office_lately(), period, language)


def released_editions(here: Office) -> Mapping[str, int]:
    """The months of which an edition can be had, each with the number of the newest."""
    found: dict[str, int] = {}
    for each in editions.kept(here.journal):
        if each.readable:
            found.setdefault(each.period, each.edition)
    return found


def told(here: Office, period: str, released: Standing) -> Mapping[str, Counted]:
    """The county's figures of a released edition by their keys (``practice/indicator``)."""
    if not released.edition:
        return {}
    with _lock:
        known = _told.get(released.digest)
    if known is None:
        known = _read(editions.text_of(here.journal, period, released.edition))
        with _lock:
            _told[released.digest] = known
            while len(_told) > KEPT:
                _told.popitem(last=False)
    return known


def _read(text: str) -> Mapping[str, Counted]:
    lines = (line for line in text.split("\n") if _FIGURE in line)
    figures = (msgspec.json.decode(line.encode(), type=Figure) for line in lines)
    return {each.key: each.county for each in figures}


def same(released: Counted | None, numerator: int, denominator: int) -> bool:
    """Whether an edition says what is counted now."""
    return released is not None and (released.numerator, released.denominator) == (numerator, denominator)


def compared(
    released: Counted | None, numerator: int, denominator: int, kind: str, language: str
) -> Compared:
    """What was released where it is not what is counted now."""
    if released is None or same(released, numerator, denominator):
        return Compared()
    value = value_of(released, kind == "average", language)
    return Compared(value, released.numerator, released.denominator)
