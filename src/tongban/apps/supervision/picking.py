"""One look at all open cases of a reader's units: counted, and the few picked that a page shows.

Open cases are a small part of all there are, and their indexes hold all that is asked of them here
(``case_holder``, ``case_opened``), so that one statement counts them to the case and reads the rows of the
picked ones alone. Nothing is kept for the next look: every figure is that of its moment, and no step waits
for a tally.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.office import Office
from tongban.apps.supervision.lines import COLUMNS, Seen, counts_of, seen
from tongban.apps.supervision.scope import SUPERIOR, Scope
from tongban.apps.supervision.views import AGES, Standing
from tongban.apps.supervision.watching import SETTLED, Watch, bounds
from tongban.apps.wording import SOON
from tongban.store.models.cases import IMPORTED

WAITS = ("stopped", "requester", "own", "other")
"""Whom an open case waits for."""
LONGEST = 6
OLDEST = 300
"""Of the cases registered first, among how many the most handed on are looked for."""
NOTICES = 1000
"""How many of the latest notices to superiors are looked through for open cases."""
RAISED = 5

Counted = tuple[Seen, Mapping[str, int]]
"""A row with how often each step was taken on it."""


class Old(Struct, frozen=True):
    """Of a case registered long ago, what tells whether it was handed on often."""

    id: str
    adoption: str
    kind: str
    home: str
    counts: Mapping[str, int] | None


class Group(Struct, frozen=True):
    """Open cases that are alike: of one holder and kind, of one column of ``AGES``, waiting for the same."""

    holder: str
    practice: str
    kind: str
    column: int
    waits: int
    """for which of ``WAITS``"""
    n: int
    late: int
    soon: int

    def standing(self) -> Standing:
        waiting = {name: self.n if self.waits == at else 0 for at, name in enumerate(WAITS)}
        ages = tuple(self.n if at == self.column else 0 for at in range(len(AGES) + 1))
        return Standing(self.n, self.late, self.soon, **waiting, ages=ages)


class Raised(Struct, frozen=True):
    """A case whose superior was told of it; by which ``clock``, "" where somebody raised it."""

    case: Seen
    notice: str
    at: datetime
    clock: str


class Look(Struct, frozen=True):
    """What one statement brought. ``latest`` is by practice and kind.
    ``imported`` counts those that are late and came from an old list."""

    groups: tuple[Group, ...]
    longest: tuple[Counted, ...]
    oldest: tuple[Old, ...]
    raised: tuple[Raised, ...]
    latest: Mapping[tuple[str, str], Seen]
    imported: int

    def rows(self) -> Iterator[Seen]:
        """Every case that it names."""
        yield from (row for row, _ in self.longest)
        yield from (each.case for each in self.raised)
        yield from self.latest.values()


_GROUPS = f"""
    SELECT 'group', NULL::uuid, json_build_array(holder, practice, kind, age, waits, n, late, soon)::text FROM (
        SELECT holder, practice, kind, {len(AGES)} - width_bucket(opened_at, %s::timestamptz[]) AS age,
               CASE WHEN next_due IS NULL THEN 0 WHEN waiting = '' THEN 1
                    WHEN waiting = holder THEN 2 ELSE 3 END AS waits, count(*) AS n,
               count(*) FILTER (WHERE waiting <> '' AND next_due <= %s) AS late,
               count(*) FILTER (WHERE waiting <> '' AND next_due > %s AND next_due <= %s) AS soon
        FROM store_case WHERE {{where}} GROUP BY 1, 2, 3, 4, 5
    ) AS counted
"""  # noqa: S608 - constants only
_LONGEST = f"""
    SELECT 'longest', id, NULL FROM store_case WHERE {{where}} AND waiting <> ''
    ORDER BY stage_since, id LIMIT {LONGEST}
"""  # noqa: S608 - constants only
_OLDEST = f"""
    SELECT 'oldest', NULL::uuid, json_build_array(key, adoption, kind, home, state::json -> 'counts')::text
    FROM (SELECT id AS key FROM store_case WHERE {{where}} AND waiting <> ''
          ORDER BY opened_at, id LIMIT {OLDEST}) AS first JOIN store_case ON county = %s AND id = key
