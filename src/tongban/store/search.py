"""Finding cases by their words: pairs of characters as a ``tsvector``, with the words themselves rechecked.

Chinese has no spaces, and pairs need no dictionary: whoever types two characters of a place finds it. Beside
the words of a case stand marks that no text can hold (they begin with ``@``): the month it was opened in, the
units that have to do with it, its practice, category and place. So a question reads what its reader may see
of one month after another, the newest first, until it has enough, and a word that half of all cases hold
costs no more than a rare one.

A reactor keeps the index; what was erased is out of it at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias, cast

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.value import Value
from tongban.store.batch import Loaded, Stored
from tongban.store.journal import Journal
from tongban.store.simplified import SIMPLIFIED
from tongban.store.values import contents, latest

REACTOR = "search"
LONGEST = 20_000
"""Characters of a case that are indexed."""
NEWEST = 1000
"""Of the cases opened last, how many are looked through one by one, before the index is asked."""
NUMBER = 12
"""Digits of a case's own number."""
_RUN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[0-9a-z]+")
_SMALL = ("township", "village", "grid")
"""Levels of the places by whose names a case is found."""


def folded(text: str) -> str:
    """Text as it is compared: full width and case made one."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\0", "")


def simplified(text: str) -> str:
    """Text with traditional characters read as simplified ones: what is written in either is found by either."""
    return text.translate(SIMPLIFIED)


def pairs(text: str) -> list[str]:
    """What a text is found by: Latin words whole, everything else by pairs of neighbouring characters."""
    found: dict[str, None] = {}
    for run in _RUN.findall(folded(text)):
        if _WORD.fullmatch(run) or len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return list(found)


def _keys(text: str) -> list[str]:
    """All that a text is found by: its pairs, the Latin words and numbers that stand right beside Chinese
    characters, and the last character of each run: every single character begins some key."""
    runs = [run for run in _RUN.findall(folded(text)) if not _WORD.fullmatch(run)]
    inside = (word for run in runs for word in _WORD.findall(run))
    return list(dict.fromkeys([*pairs(text), *inside, *(run[-1] for run in runs)]))


def index_events(journal: Journal, events: Sequence[Stored], places: Places | None = None) -> None:
    """Index the cases of these events, and those beside which they are found. ``places`` where somebody has read them already."""
    changed = list(dict.fromkeys(event.chain for event in events))
    sql = """
        SELECT id::text FROM store_case WHERE county = %s AND parent = ANY (%s::uuid[])
        UNION SELECT parent::text FROM store_case WHERE county = %s AND id = ANY (%s::uuid[]) AND parent IS NOT NULL
    """
    beside = journal.query(sql, (journal.county, changed, journal.county, changed))
    index(journal, dict.fromkeys([*changed, *(cast(str, row[0]) for row in beside)]), places)


def index(journal: Journal, cases: Iterable[str], places: Places | None = None) -> None:
    """Write the search rows of these cases anew from their content and from where they stand."""
    wanted = list(cases)
    loaded = {each.case.id: each for each in journal.load(ids=wanted)}
    given, helpers = contents(journal, loaded), _helpers(journal, list(loaded))
    places = places_of(journal) if places is None else places
    rows: list[tuple[str, datetime, str, str]] = []
    empty = [case for case in wanted if case not in loaded]
    for id_, each in loaded.items():
        around = list(_around(each.case.division, places))
        told = (*latest(given.get(id_, {})).values(), *filter(_in_words, each.case.facts.values()))
        words = [value for value in told if isinstance(value, str)]
        if not words:
            empty.append(id_)
            continue
        names = [places[code].name for code in around if places[code].level in _SMALL]
        text = simplified(" ".join([*names, *words])[:LONGEST])
        marks = _marks(each, around, helpers.get(id_, ()))
        rows.append((id_, each.case.opened_at, folded(text), " ".join([*_keys(text), *marks])))
    sql = """
        INSERT INTO store_search AS s (county, chain, at, text, vector)
        SELECT %s, chain, at, text, array_to_tsvector(string_to_array(keys, ' '))
        FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[]) AS u(chain, at, text, keys)
        ON CONFLICT (county, chain) DO UPDATE SET at = excluded.at, text = excluded.text, vector = excluded.vector
        WHERE (s.at, s.text, s.vector) IS DISTINCT FROM (excluded.at, excluded.text, excluded.vector) RETURNING 1
    """
    if rows:
        journal.query(sql, (journal.county, *(list(column) for column in zip(*rows, strict=True))))
    if empty:
        sql = "DELETE FROM store_search WHERE county = %s AND chain = ANY (%s::uuid[]) RETURNING 1"
        journal.query(sql, (journal.county, empty))


def _in_words(value: Value) -> bool:
    """Whether what the ledger keeps in plain is something that people wrote, and no code or day."""
    return isinstance(value, str) and any("一" <= char <= "鿿" for char in value)


class _Place(NamedTuple):
    name: str
    level: str
    parent: str


Places: TypeAlias = "Mapping[str, _Place]"


def places_of(journal: Journal) -> Places:
    """The places of the county, those of earlier days too."""
    sql = "SELECT code, name, level, parent FROM store_division WHERE county = %s"
    rows = cast(list[tuple[str, str, str, str]], journal.query(sql, (journal.county,)))
    return {code: _Place(*rest) for code, *rest in rows}


def _around(code: str, places: Places) -> Iterable[str]:
    """A place and those it lies in, the smallest first."""
    seen: set[str] = set()
    while code in places and code not in seen:
        seen.add(code)
        yield code
        code = places[code].parent


def _helpers(journal: Journal, cases: list[str]) -> dict[str, list[str]]:
    """The holders of subcases, by case."""
    sql = "SELECT parent::text, holder FROM store_case WHERE county = %s AND parent = ANY (%s::uuid[])"
    found: dict[str, list[str]] = {}
    for case, holder in cast(list[tuple[str, str]], journal.query(sql, (journal.county, cases))):
        found.setdefault(case, []).append(holder)
    return found


def _marks(loaded: Loaded, places: Iterable[str], helpers: Iterable[str]) -> list[str]:
    """What else a case is found by: month, its number from the end, units, practice, category and those above it, places."""
    case: Case = loaded.case
    parent = [loaded.parent.holder] if loaded.parent is not None else []
    mandated = [mandate.unit for mandate in (*case.mandates, *loaded.mandates)]
    units = [case.holder, case.previous_holder, case.home, *helpers, *parent, *mandated]
    category = str(case.facts.get("category") or "")
    levels = category.split(".") if category else []
    categories = [".".join(levels[: n + 1]) for n in range(len(levels))]
    marks = [
        _month(case.opened_at),
        mark("n", case.number[:NUMBER][::-1]),
        *(mark("u", unit) for unit in units if unit),
        mark("p", case.practice),
        *(mark("c", each) for each in categories),
        *(mark("d", each) for each in places),
    ]
    return list(dict.fromkeys(marks))


def _month(at: datetime) -> str:
    return f"@m{at.astimezone(UTC):%Y%m}"


def mark(kind: str, value: str) -> str:
    return f"@{kind}" + "_".join(value.split())


class Hit(NamedTuple):
    """A case that was found, and when it was opened: the next page begins after it."""

    at: datetime
    case: str


class Question(Struct, frozen=True):
    """Words, and what the cases must be besides. ``units``: one of them has to do with it, unless ``everywhere``."""

    words: str
    units: tuple[str, ...] = ()
    everywhere: bool = True
    practice: str = ""
    category: str = ""
    division: str = ""
    after: Hit | None = None


_BEFORE = "(at, chain) < (%s::timestamptz, %s::uuid)"
_FIRST = f"""
    SELECT at, chain::text FROM (
        SELECT at, chain, text, vector FROM store_search WHERE county = %s AND {_BEFORE}
        ORDER BY at DESC, chain DESC LIMIT {NEWEST}
    ) AS newest
    WHERE text LIKE ALL (%s::text[]) AND (%s = '' OR vector @@ %s::text::tsquery)
    ORDER BY at DESC, chain DESC LIMIT %s
