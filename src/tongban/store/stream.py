"""Following the ledger: reactors read every event once, in an order that never changes behind them.

Events are ordered by the transaction that wrote them and their position within it. A reader sees only
events of transactions older than every unfinished one, so nothing can appear before its bookmark later,
however long a slow writer takes. Positions alone would not do: they are given out before a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import cast

from django.db import transaction

from tongban.store.batch import BEGINNING, STEP, Mark, Stored
from tongban.store.journal import COLUMNS, Journal, stored

FOLLOWING = f"""
    SELECT {COLUMNS} FROM store_event
    WHERE county = %s AND (xid, position) > (%s, %s) AND xid < store_settled_xid() AND kind = ANY (%s::text[])
    ORDER BY county, xid, position LIMIT %s
"""  # noqa: S608 - constants only


def following(
    journal: Journal, after: Mark = BEGINNING, limit: int = 1000, kinds: Sequence[str] = (STEP,)
) -> tuple[Stored, ...]:
    """The next events after a mark that are settled for ever, in order, at most ``limit``."""
    arguments = (journal.county, after.xid, after.position, list(kinds), limit)
    return tuple(stored(row) for row in journal.query(FOLLOWING, arguments))


def react(
    journal: Journal,
    reactor: str,
    act: Callable[[Sequence[Stored]], object],
    limit: int = 1000,
    kinds: Sequence[str] = (STEP,),
) -> int:
    """Let a reactor act on the events after its bookmark; returns how many there were.

    What ``act`` writes to the database and the moved bookmark are one transaction: each event is acted
    on once, and again only if ``act`` failed. 0 also when another process is reading for this reactor.
    """
    with transaction.atomic(using=journal.using):
        if not _alone(journal, reactor):
            return 0
        events = following(journal, bookmark(journal, reactor), limit, kinds)
        if events:
            act(events)
            move(journal, reactor, events[-1].mark)
    return len(events)


def act_on(
    journal: Journal,
    reactor: str,
    after: Mark,
    events: Sequence[Stored],
    act: Callable[[Sequence[Stored]], int],
) -> int | None:
    """Let a reactor act on events that were read already, those next after its bookmark, which stood at ``after``; gives what ``act`` gives.

    None where another process reads for it, or the bookmark was moved since: then nothing was done here.
    """
    with transaction.atomic(using=journal.using):
        if not _alone(journal, reactor) or bookmark(journal, reactor) != after:
            return None
        made = act(events)
        move(journal, reactor, events[-1].mark)
    return made


def pass_over(journal: Journal, reactors: Mapping[str, Mark], to: Mark) -> set[str]:
    """Move the bookmarks of reactors whom nothing up to ``to`` concerns; each is given with where it stood. Gives those that were moved:
    one for which another process reads, or has read on, is left where it is."""
    with transaction.atomic(using=journal.using):
        keys = [_key(journal, each) for each in reactors]
        sql = "SELECT name FROM unnest(%s::text[], %s::bigint[]) AS u(name, key) WHERE pg_try_advisory_xact_lock(key)"
        got = [str(name) for (name,) in journal.query(sql, (list(reactors), keys))]
        stood = [reactors[each] for each in got]
        sql = """
            INSERT INTO store_bookmark AS b (county, reactor, xid, position)
            SELECT %s, u.name, %s, %s FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS u(name, xid, position)
            LEFT JOIN store_bookmark k ON k.county = %s AND k.reactor = u.name
            WHERE coalesce(k.xid, 0) = u.xid AND coalesce(k.position, 0) = u.position
            ON CONFLICT (county, reactor) DO UPDATE SET xid = excluded.xid, position = excluded.position, at = now() RETURNING reactor
        """
        at = ([each.xid for each in stood], [each.position for each in stood])
        moved = journal.query(sql, (journal.county, to.xid, to.position, got, *at, journal.county))
    return {str(name) for (name,) in moved}


def bookmarks(journal: Journal, reactors: Sequence[str]) -> dict[str, Mark]:
    """How far each of these has read."""
    sql = "SELECT reactor, xid, position FROM store_bookmark WHERE county = %s AND reactor = ANY (%s::text[])"
    rows = cast(list[tuple[str, int, int]], journal.query(sql, (journal.county, list(reactors))))
    found = {name: Mark(xid, position) for name, xid, position in rows}
    return {each: found.get(each, BEGINNING) for each in reactors}


def step_over(journal: Journal, reactor: str, kinds: Sequence[str] = (STEP,)) -> Stored | None:
    """Let a reactor go on without the next event: which it was, for whoever has to see to it. None when another process reads for it."""
    with transaction.atomic(using=journal.using):
        if not _alone(journal, reactor):
            return None
        for event in following(journal, bookmark(journal, reactor), 1, kinds):
            move(journal, reactor, event.mark)
            return event
    return None


def entry(journal: Journal, chain: str, seq: int) -> Stored | None:
    """One event by its place in its chain."""
    sql = f"SELECT {COLUMNS} FROM store_event WHERE county = %s AND chain = %s::uuid AND seq = %s"  # noqa: S608 - a constant
    return next((stored(row) for row in journal.query(sql, (journal.county, chain, seq))), None)


def bookmark(journal: Journal, reactor: str) -> Mark:
    """How far a reactor has read; the beginning for a new one."""
    sql = "SELECT xid, position FROM store_bookmark WHERE county = %s AND reactor = %s"
    for row in journal.query(sql, (journal.county, reactor)):
        return Mark(*cast(tuple[int, int], row))
    return BEGINNING


def _alone(journal: Journal, reactor: str) -> bool:
    """Whether this transaction is the only one reading for the reactor, until it ends."""
    [[got]] = journal.query("SELECT pg_try_advisory_xact_lock(%s)", (_key(journal, reactor),))
    return bool(got)


def _key(journal: Journal, reactor: str) -> int:
    name = blake2b(f"{journal.county}/{reactor}".encode(), digest_size=8).digest()
    return int.from_bytes(name, "big", signed=True)


def move(journal: Journal, reactor: str, mark: Mark) -> None:
    """Put a reader's bookmark there."""
    sql = """
        INSERT INTO store_bookmark (county, reactor, xid, position) VALUES (%s, %s, %s, %s)
        ON CONFLICT (county, reactor) DO UPDATE
        SET xid = excluded.xid, position = excluded.position, at = now() RETURNING 1
    """
    journal.query(sql, (journal.county, reactor, mark.xid, mark.position))


def after_restore(journal: Journal) -> bool:
    """Keep the order growing after the tables were restored into another cluster; True when it was needed.

    Transaction numbers begin anew there: without this, new events would come before old ones. To be called
    whenever the application starts; costs one look at an index. No event that this query sees can have a
    number that the cluster has not given out yet, unless it came from another one.
    """
    sql = """
        SELECT coalesce(max(xid), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint + store_epoch()
        FROM store_event WHERE county = %s
    """
    [[newest, next_one]] = cast(list[tuple[int, int]], journal.query(sql, (journal.county,)))
    if newest < next_one:
        return False
    [[epoch]] = cast(list[tuple[int]], journal.query("SELECT store_epoch()", ()))
    raised = epoch + newest - next_one + 1
    body = f"SELECT {raised}::bigint"
    with journal.connection().cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION store_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %s",
            (body,),
        )
    return True
