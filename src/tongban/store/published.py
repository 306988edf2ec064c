"""Published texts like the words somebody is writing."""

from __future__ import annotations

from typing import cast

from tongban.store.journal import Journal
from tongban.store.search import pairs

MOST_PAIRS = 200
LOOKED_AT = 2000
LEAST_SHARE = 5
"""What shares less than one pair in so many is not alike."""
SAME_PLACE = 3
"""Pairs that lying in the same place counts for."""


def alike(journal: Journal, what: str, words: str, division: str, most: int) -> tuple[str, ...]:
    """Cases whose published text shares most with these words, the likest first, by their pairs of characters."""
    wanted = pairs(words)[:MOST_PAIRS]
    if not wanted:
        return ()
    any_of = " | ".join(f"'{pair}'" for pair in wanted)
    sql = """
        SELECT chain::text FROM (
            SELECT chain, division, since,
                   (SELECT count(*) FROM unnest(tsvector_to_array(vector)) AS own WHERE own = ANY (%s::text[])) AS shared
            FROM store_public
            WHERE county = %s AND what = %s AND (until IS NULL OR until > now()) AND vector @@ %s::text::tsquery
            ORDER BY since DESC LIMIT %s
        ) AS found
        WHERE shared * %s >= %s
        ORDER BY shared + CASE WHEN division = %s AND division <> '' THEN %s ELSE 0 END DESC, since DESC LIMIT %s
    """
    values = (
        wanted,
        journal.county,
        what,
        any_of,
        LOOKED_AT,
        LEAST_SHARE,
        len(wanted),
        division,
        SAME_PLACE,
        most,
    )
    return tuple(cast(str, row[0]) for row in journal.query(sql, values))
