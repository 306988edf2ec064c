"""Finding texts by pairs of characters.

Chinese writes no spaces, and word lists miss what they do not know (3 % measured); every pair of
neighbouring characters is found for certain. Latin words and numbers are kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from django.db import connection

_RUN = re.compile(r"[0-9A-Za-z]+|[^\W\da-zA-Z_]+")
MOST_TERMS = 4_000


def terms(text: str) -> tuple[str, ...]:
    """What a text is found by: pairs of neighbouring characters, whole words and numbers, each once."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text.lower()):
        if run[0].isascii() or len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(run[n : n + 2] for n in range(len(run) - 1)))
        if len(found) >= MOST_TERMS:
            break
    return tuple(found)


def any_of(wanted: Sequence[str]) -> str:
    """A tsquery that any of the terms satisfies."""
    return " | ".join(_quoted(term) for term in wanted)


def all_of(wanted: Sequence[str]) -> str:
    """A tsquery that only all of the terms satisfy."""
    return " & ".join(_quoted(term) for term in wanted)


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def index_case(county: str, chain: str, text: str) -> None:
    """Make a case findable by its words (they go with its content when that is erased)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO store_search (county, chain, text, vector) VALUES (%s, %s, %s, array_to_tsvector(%s::text[]))
               ON CONFLICT (county, chain) DO UPDATE SET text = excluded.text, vector = excluded.vector""",
            (county, chain, text, list(terms(text))),
        )


def find_cases(county: str, words: str, most: int) -> list[str]:
    """Ids of cases whose words hold all of these, checked against the text itself. The newest first."""
    wanted = terms(words)
    if not wanted:
        return []
    pattern = f"%{words.strip().lower().replace('%', '').replace('_', '')}%"
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT chain::text FROM store_search
               WHERE county = %s AND vector @@ %s::tsquery AND lower(text) LIKE %s ORDER BY chain DESC LIMIT %s""",
            (county, all_of(wanted), pattern, most),
        )
        return [cast(str, row[0]) for row in cursor.fetchall()]


def alike(county: str, what: str, words: str, division: str, most: int) -> list[tuple[str, str, float]]:
    """Published texts most like these words: chain, title and share of the words' terms they hold.

    Texts of the same place come before equally alike ones from elsewhere. What shares less than a fifth
    is not alike.
    """
    wanted = terms(words)[:200]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT chain::text, title, shared::float / %s AS share FROM (
                   SELECT chain, title, division, since,
                          (SELECT count(*) FROM unnest(%s::text[]) AS t WHERE vector @@ quote_literal(t)::tsquery) AS shared
                   FROM store_public
                   WHERE county = %s AND what = %s AND (until IS NULL OR until > now()) AND vector @@ %s::tsquery
                   ORDER BY since DESC LIMIT 2000
               ) AS found
               WHERE shared * 5 >= %s
               ORDER BY shared + CASE WHEN division = %s AND division <> '' THEN 3 ELSE 0 END DESC, since DESC LIMIT %s""",
            (len(wanted), list(wanted), county, what, any_of(wanted), len(wanted), division, most),
        )
        return [(cast(str, c), cast(str, t), cast(float, s)) for c, t, s in cursor.fetchall()]
