"""What the public is told of a month: what two people released, and nothing that was counted since.

A month that is counted anew while the ledger learns of it shows late cases one by one to whoever reads its page every day. So pages, files
and programs of the public read the newest edition, and of a month without one they are told nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.office import Office
from tongban.kernel.edition.lines import Counted, Words, read
from tongban.kernel.edition.recount import definition_of
from tongban.kernel.indicator import Definition, Sums, Tally
from tongban.kernel.indicator.parts import PARTS, PERIODS, UNIT
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import editions
from tongban.store.editions import Kept

KEPT = 48
"""Editions whose figures are kept in memory; they never change."""


class Counts(Struct, frozen=True):
    """A figure as it was released. ``units`` are those that are told one by one, ``rest`` the others together, None where there are none;
    what is left out of the count is told of the ``whole`` alone, also where an old edition says it by unit.
    ``definition`` is without the version of its practice and what else does not change the number: a new version that counts the same is no other definition."""

    definition: Definition
    hash: str
    whole: Tally
    units: Mapping[str, Tally]
    rest: Tally | None


class Released(Struct, frozen=True):
    """The newest edition of a month. ``archived``: since when it is offered as current no longer, None while it is. ``silent`` are figures that are not told, with the code of why; ``names`` those of its units."""

    period: str
    edition: int
    digest: str
    at: datetime
    why: str
    figures: Mapping[str, Counts]
    silent: Mapping[str, str]
    names: Mapping[str, Words]
    archived: datetime | None = None


UNTOLD = frozenset({"disclosure.not_released", "disclosure.taken_down"})
"""Why the public is told nothing of months that are over."""
_lock = Lock()
_known: OrderedDict[str, Released] = OrderedDict()


def offered(here: Office) -> Mapping[str, Kept]:
    """By month, the edition that the public reads: the one that was released last, unless it was taken down."""
    return {period: each for period, each in editions.standing(here.journal).items() if each.readable}


def taken_down(here: Office) -> Mapping[str, Kept]:
    """By month, the edition that was released last, where it was taken down."""
    return {
        period: each
        for period, each in editions.standing(here.journal).items()
        if each.withdrawn_at is not None
    }


def untold(here: Office, period: str, months: Sequence[str]) -> Refused:
    """Why the public is told nothing of a period: a month of it was taken down (``disclosure.taken_down``, with the reason), or not all of
    them are released (``disclosure.not_released``)."""
    gone = taken_down(here)
    month = next((each for each in months if each in gone), "")
    if not month:
        return Refused("disclosure.not_released", "period", {"period": period})
    facts = {"period": period, "month": month, "why": gone[month].leaving_why}
    return Refused("disclosure.taken_down", "period", facts)


def current(here: Office) -> Mapping[str, Kept]:
    """Of these, what is still offered as current: the others are archived, and can be read and checked as ever."""
    return {period: each for period, each in offered(here).items() if each.archived_at is None}


def released(here: Office, period: str) -> Released | None:
    """What stands in the edition that the public reads of a month; None where nothing is released."""
    return next(iter(all_released(here, (period,)).values()), None)


def all_released(here: Office, periods: Sequence[str]) -> Mapping[str, Released]:
    """The same of several months; those without an edition are left out."""
    found = offered(here)
    return {period: _opened(here, found[period]) for period in periods if period in found}


def newest(here: Office, periods: Sequence[str]) -> str:
    """Of months, the newest first, the first that is released; the first of all where none is."""
    found = current(here)
    return next((period for period in periods if period in found), periods[0])


def _opened(here: Office, kept: Kept) -> Released:
    with _lock:
        known = _known.get(kept.digest)
    if known is None:
        known = _read(here, kept)
        with _lock:
            _known[kept.digest] = known
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return replace(known, archived=kept.until) if kept.archived_at is not None else known


def _read(here: Office, kept: Kept) -> Released:
    edition = read(editions.told_of(here.journal, kept.period, kept.edition))
    if isinstance(edition, Finding):
        raise RefusedError(edition.refusal())
    assert kept.released_at is not None
    definitions = {each.hash: definition_of(each.text) for each in edition.definitions}
    return Released(
        period=kept.period,
        edition=kept.edition,
        digest=kept.digest,
        at=kept.released_at,
        why=kept.why,
        figures={
            each.key: Counts(
                definition=_counts_alike(definitions[each.definition]),
                hash=each.definition,
                whole=tally_from(each.county),
                units={unit: _counted(told) for unit, told in each.units.items() if unit and told.sample},
                rest=_counted(each.units[""]) if "" in each.units and each.units[""].sample else None,
            )
            for each in edition.figures
        },
        silent={each.key: each.because for each in edition.head.left_out},
        names=edition.head.units,
    )


def _counts_alike(definition: Definition) -> Definition:
    return replace(definition, version="", by=(UNIT,), periods=PERIODS, disclosure=PARTS)


def _counted(counted: Counted) -> Tally:
    """What is told of a part of the county."""
    return tally_from(replace(counted, excluded={}))


def tally_from(counted: Counted) -> Tally:
    """Counts as they were before they were written down."""
    sums = counted.sums
    return Tally(
        counted.numerator,
        counted.denominator,
        dict(counted.excluded),
        None
        if sums is None
        else Sums(
            counted.sample,
            int(sums.squares),
            int(sums.squares_below),
            int(sums.products),
            int(sums.least),
        ),
    )
