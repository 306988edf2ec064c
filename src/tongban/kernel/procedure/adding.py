"""Caps over several kinds at once: what rows of one person come to together, on each day, against a list that the county publishes.

Each row of the list is a bundle from a day on: its members, and what they may come to together. A later row of the same bundle takes over
from its first day, so that a cap which changes in mid-month is two rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.value import Facts

EVER = "9999-12-31"
"""The last day of what has none. Days are compared as they are written."""
TOGETHER = "together"
"""The relation of what a bundle finds."""
MEMBERS, CAP, LAST_DAY, BUNDLE = "members", "cap", "last_day", "bundle"
_parts = shapes.reader(tuple[str, ...])


class Standing(NamedTuple):
    """One row as it is compared."""

    since: str
    until: str
    key: tuple[str, ...]
    what: str
    amount: int
    fields: Facts


class Bundle(Struct, frozen=True):
    id: str
    members: frozenset[str]
    cap: int
    since: str
    until: str


class Beyond(NamedTuple):
    """Days in a row on which rows are together above the cap; ``rows`` in the order in which they began, ``over`` at its most."""

    rows: tuple[Standing, ...]
    brought_over: Standing
    since: str
    until: str
    over: int


def bundles_of(rows: Iterable[tuple[str, Facts]]) -> tuple[Bundle, ...]:
    """The rows of the list: by code and first day, each until the day before the next of its code."""
    said: dict[str, list[tuple[str, Facts]]] = defaultdict(list)
    for key, fields in rows:
        code, since = _parts(key)
        said[code].append((since, fields))
    found: list[Bundle] = []
    for code, each in sorted(said.items()):
        each.sort(key=lambda row: row[0])
        starts = [since for since, _ in each[1:]]
        for (since, fields), following in zip(each, [*starts, ""], strict=True):
            until = str(fields.get(LAST_DAY) or EVER)
            until = min(until, _before(following)) if following else until
            members, cap = fields.get(MEMBERS), fields.get(CAP)
            if isinstance(members, tuple | list) and isinstance(cap, int) and since <= until:
                found.append(Bundle(code, frozenset(map(str, members)), cap, since, until))
    return tuple(found)


def beyond(group: Sequence[Standing], bundle: Bundle) -> Iterator[Beyond]:
    """Every stretch of days on which two rows or more are together above the cap. One row alone that is above it is a matter of
    whoever granted it."""
    members = [row for row in group if row.what in bundle.members]
    if len(members) < 2 or sum(row.amount for row in members) <= bundle.cap:
        return
    held = [(max(row.since, bundle.since), min(row.until, bundle.until), row) for row in members]
    held = [each for each in held if each[0] <= each[1]]
    days = sorted({since for since, _, _ in held} | {_after(until) for _, until, _ in held if until < EVER})
    begun: tuple[str, list[Standing], Standing, int] | None = None
    for day in days:
        there = [row for since, until, row in held if since <= day <= until]
        over = sum(row.amount for row in there) - bundle.cap
        if over > 0 and len(there) > 1:
            last = max(there, key=_begun)
            since, rows, first, most = begun or (day, [], last, 0)
            begun = (since, [*rows, *(row for row in there if row not in rows)], first, max(most, over))
        elif begun is not None:
            yield _beyond(begun, _before(day))
            begun = None
    if begun is not None:
        yield _beyond(begun, EVER)


def _beyond(begun: tuple[str, list[Standing], Standing, int], until: str) -> Beyond:
    since, rows, brought_over, over = begun
    return Beyond(tuple(sorted(rows, key=_begun)), brought_over, since, until, over)


def _begun(row: Standing) -> tuple[str, tuple[str, ...]]:
    return row.since, row.key


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(1)).isoformat()


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()
