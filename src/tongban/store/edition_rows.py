"""Rows of a kept edition, found where they lie: whoever looks for one case does not read the others."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from tongban.kernel.edition.lines import Population, population_of
from tongban.store.editions import Kept
from tongban.store.journal import Journal

_SALTS = """
    SELECT substring(line FROM '"salt":"([0-9a-f]{32})"')
    FROM store_edition, unnest(string_to_array(text, E'\\n')) AS line
    WHERE county = %s AND period = %s AND edition = %s AND strpos(line, '"line":"population"') > 0
"""
_WITH = """
    SELECT line FROM store_edition, unnest(string_to_array(text, E'\\n')) AS line
    WHERE county = %s AND period = %s AND edition = %s AND strpos(line, '"line":"population"') > 0
      AND EXISTS (SELECT FROM unnest(%s::text[]) AS mark WHERE strpos(line, mark) > 0)
"""
_MEASURED = """
    SELECT (SELECT coalesce(sum(json_array_length(line::json -> 'marks')), 0)
            FROM unnest(string_to_array(text, E'\\n')) AS line WHERE strpos(line, '"line":"population"') > 0),
           octet_length(text)
    FROM store_edition WHERE county = %s AND period = %s AND edition = %s
"""


def salts(journal: Journal, made: Kept) -> tuple[str, ...]:
    """The salts of all its populations."""
    return tuple(str(salt) for (salt,) in journal.query(_SALTS, _place(journal, made)))


def rows_with(journal: Journal, made: Kept, marks: Collection[str]) -> tuple[Population, ...]:
    """Of its populations those that have one of these marks."""
    wanted = [f'"{mark}"' for mark in marks]
    found = journal.query(_WITH, (*_place(journal, made), wanted))
    return tuple(population_of(str(line)) for (line,) in found)


def measured(journal: Journal, made: Kept) -> tuple[int, int]:
    """How many rows it has, and the bytes of its lines."""
    ((rows, length),) = journal.query(_MEASURED, _place(journal, made))
    return int(cast(int, rows)), cast(int, length)


def _place(journal: Journal, made: Kept) -> tuple[str, str, int]:
    return journal.county, made.period, made.edition
