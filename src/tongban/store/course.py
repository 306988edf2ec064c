"""How the cases below a case came along: for every day how many more came to a phase than left it.

The day is that on which it happened in the county, whenever it was written down: a history that is entered later
counts on its own days. The sum over all days is what :mod:`tongban.store.below` counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias, cast

from tongban.store.journal import Journal

Moves: TypeAlias = Mapping[tuple[str, str, str, date], int]
"""By case above, kind, phase and day: how many came to the phase less how many left it."""
Course: TypeAlias = Mapping[tuple[str, str], Mapping[date, int]]
"""By kind and phase: the net number of each day on which anything moved, days in order."""

_ADD = """
    INSERT INTO store_course AS c (county, "case", kind, phase, day, n)
    SELECT %s, u."case", u.kind, u.phase, u.day, u.n
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::date[], %s::int[]) AS u("case", kind, phase, day, n)
    ON CONFLICT (county, "case", kind, phase, day) DO UPDATE SET n = c.n + excluded.n RETURNING 1
"""


def add_moves(journal: Journal, moves: Moves) -> None:
    """Add what moved; rows are locked in the order of their keys."""
    changed = sorted((key, n) for key, n in moves.items() if n)
    if changed:
        columns = [list(column) for column in zip(*(key for key, _ in changed), strict=True)]
        journal.query(_ADD, (journal.county, *columns, [n for _, n in changed]))


def course(journal: Journal, case: str) -> Course:
    """The days of everything below a case, one look; nothing for a case with nothing below it."""
    sql = """SELECT kind, phase, day, n FROM store_course
             WHERE county = %s AND "case" = %s::uuid AND n <> 0 ORDER BY day"""
    found: dict[tuple[str, str], dict[date, int]] = {}
    rows = cast("list[tuple[str, str, date, int]]", journal.query(sql, (journal.county, case)))
    for kind, phase, day, n in rows:
        found.setdefault((kind, phase), {})[day] = n
    return dict(found)


def forget_course(journal: Journal) -> None:
    """Throw the days away, to be counted anew."""
    journal.query("DELETE FROM store_course WHERE county = %s RETURNING 1", (journal.county,))