"""  # noqa: S608 - constants only
_BY_MONTH = f"""
    SELECT hit.at, hit.chain::text
    FROM (SELECT min(at) AS first, max(at) AS last FROM store_search WHERE county = %s AND {_BEFORE}) AS span
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', last AT TIME ZONE 'UTC'), date_trunc('month', first AT TIME ZONE 'UTC'), '-1 month'
    ) AS month
    CROSS JOIN LATERAL (
        SELECT at, chain FROM (
            SELECT at, chain FROM store_search
            WHERE county = %s AND vector @@ (%s || '''@m' || to_char(month, 'YYYYMM') || '''')::tsquery
              AND {_BEFORE} AND text LIKE ALL (%s::text[]) OFFSET 0
        ) AS inside ORDER BY at DESC, chain DESC LIMIT %s
    ) AS hit LIMIT %s
"""  # noqa: S608 - constants only
_AFTER_ALL = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")


def found(journal: Journal, question: Question, limit: int = 50) -> tuple[Hit, ...]:
    """The cases whose texts hold every word of the question, the newest first; without words, those of its category.

    A word that many hold is found among the cases opened last; what is rarer by the index, month by month.
    """
    runs = _RUN.findall(folded(simplified(question.words)))
    keys = _sought(runs)
    if not (keys or question.category) or not (question.everywhere or question.units):
        return ()
    marks = _asked(question)
    before = (question.after.at, question.after.case) if question.after is not None else _AFTER_ALL
    likes = [
        f"%{run}%" for run in runs
    ]  # runs hold letters and digits alone, nothing that LIKE reads otherwise
    county, only = journal.county, " & ".join(marks)
    rows = journal.query(_FIRST, (county, *before, likes, only, only, limit))
    if len(rows) < limit:
        query = "".join(f"{each} & " for each in dict.fromkeys([*keys, *marks]))
        rows = journal.query(_BY_MONTH, (county, *before, county, query, *before, likes, limit, limit))
    return tuple(Hit(*row) for row in cast(list[tuple[datetime, str]], rows))


def by_tail(journal: Journal, digits: str, limit: int) -> tuple[Hit, ...]:
    """The cases whose numbers end with these digits, the newest first."""
    sql = """SELECT at, chain::text FROM store_search WHERE county = %s AND vector @@ %s::tsquery
             ORDER BY at DESC, chain DESC LIMIT %s"""
    rows = journal.query(sql, (journal.county, f"{quoted(mark('n', digits[::-1]))}:*", limit))
    return tuple(Hit(*row) for row in cast(list[tuple[datetime, str]], rows))


def _sought(runs: Sequence[str]) -> list[str]:
    """What the index is asked for, each as a part of a ``tsquery``: pairs, Latin words and numbers by their beginning.

    A single character begins many keys and tells little: one is asked for where nothing else is, the others
    are found in the text itself.
    """
    whole = [f"'{run}':*" for run in runs if len(run) > 1 and _WORD.fullmatch(run)]
    whole += [f"'{pair}'" for run in runs if len(run) > 1 and not _WORD.fullmatch(run) for pair in pairs(run)]
    return whole or [f"'{run}':*" for run in runs[:1]]


def _asked(question: Question) -> list[str]:
    """The marks that a case must bear, each as a part of a ``tsquery``."""
    kinds = (("p", question.practice), ("c", question.category), ("d", question.division))
    found = [quoted(mark(kind, value)) for kind, value in kinds if value]
    if not question.everywhere:
        found.append(f"({' | '.join(quoted(mark('u', unit)) for unit in question.units)})")
    return found


def quoted(mark: str) -> str:
    return "'" + mark.replace("\\", "\\\\").replace("'", "''") + "'"
