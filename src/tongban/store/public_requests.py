"""Which published texts and which open cases a question about public requests finds, by days: an hour could tell who it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.store.journal import Journal

MOST = 20_000
"""Rows that one question looks at; what lies beyond is found by asking for a shorter time."""
MOST_OPEN = 2_000


class Window(Struct, frozen=True):
    """``since`` and ``until`` bound the day a case was opened (its first moment); the others when it changed. None is no bound."""

    since: datetime | None
    until: datetime | None
    changed_since: datetime | None
    changed_until: datetime | None


_DAY = "date_trunc('day', ({}) AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'"
_OPENED = _DAY.format("(text->>'opened')::timestamptz")
_CASE_OPENED = _DAY.format("opened_at")
_STAGE = _DAY.format("stage_since")


def _bounds(window: Window, opened: str, changed: str) -> tuple[str, list[object]]:
    parts, values = "", cast("list[object]", [])
    for column, sign, value in (
        (opened, ">=", window.since),
        (opened, "<=", window.until),
        (changed, ">=", window.changed_since),
        (changed, "<=", window.changed_until),
    ):
        if value is not None:
            parts += f" AND {column} {sign} %s"
            values.append(value)
    return parts, values


def published_in(
    journal: Journal, window: Window, adoptions: Sequence[str]
) -> tuple[tuple[str, datetime, str, str], ...]:
    """Id, first moment of the day it was opened, category and adoption of published cases; the newest first."""
    clause, values = _bounds(window, _OPENED, "since")
    sql = f"""
        SELECT chain::text, {_OPENED} AS opened, category, text->>'adoption' FROM store_public
        WHERE county = %s AND what = 'case' AND (until IS NULL OR until > now())
          AND text->>'adoption' = ANY (%s::text[]){clause}
        ORDER BY opened DESC, chain LIMIT {MOST}
    """  # noqa: S608 - constants; values are bound
    rows = journal.query(sql, (journal.county, list(adoptions), *values))
    return cast("tuple[tuple[str, datetime, str, str], ...]", tuple(rows))


def open_in_window(
    journal: Journal, window: Window, practices: Sequence[str], categories: Sequence[str]
) -> tuple[str, ...]:
    """Ids of open cases of these practices and categories that follow no other; the newest first."""
    clause, values = _bounds(window, _CASE_OPENED, _STAGE)
    sql = f"""
        SELECT id::text FROM store_case
        WHERE county = %s AND standing = 'open' AND parent IS NULL AND joined IS NULL
          AND practice = ANY (%s::text[]) AND category = ANY (%s::text[]){clause}
        ORDER BY opened_at DESC, id LIMIT {MOST_OPEN}
    """  # noqa: S608 - constants; values are bound
    rows = journal.query(sql, (journal.county, list(practices), list(categories), *values))
    return tuple(cast("str", row[0]) for row in rows)
