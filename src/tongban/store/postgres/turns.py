"""Taking turns: what one process alone may do in a database at a time, such as making its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tongban.store.postgres.supervisor import Say, silent


@contextmanager
def alone(url: str, name: str, say: Say = silent) -> Iterator[None]:
    """Hold the turn called ``name`` for as long as the block lasts; whoever comes second waits.

    PostgreSQL itself ends the turn of a process that was killed. ``say`` is told ``database.waiting`` once.
    """
    turn = (f"tongban/{name}",)
    with psycopg.connect(url, autocommit=True) as held:
        free = held.execute("SELECT pg_try_advisory_lock(hashtext(%s))", turn).fetchone()
        if free != (True,):
            say("database.waiting")
            held.execute("SELECT pg_advisory_lock(hashtext(%s))", turn)
        yield
