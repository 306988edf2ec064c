"""Published texts: put out, found by their words, and found by what somebody is writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tongban.store.journal import Journal
from tongban.store.search import folded, pairs

MOST_PAIRS = 200
LOOKED_AT = 2000
LEAST_SHARE = 5
"""What shares less than one pair in so many is not alike."""
SAME_PLACE = 3
"""Pairs that lying in the same place counts for."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it goes out: ``text`` is JSON, ``plain`` the words it is found by, ``since`` from when on."""

    what: str
    chain: str
    category: str
    division: str
    title: str
    text: str
    plain: str
    since: datetime


def put(journal: Journal, text: Text) -> None:
    """Publish; the same case published again takes the place of what was there."""
    sql = """
        INSERT INTO store_public (county, what, chain, category, division, title, text, plain, vector, since, until)
        VALUES (%s, %s, %s::uuid, %s, %s, %s, %s::jsonb, %s, array_to_tsvector(%s::text[]), %s, NULL)
        ON CONFLICT (county, what, chain) DO UPDATE SET category = excluded.category,
            division = excluded.division, title = excluded.title, text = excluded.text, plain = excluded.plain,
            vector = excluded.vector, since = excluded.since, until = NULL
        RETURNING 1
    """
    values = (
        journal.county,
        text.what,
        text.chain,
        text.category,
        text.division,
        text.title,
        text.text,
        folded(text.plain),
        pairs(text.plain),
        text.since,
    )
    journal.query(sql, values)


def found(journal: Journal, what: str, words: str, most: int) -> tuple[str, ...]:
    """Cases whose published text holds these words, the newest first: by their pairs, then the words themselves."""
    runs = folded(words).split()
    # Latin words are found as words alone by their key, but may stand right beside Chinese ones.
    keys = [key for key in pairs(words) if len(key) > 1 and not key.isascii()]
    if not runs:
        return ()
    sql = """
        SELECT chain::text FROM store_public
        WHERE county = %s AND what = %s AND (until IS NULL OR until > now())
          AND (%s = '' OR vector @@ %s::text::tsquery) AND plain LIKE ALL (%s::text[])
        ORDER BY since DESC, chain DESC LIMIT %s
    """
    query = " & ".join(f"'{key}'" for key in keys[:MOST_PAIRS])
    likes = [f"%{_literal(run)}%" for run in runs]
    rows = journal.query(sql, (journal.county, what, query, query, likes, most))
    return tuple(cast(str, row[0]) for row in rows)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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