"""  # noqa: S608 - constants only
_RAISED = f"""
    SELECT 'raised', key, json_build_array(notice, at, (
        SELECT follow ->> 'clock'
        FROM store_event AS e, json_array_elements(e.body::json -> 'facts' -> 'follows') AS follow
        WHERE e.county = %s AND e.chain = key AND e.seq = nth AND follow ->> 'is' = 'clock_rung' LIMIT 1
    ))::text FROM (
        SELECT id AS key, notice, at, nth
        FROM (SELECT chain, seq AS nth, notice, at FROM store_notice WHERE county = %s AND "to" = '{SUPERIOR}'
              ORDER BY at DESC LIMIT {NOTICES}) AS told
        JOIN store_case ON id = chain AND {{where}}
        ORDER BY at DESC LIMIT {RAISED * 4}
    ) AS latest
"""  # noqa: S608 - constants only
_IMPORTED = f"""
    SELECT 'imported', NULL::uuid, count(*)::text FROM store_case
    WHERE {{where}} AND channel = '{IMPORTED}' AND waiting <> '' AND next_due <= %s
"""  # noqa: S608 - constants only
_LATEST = """
    SELECT 'latest', id, NULL FROM (
        SELECT DISTINCT ON (practice, kind) id FROM (
            SELECT id, practice, kind, opened_at FROM store_case WHERE {where}
            UNION ALL SELECT id, practice, kind, opened_at FROM store_case WHERE {lately}
        ) AS either WHERE (practice, kind) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
        ORDER BY practice, kind, opened_at DESC, id
    ) AS newest
"""
"""Of all kinds in one pass: asked one by one, each kind of which there are few reads all cases to find them."""


def look(here: Office, scope: Scope, wanted: Watch, kinds: Sequence[tuple[str, str]], now: datetime) -> Look:
    """The open cases within bounds. Of ``kinds`` (practice and kind) also those settled lately are picked from."""
    where, values = bounds(here, scope, wanted, now)
    lately, lately_values = bounds(here, scope, replace(wanted, state=SETTLED), now)
    # A case that is exactly a day old stands in the second column: an edge is passed a microsecond later.
    edges = sorted(now - timedelta(days=days) + timedelta.resolution for days in AGES)
    ways: list[tuple[str, list[object]]] = [
        (_GROUPS, [edges, now, now, now + SOON, *values]),
        (_LONGEST, values),
        (_OLDEST, [*values, here.county.code]),
        (_RAISED, [here.county.code, here.county.code, *values]),
        (_IMPORTED, [*values, now]),
    ]
    if kinds:
        ways.append((_LATEST, [*values, *lately_values, *map(list, zip(*kinds, strict=True))]))
    every = " UNION ALL ".join(f"({way.format(where=where, lately=lately)})" for way, _ in ways)
    sql = f"""
        WITH picked(reason, key, told) AS MATERIALIZED ({every})
        SELECT reason, told, CASE WHEN reason = 'longest' THEN (state::json -> 'counts')::text END,
               {COLUMNS} FROM picked LEFT JOIN store_case ON county = %s AND id = key
    """  # noqa: S608 - constants and bound values only
    return _read(here.rows(sql, [*(value for _, each in ways for value in each), here.county.code]))


def _read(rows: list[tuple[object, ...]]) -> Look:
    groups: list[Group] = []
    oldest: list[Old] = []
    longest: list[Counted] = []
    raised: dict[str, Raised] = {}
    latest: dict[tuple[str, str], Seen] = {}
    imported = 0
    for reason, told, counts, *columns in rows:
        if reason == "group":
            groups.append(Group(*json.loads(cast("str", told))))
            continue
        if reason == "imported":
            imported = int(cast("str", told))
            continue
        if reason == "oldest":
            oldest.append(Old(*json.loads(cast("str", told))))
            continue
        row = seen(tuple(columns))
        if reason == "raised":
            notice, moment, clock = json.loads(cast("str", told))
            at = datetime.fromisoformat(moment)
            if row.id not in raised or raised[row.id].at < at:
                raised[row.id] = Raised(row, notice, at, clock or "")
        elif reason == "latest":
            latest[row.practice, row.kind] = row
        else:
            longest.append((row, counts_of(counts)))
    return Look(
        tuple(groups),
        tuple(sorted(longest, key=lambda pair: pair[0].stage_since)),
        tuple(oldest),
        tuple(sorted(raised.values(), key=lambda each: each.at, reverse=True))[:RAISED],
        latest,
        imported,
    )
