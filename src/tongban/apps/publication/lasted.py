"""How long cases took: the days by which a tenth, a quarter, half, three quarters and nine tenths of them were done. No average alone.

Calendar days from registration to the end, as whoever brought the case lived them. A case counts for the month in which it ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct

from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.office import Office
from tongban.kernel.indicator.suppression import alone

CUTS = (10, 25, 50, 75, 90)
"""Per cent of the cases."""
LEAST = 30
"""Ended cases below which the public is told no share: a tenth of fewer is one or two people's own time."""
_WORKER = "CASE WHEN holder = home THEN coalesce(nullif(state::json ->> 'previous_holder', ''), holder) ELSE holder END"
"""The unit that did the work, as ``Case.worker`` says it."""
_CUT = "count(*), percentile_disc(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY settled_at - opened_at)"
_ENDED = "FROM store_case WHERE county = %s AND practice = %s AND kind = %s AND settled_at >= %s AND settled_at < %s"
_MONTHS = (
    f"SELECT to_char(settled_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, {_CUT} {_ENDED} GROUP BY 1"
)
_WIDE = f"coalesce((%s::text[])[array_position(%s::text[], {_WORKER})], {_WORKER})"
"""A village's cases are those of its township."""
_UNITS = f"SELECT {_WIDE} AS unit, {_CUT} {_ENDED} GROUP BY 1"


class Lasted(Struct, frozen=True):
    """Days by which each share of ``CUTS`` was done, by month or by unit."""

    key: str
    days: tuple[float, ...]


def by_month(here: Office, practice: str, kind: str, start: datetime, end: datetime) -> Mapping[str, Lasted]:
    """Of the whole county, for the months in which enough ended."""
    return {each.key: each for each, n in _found(here, _MONTHS, practice, kind, start, end) if n >= LEAST}


def by_unit(here: Office, practice: str, kind: str, start: datetime, end: datetime) -> tuple[Lasted, ...]:
    """Of each unit that may be told alone and ended enough, the shortest middle first."""
    wide = {unit: wider for unit in here.county.units if (wider := wide_unit(here, unit)) != unit}
    found = list(_found(here, _UNITS, practice, kind, start, end, [*wide.values()], [*wide]))
    told = alone({each.key: n for each, n in found})
    return tuple(
        sorted(
            (each for each, n in found if n >= LEAST and each.key in told),
            key=lambda each: (each.days[2], each.key),
        )
    )


def _found(
    here: Office,
    sql: str,
    practice: str,
    kind: str,
    start: datetime,
    end: datetime,
    *first: Sequence[str],
) -> list[tuple[Lasted, int]]:
    rows = here.rows(sql, [*first, here.county.code, practice, kind, start, end])
    return [
        (Lasted(key, tuple(round(each / timedelta(days=1), 1) for each in cuts)), n)
        for key, n, cuts in cast("list[tuple[str, int, Sequence[timedelta]]]", rows)
    ]
