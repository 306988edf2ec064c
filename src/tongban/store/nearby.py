"""Cases of the last weeks with what they say: what a new one is compared with.

Words stand in the search index, which a reactor fills; what came within the last day is found by its title too, for the
reactor may not have been there yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString, cast

from tongban.store.journal import Journal
from tongban.store.search import mark, quoted

LONGEST = 700
"""Characters of a text that are read."""
_Row = tuple[str, str, str, str, str, str, str, str, str, str, str, datetime, str]
FRESH = timedelta(days=1)
MOST_FRESH = 200
_COLUMNS = (
    "c.id::text, c.number, c.title, c.stage, c.standing, c.holder, c.home, c.division, c.category, c.adoption,"
    f" c.practice, c.opened_at, coalesce(left(s.text, {LONGEST}), '')"
)
_JOINED = "FROM store_case c LEFT JOIN store_search s ON s.county = c.county AND s.chain = c.id"


@dataclass(frozen=True, slots=True)
class Nearby:
    """A case in columns, and its words as they are searched."""

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
    opened: datetime
    text: str

    @property
    def open(self) -> bool:
        return self.standing == "open"


def newest_texts(journal: Journal, most: int) -> tuple[str, ...]:
    """What the cases opened last say."""
    sql = f"SELECT left(text, {LONGEST}) FROM store_search WHERE county = %s ORDER BY at DESC, chain DESC LIMIT %s"  # noqa: S608
    return tuple(cast(str, row[0]) for row in journal.query(sql, (journal.county, most)))


def by_id(journal: Journal, case: str) -> Nearby | None:
    sql = f"SELECT {_COLUMNS} {_JOINED} WHERE c.county = %s AND c.id = %s::uuid"
    return next((Nearby(*row) for row in _rows(journal, sql, (journal.county, case))), None)


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
    marks = (" | ".join(quoted(mark("m", each)) for each in months(since, now)), quoted(mark("p", practice)))
    asked = " & ".join(f"({each})" for each in (" | ".join(quoted(pair) for pair in pairs), *marks))
    sql = f"""
        SELECT {_COLUMNS} {_JOINED}
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


def months(since: datetime, now: datetime) -> tuple[str, ...]:
    """The months from one moment to another, as cases are marked with them."""
    first, last = since.astimezone(UTC), now.astimezone(UTC)
    n = first.year * 12 + first.month - 1
    return tuple(f"{each // 12}{each % 12 + 1:02d}" for each in range(n, last.year * 12 + last.month))


def _rows(journal: Journal, sql: LiteralString, values: Sequence[object]) -> list[_Row]:
    return cast("list[_Row]", journal.query(sql, values))
