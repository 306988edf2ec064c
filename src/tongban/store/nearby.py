"""Cases of the last weeks with what was told when they were opened: what a new one is compared with.

What the office wrote since is left out: its turns of phrase are alike in all cases. Candidates are found in the search
index, which a reactor fills; what came within the last day by its title too, for the reactor may not have been there yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import LiteralString, cast

from msgspec import Struct

from tongban.store.journal import Journal
from tongban.store.search import mark, quoted

LONGEST = 700
"""Characters of a text that are read."""
FRESH = timedelta(days=1)
MOST_FRESH = 200
POOL = 400
"""How many settled cases that share something are ranked, the latest."""
_TOLD = f"""
    coalesce(left((
        SELECT string_agg(t.value::jsonb #>> '{{}}', ' ' ORDER BY t.field) FROM store_content t
        WHERE t.county = c.county AND t.chain = c.id AND t.seq = 1 AND left(t.value, 1) = '"'
    ), {LONGEST}), '')
"""  # noqa: S608 - constants only
_COLUMNS = f"""c.id::text, c.number, c.title, c.stage, c.standing, c.holder, c.home, c.division, c.category, c.adoption,
    c.practice, c.kind, c.opened_at, {_TOLD}"""
_Row = tuple[str, str, str, str, str, str, str, str, str, str, str, str, datetime, str]


class Nearby(Struct, frozen=True):
    """A case in columns, and what was told in its opening step."""

    id: str
    number: str
    title: str
    stage: str
    standing: str
    holder: str
    home: str
    division: str
    category: str
    adoption: str
    practice: str
    kind: str
    opened: datetime
    text: str

    @property
    def open(self) -> bool:
        return self.standing == "open"


class SettledCase(Struct, frozen=True):
    """A settled case with how it ended and the unit that did the work."""

    case: Nearby
    outcome: str
    worker: str


def newest_texts(journal: Journal, most: int) -> tuple[str, ...]:
    """What the cases opened last say."""
    sql = f"""
        SELECT c.title || ' ' || {_TOLD}
        FROM (SELECT county, chain FROM store_search WHERE county = %s ORDER BY at DESC, chain DESC LIMIT %s) s
        JOIN store_case c ON c.county = s.county AND c.id = s.chain WHERE c.parent IS NULL
    """  # noqa: S608 - constants only
    return tuple(cast(str, row[0]) for row in journal.query(sql, (journal.county, most)))


def by_id(journal: Journal, case: str) -> Nearby | None:
    sql = f"SELECT {_COLUMNS} FROM store_case c WHERE c.county = %s AND c.id = %s::uuid"  # noqa: S608
    return next((Nearby(*row) for row in _rows(journal, sql, (journal.county, case))), None)


def recent_mark(journal: Journal, since: datetime) -> tuple[int, datetime | None]:
    """How many texts of cases opened since then there are, and when the latest was: what changes when one comes or goes."""
    sql = "SELECT count(*), max(at) FROM store_search WHERE county = %s AND at >= %s"
    rows = journal.query(sql, (journal.county, since))
    return cast(tuple[int, datetime | None], rows[0])


def recent(journal: Journal, since: datetime, most: int) -> tuple[Nearby, ...]:
    """The cases opened last since then with their words, no subcases; the newest first."""
    sql = f"""
        SELECT {_COLUMNS}
        FROM (SELECT county, chain FROM store_search WHERE county = %s AND at >= %s ORDER BY at DESC, chain DESC LIMIT %s) s
        JOIN store_case c ON c.county = s.county AND c.id = s.chain
        WHERE c.parent IS NULL ORDER BY c.opened_at DESC, c.id
    """  # noqa: S608 - columns only
    return tuple(Nearby(*row) for row in _rows(journal, sql, (journal.county, since, most)))


def these(journal: Journal, cases: Sequence[str]) -> tuple[Nearby, ...]:
    """These cases with their words as they are now, the earliest first."""
    sql = f"SELECT {_COLUMNS} FROM store_case c WHERE c.county = %s AND c.id = ANY (%s::uuid[]) ORDER BY c.opened_at, c.id"  # noqa: S608
    return tuple(Nearby(*row) for row in _rows(journal, sql, (journal.county, list(cases))))


def _asked(practice: str, pairs: Sequence[str], period: tuple[datetime, datetime]) -> str:
    """The search for cases of a practice, opened in the months of a period, with one of these pairs."""
    ways = (
        [quoted(pair) for pair in pairs],
        [quoted(mark("m", each)) for each in months(*period)],
        [quoted(mark("p", practice))],
    )
    return " & ".join(f"({' | '.join(each)})" for each in ways)


def sharing(
    journal: Journal,
    practice: str,
    pairs: Sequence[str],
    period: tuple[datetime, datetime],
    units: Sequence[str] | None,
    most: int,
) -> tuple[Nearby, ...]:
    """Open cases of a practice opened between two moments with one of these pairs, the newest first.

    ``units`` received or hold them; None: whoever does.
    """
    if not pairs:
        return ()
    since, now = period
    asked = _asked(practice, pairs, period)
    sql = f"""
        SELECT {_COLUMNS} FROM store_case c
        WHERE c.county = %s AND c.standing = 'open' AND c.parent IS NULL AND c.practice = %s AND c.opened_at >= %s
          AND (%s OR c.home = ANY (%s::text[]) OR c.holder = ANY (%s::text[]))
          AND c.id IN (
            SELECT chain FROM store_search WHERE county = %s AND vector @@ %s::text::tsquery
            UNION ALL (
              SELECT id FROM store_case WHERE county = %s AND standing = 'open' AND opened_at > %s
                AND title LIKE ANY (%s::text[]) ORDER BY opened_at DESC LIMIT {MOST_FRESH}
            )
          )
        ORDER BY c.opened_at DESC, c.id LIMIT %s
    """  # noqa: S608 - columns and constants only; every value is bound
    county, own = journal.county, list(units or ())
    likes = [f"%{pair}%" for pair in pairs]
    values = (
        county,
        practice,
        since,
        units is None,
        own,
        own,
        county,
        asked,
        county,
        now - FRESH,
        likes,
        most,
    )
    return tuple(Nearby(*row) for row in _rows(journal, sql, values))


_LIKE = f"""
    SELECT county, id, share FROM (
        SELECT pool.*, row_number() OVER (PARTITION BY title, holder ORDER BY share DESC, settled_at DESC) AS again
        FROM (
            SELECT found.*, ts_rank(found.vector, %s::text::tsquery) AS share
            FROM unnest(%s::text[]) AS month(mark) CROSS JOIN LATERAL (
                SELECT c.county, c.id, c.title, c.holder, c.settled_at, s.vector
                FROM store_search s JOIN store_case c ON c.county = s.county AND c.id = s.chain
                WHERE s.county = %s AND s.vector @@ (way.query || ' & ' || month.mark)::tsquery
                  AND c.settled_at IS NOT NULL AND c.outcome <> '' AND c.parent IS NULL AND c.joined IS NULL
                  AND c.practice = %s AND c.opened_at >= %s
                  AND (%s OR c.home = ANY (%s::text[]) OR c.holder = ANY (%s::text[]))
                ORDER BY s.at DESC LIMIT {POOL}
            ) AS found LIMIT {POOL}
        ) AS pool
    ) AS once WHERE again = 1 ORDER BY share DESC, settled_at DESC LIMIT %s
"""  # noqa: S608 - constants only


def settled_sharing(
    journal: Journal,
    practice: str,
    pairs: Sequence[str],
    categories: Sequence[str],
    period: tuple[datetime, datetime],
    units: Sequence[str] | None,
    most: int,
) -> tuple[SettledCase, ...]:
    """Settled cases of a practice opened in a period that share most of these pairs: at most so many of these categories
    and what lies within them, and as many of any.

    Only the latest of each kind are ranked, however many share a pair. Of those with one title that one unit holds
    the likest stands for all. ``units`` received or hold them; None: whoever does.
    """
    if not pairs:
        return ()
    shared = " | ".join(quoted(pair) for pair in pairs)
    any_ = f"({shared}) & {quoted(mark('p', practice))}"
    kinds = " | ".join(quoted(mark("c", category)) for category in categories)
    ways = [f"{any_} & ({kinds})", any_] if categories else [any_]
    sql = f"""
        SELECT {_COLUMNS}, c.outcome,
            CASE WHEN c.holder <> c.home THEN c.holder
                 ELSE coalesce(nullif(c.state::jsonb ->> 'previous_holder', ''), c.holder) END
        FROM (
            SELECT county, id, max(share) AS share
            FROM unnest(%s::text[]) AS way(query) CROSS JOIN LATERAL ({_LIKE}) AS each
            GROUP BY county, id
        ) AS likest JOIN store_case c USING (county, id)
        ORDER BY likest.share DESC, c.settled_at DESC, c.id
    """  # noqa: S608 - columns and constants only; every value is bound
    county, own = journal.county, list(units or ())
    latest = [quoted(mark("m", each)) for each in reversed(months(*period))]
    values = (ways, shared, latest, county, practice, period[0], units is None, own, own, most)
    rows = journal.query(sql, values)
    return tuple(
        SettledCase(Nearby(*cast(_Row, row[:-2])), cast(str, row[-2]), cast(str, row[-1])) for row in rows
    )


def at_place(
    journal: Journal,
    practice: str,
    division: str,
    pairs: Sequence[str],
    period: tuple[datetime, datetime],
    most: int,
) -> tuple[Nearby, ...]:
    """Cases of a practice of exactly this place, open or not, opened in a period, with one of these pairs; the newest first."""
    if not pairs:
        return ()
    since, until = period
    marks = (quoted(mark("m", each)) for each in months(since, until))
    parts = (" | ".join(quoted(pair) for pair in pairs), " | ".join(marks), quoted(mark("d", division)))
    asked = " & ".join(f"({each})" for each in parts)
    sql = f"""
        SELECT {_COLUMNS} FROM store_case c
        WHERE c.county = %s AND c.practice = %s AND c.division = %s AND c.parent IS NULL
          AND c.opened_at >= %s AND c.opened_at < %s
          AND c.id IN (SELECT chain FROM store_search WHERE county = %s AND vector @@ %s::text::tsquery)
        ORDER BY c.opened_at DESC, c.id LIMIT %s
    """  # noqa: S608 - columns only
    county = journal.county
    return tuple(
        Nearby(*row)
        for row in _rows(journal, sql, (county, practice, division, since, until, county, asked, most))
    )


def months(since: datetime, now: datetime) -> tuple[str, ...]:
    """The months from one moment to another, as cases are marked with them."""
    first, last = since.astimezone(UTC), now.astimezone(UTC)
    n = first.year * 12 + first.month - 1
    return tuple(f"{each // 12}{each % 12 + 1:02d}" for each in range(n, last.year * 12 + last.month))


def _rows(journal: Journal, sql: LiteralString, values: Sequence[object]) -> list[_Row]:
    return cast("list[_Row]", journal.query(sql, values))


def open_in(
    journal: Journal, practice: str, township: str, categories: Sequence[str], since: datetime, most: int
) -> tuple[tuple[str, str], ...]:
    """Open cases of these categories in a township that follow no other, with their categories; the newest first."""
    sql = """
        SELECT id::text, category FROM store_case
        WHERE county = %s AND standing = 'open' AND opened_at >= %s AND practice = %s AND parent IS NULL AND joined IS NULL
          AND category = ANY (%s::text[]) AND left(division, %s) = %s
        ORDER BY opened_at DESC, id LIMIT %s
    """
    values = (journal.county, since, practice, list(categories), len(township), township, most)
    return cast("tuple[tuple[str, str], ...]", tuple(journal.query(sql, values)))


def following(journal: Journal, cases: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The open cases that follow these, each with the one that it follows."""
    sql = """
        SELECT id::text, joined::text FROM store_case
        WHERE county = %s AND joined = ANY (%s::uuid[]) AND settled_at IS NULL ORDER BY id
    """
    return cast("tuple[tuple[str, str], ...]", tuple(journal.query(sql, (journal.county, list(cases)))))
