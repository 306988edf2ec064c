"""What is asked for most: the cases that were opened for each entry lately, counted and never typed in.

Over whole months: a count that moves with the day would tell who came today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import cast

from tongban.apps.catalogue.rows import Catalogue
from tongban.apps.disclosure.figures import month_bounds, months
from tongban.apps.office import Office
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused

MONTHS = 3
"""So many whole months count, the last ones."""
KEPT = 600.0
"""Seconds for which a count is kept: what is asked for most does not change from one reader to the next."""

_lock = Lock()
_kept: dict[tuple[object, ...], tuple[float, Mapping[str, int]]] = {}


def popularity(here: Office, catalogue: Catalogue, now: datetime) -> Mapping[str, int]:
    """By code, how many cases were opened for it, where they are not too few to be told, in the last three whole months by the practices through which one applies."""
    key = (here.county.code, catalogue.adoption, id(here.journal))
    with _lock:
        kept = _kept.get(key)
    if kept is not None and monotonic() - kept[0] < KEPT:
        return kept[1]
    found = _counted(here, catalogue, now)
    with _lock:
        _kept[key] = (monotonic(), found)
    return found


def _counted(here: Office, catalogue: Catalogue, now: datetime) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    newest, *_, oldest = months(now, MONTHS)
    since, until = month_bounds(oldest), month_bounds(newest)
    assert not isinstance(since, Refused) and not isinstance(until, Refused)
    sql = """
        SELECT state::json -> 'facts' ->> %s, count(*) FROM store_case
        WHERE county = %s AND practice = %s AND kind = %s AND opened_at >= %s AND opened_at < %s GROUP BY 1
    """
    for way in catalogue.spec.applies:
        asked = (way.field, here.county.code, way.practice, way.kind, since[0], until[1])
        for code, n in cast("list[tuple[str | None, int]]", here.rows(sql, asked)):
            counts[code or ""] += n
    return {code: n for code, n in counts.items() if code in catalogue.rows and n >= FEWEST}


def forget() -> None:
    """Count anew when it is next asked for."""
    with _lock:
        _kept.clear()
