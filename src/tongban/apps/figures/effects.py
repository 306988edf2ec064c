"""What every practice in force changed, worked out once a day and kept, so that whoever looks at the shelf waits for no counting.

Each by the indicator that the county shares it by (``beside.sharing``), else by the first of its own: the same finding that the page
of its effect shows when it is opened for that indicator.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.beside.sharing import shared
from tongban.apps.disclosure.defined import indicators_of
from tongban.apps.figures.before_after import SPAN, BeforeAfter, before_after
from tongban.apps.figures.comparing import indicated
from tongban.apps.figures.effect import Effect, value
from tongban.apps.figures.series import back_from, find, newest, series, summed
from tongban.apps.office import Office, office
from tongban.kernel import shapes
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator
from tongban.store import effects as store


class Year(Struct, frozen=True):
    value: float | None
    cases: int


class Found(Struct, frozen=True):
    """``kind`` is the indicator's; ``cases`` how many of the practice's own were looked at, before and after. No ``effect``: there was
    nothing to compare with. ``year`` is the county's value in the last twelve months and of how many cases, ``year_before`` the same of
    the twelve months before; no value where there were fewer cases than the indicator's smallest sample."""

    kind: str
    effect: Effect | None
    cases: tuple[int, int]
    year: Year = Year(None, 0)
    year_before: Year = Year(None, 0)


class Known(Struct, frozen=True):
    """What is known of one practice. ``on`` is the indicator's key, ``title`` what it is called, ``at`` when it was worked out."""

    on: str
    title: str
    found: Found
    at: datetime


def do_due(now: datetime) -> int:
    """Work out anew what every practice in force changed; how many there is something to say of."""
    here, acting = office(), Acting(now, SYSTEM)
    on = _looked_at(here, now)
    seen = {practice: before_after(practice, figure, acting) for practice, figure in on.items()}
    kept = {
        practice: store.KeptEffect(on[practice], msgspec.json.encode(_found(here, each, now)).decode(), now)
        for practice, each in seen.items()
        if not isinstance(each, Refused)
    }
    store.keep(here.journal, kept)
    return len(kept)


def known(acting: Acting) -> Mapping[str, Known]:
    """What is kept, by practice; nothing of a practice whose indicator is gone."""
    here = office()
    found = {}
    for practice, row in store.effects(here.journal).items():
        key = find(here, row.on, acting.now)
        if not isinstance(key, Refused):
            found[practice] = Known(
                row.on,
                indicated(here, key, acting.language).title,
                shapes.read(row.found, Found),
                row.at,
            )
    return found


def _looked_at(here: Office, now: datetime) -> Mapping[str, str]:
    """By which indicator each practice in force is looked at; practices without any are not there."""
    chosen = {practice: on for practice, on in shared(here).items() if on}
    own = {
        practice: f"{practice}.{each.id}"
        for practice, adoption in here.practices(now)
        for each in [_first(here, adoption)]
        if each is not None
    }
    return {**own, **chosen}


def _first(here: Office, adoption: str) -> Indicator | None:
    """The first share of a practice, else its first indicator; a sign ranks nobody."""
    every = [each for each in indicators_of(here, adoption).values() if not each.sign]
    return next((each for each in every if each.kind == "rate"), next(iter(every), None))


def _found(here: Office, seen: BeforeAfter, now: datetime) -> Found:
    own = [(each.period > seen.month, each.own.sample) for each in seen.months if each.told]
    cases = (sum(n for later, n in own if not later), sum(n for later, n in own if later))
    years = _years(here, seen, now)
    return Found(seen.about.kind, seen.found, cases, years[1], years[0])


def _years(here: Office, seen: BeforeAfter, now: datetime) -> tuple[Year, Year]:
    """The county in the twelve months before the last twelve, and in these."""
    key = find(here, seen.about.key, now)
    assert not isinstance(key, Refused), seen.about.key
    months = series(here, key, back_from(newest(now), 2 * SPAN), now)
    sums = (summed(months[:SPAN]).whole, summed(months[SPAN:]).whole)
    first, then = (
        Year(value(each) if each.sample >= seen.about.smallest else None, each.sample) for each in sums
    )
    return first, then
