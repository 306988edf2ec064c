"""Counts for a while: how often somebody did something lately, for the bounds that hold off scripts.

One row a count, added to in one statement, so that many processes count together and nothing is lost under
load. The table is not logged: after a crash it is empty, and everybody may begin anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from tongban.store.line.asking import often

_ADD = """
    INSERT INTO store_count AS c (key, n, until) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET
        n = CASE WHEN c.until <= %s THEN excluded.n ELSE c.n + excluded.n END,
        until = CASE WHEN %s OR c.until <= %s THEN excluded.until ELSE c.until END
    RETURNING n, until
"""

_CLAIM = """
    INSERT INTO store_count AS c (key, n, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        n = CASE WHEN c.until <= %s THEN 1 ELSE c.n + 1 END,
        until = CASE WHEN c.until <= %s THEN excluded.until ELSE c.until END
    WHERE c.until <= %s OR c.n < %s
    RETURNING n
"""


def add(key: str, more: int, now: datetime, lasting: timedelta, *, anew: bool) -> tuple[int, datetime]:
    """Count; returns the sum and when it is forgotten. ``anew``: the time begins again with each count."""
    [found] = often(_ADD, (key, more, now + lasting, now, anew, now))
    return cast(tuple[int, datetime], found)


def claim(key: str, most: int, now: datetime, lasting: timedelta) -> int:
    """Count one more where fewer than ``most`` stand, in one statement: the sum; 0, and nothing counted, where there are as many."""
    found = often(_CLAIM, (key, now + lasting, now, now, now, most))
    return cast(int, found[0][0]) if found else 0


def give_back(key: str) -> None:
    """One that was claimed did not happen."""
    often("UPDATE store_count SET n = n - 1 WHERE key = %s AND n > 0 RETURNING 1", (key,))
    often("DELETE FROM store_count WHERE key = %s AND n = 0 RETURNING 1", (key,))


def counted(key: str, now: datetime) -> tuple[int, datetime]:
    """The sum as it stands and when it is forgotten; (0, now) for none."""
    found = often("SELECT n, until FROM store_count WHERE key = %s AND until > %s", (key, now))
    return cast(tuple[int, datetime], found[0]) if found else (0, now)


def forget(key: str) -> None:
    often("DELETE FROM store_count WHERE key = %s RETURNING 1", (key,))


def forget_ended(now: datetime) -> None:
    """Remove what nobody asks for any more."""
    often("DELETE FROM store_count WHERE until <= %s RETURNING 1", (now,))
