"""Finding cases by their words: pairs of characters as a ``tsvector``, with the words themselves rechecked.

Chinese has no spaces, and pairs need no dictionary: whoever types two characters of a place finds it. A
reactor keeps the index; what was erased is out of it at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import cast

from tongban.kernel.value import Value
from tongban.store.batch import STEP, Stored
from tongban.store.journal import Journal
from tongban.store.stream import react
from tongban.store.values import contents, latest

REACTOR = "search"
LONGEST = 20_000
"""Characters of a case that are indexed."""
LONGEST_WORD = 100
_RUN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[0-9a-z]+")


def folded(text: str) -> str:
    """Text as it is compared: full width and case made one."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\0", "")


def pairs(text: str) -> list[str]:
    """What a text is found by: Latin words whole, everything else by pairs of neighbouring characters."""
    found: dict[str, None] = {}
    for run in _RUN.findall(folded(text)):
        if _WORD.fullmatch(run) or len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return list(found)


def _last(text: str) -> list[str]:
    """The last character of each run: with the pairs, every single character begins some key."""
    return [run[-1] for run in _RUN.findall(folded(text)) if not _WORD.fullmatch(run)]


def index_new(journal: Journal, limit: int = 1000) -> int:
    """Index the cases that changed since the last time; returns how many events were looked at."""

    def act(events: Sequence[Stored]) -> None:
        index(journal, dict.fromkeys(event.chain for event in events))

    return react(journal, REACTOR, act, limit, (STEP,))


def index(journal: Journal, cases: Iterable[str]) -> None:
    """Write the search rows of these cases anew from their content."""
    wanted = list(cases)
    given = contents(journal, wanted)
    texts = [" ".join(_words(latest(given.get(case, {})).values()))[:LONGEST] for case in wanted]
    sql = """
        INSERT INTO store_search (county, chain, text, vector)
        SELECT %s, chain, text, array_to_tsvector(string_to_array(pairs, ' '))
        FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS u(chain, text, pairs) WHERE text <> ''
        ON CONFLICT (county, chain) DO UPDATE SET text = excluded.text, vector = excluded.vector RETURNING 1
    """
    keys = [" ".join(dict.fromkeys([*pairs(text), *_last(text)])) for text in texts]
    journal.query(sql, (journal.county, wanted, [folded(text) for text in texts], keys))
    empty = [case for case, text in zip(wanted, texts, strict=True) if not text]
    if empty:
        sql = "DELETE FROM store_search WHERE county = %s AND chain = ANY (%s::uuid[]) RETURNING 1"
        journal.query(sql, (journal.county, empty))


def _words(values: Iterable[Value]) -> list[str]:
    """The texts among values; ids of files are no words."""
    return [value for value in values if isinstance(value, str)]


def found(journal: Journal, text: str, limit: int = 50) -> tuple[str, ...]:
    """Ids of the cases whose texts hold every word of the question, the newest first."""
    words = _RUN.findall(folded(text))
    keys = pairs(text)
    if not words or not keys:
        return ()
    sql = """
        SELECT s.chain::text FROM store_search s
        JOIN store_case c ON c.county = s.county AND c.id = s.chain
        WHERE s.county = %s AND s.vector @@ %s::text::tsquery AND s.text LIKE ALL (%s::text[])
        ORDER BY c.opened_at DESC, c.id LIMIT %s
    """
    query = " & ".join(f"'{key}':*" if len(key) == 1 else f"'{key}'" for key in keys)
    likes = [f"%{_literal(word)}%" for word in words]
    return tuple(cast(str, row[0]) for row in journal.query(sql, (journal.county, query, likes, limit)))


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
