"""Published texts: put out, found by their words, and found by what somebody is writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tongban.store.journal import Journal
from tongban.store.search import folded, pairs

MOST_PAIRS = 200
LOOKED_AT = 2000
LEAST = 0.12
"""What shares less than this part of the weight of all that is asked is not alike."""
LENGTH = 0.6
"""How far a text's length counts against it: 0 not at all, 1 fully."""
SAME_PLACE = 1.2
"""How much likelier a case of the same place is."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it goes out: ``text`` is JSON, ``plain`` the words it is found by.

    It is shown from ``since`` on, ``until`` a moment or (None) until it is taken down.
    """

    what: str
    chain: str
    category: str
    division: str
    title: str
    text: str
    plain: str
    since: datetime
    until: datetime | None = None


def put(journal: Journal, text: Text) -> None:
    """Publish; the same case published again takes the place of what was there."""
    sql = """
        INSERT INTO store_public (county, what, chain, category, division, title, text, plain, vector, since, until)
        VALUES (%s, %s, %s::uuid, %s, %s, %s, %s::jsonb, %s, array_to_tsvector(%s::text[]), %s, %s)
        ON CONFLICT (county, what, chain) DO UPDATE SET category = excluded.category,
            division = excluded.division, title = excluded.title, text = excluded.text, plain = excluded.plain,
            vector = excluded.vector, since = excluded.since, until = excluded.until
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
        text.until,
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


ALIKE = """
    WITH near AS (
        SELECT chain, division, since, title, vector, length(vector) AS size FROM store_public
        WHERE county = %s AND what = %s AND (until IS NULL OR until > now()) AND vector @@ %s::text::tsquery
        ORDER BY since DESC LIMIT %s
    ), shared AS (
        SELECT chain, pair FROM near, unnest(tsvector_to_array(vector)) AS pair WHERE pair = ANY (%s::text[])
    ), weighed AS (
        SELECT pair, ln(1 + (SELECT count(*) FROM near)::float8 / count(*)) AS weight FROM shared GROUP BY pair
    ), whole AS (
        SELECT sum(coalesce(weight, ln(1 + (SELECT count(*) FROM near)::float8))) AS weight
        FROM unnest(%s::text[]) AS asked(pair) LEFT JOIN weighed USING (pair)
    ), scored AS (
        SELECT chain, sum(weight) AS score FROM shared JOIN weighed USING (pair) GROUP BY chain
    ), ranked AS (
        SELECT DISTINCT ON (title) chain, since,
               score / (1 - %s + %s * size / (SELECT avg(size) FROM near))
                 * CASE WHEN division = %s AND division <> '' THEN %s ELSE 1 END AS likeness
        FROM scored JOIN near USING (chain)
        WHERE score >= %s * (SELECT weight FROM whole)
        ORDER BY title, likeness DESC, since DESC
    )
    SELECT chain::text FROM ranked ORDER BY likeness DESC, since DESC LIMIT %s
"""


def alike(journal: Journal, what: str, words: str, division: str, most: int) -> tuple[str, ...]:
    """Cases whose published text is most like these words, the likest first, each title once.

    By the pairs of characters that they share: a pair that many texts have weighs little, and a long text
    needs more of them (after Robertson and Zaragoza 2009, BM25, with every pair counted once).
    """
    wanted = pairs(words)[:MOST_PAIRS]
    if not wanted:
        return ()
    any_of = " | ".join(f"'{pair}'" for pair in wanted)
    values = (
        journal.county, what, any_of, LOOKED_AT, wanted, wanted, LENGTH, LENGTH, division, SAME_PLACE, LEAST, most,
    )  # fmt: skip
    return tuple(cast(str, row[0]) for row in journal.query(ALIKE, values))
