"""How the county's database stands, for whoever watches: a few short questions, each bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.store.batch import STEP
from tongban.store.journal import Journal
from tongban.store.webhooks import ENDED

MOST = 10_000
"""Events of which a lag is counted; more are as bad."""

SYSTEMS = """
    SELECT count(*) FILTER (WHERE next_at IS NOT NULL), count(*) FILTER (WHERE next_at IS NULL)
    FROM store_webhook_message m WHERE county = %s AND done IS NULL AND why <> %s AND NOT EXISTS (
        SELECT 1 FROM store_webhook w WHERE w.county = m.county AND w.id = m.webhook AND w.ended IS NOT NULL
    )
"""
"""Messages of webhooks that wait, and those that were given up and could be sent again: of none that has ended."""
GONE = """
    SELECT count(*) FROM store_webhook WHERE county = %s AND why <> '' AND ended > now() - interval '7 days'
"""
"""Webhooks that their receiver ended within a week."""
TO_PEOPLE = """
    SELECT (SELECT count(*) FROM store_sending WHERE county = %s AND next_at IS NOT NULL AND state = 'waiting'),
        (SELECT count(*) FROM store_sending WHERE county = %s AND state = 'failed' AND made > now() - interval '7 days')
"""
"""Messages to people that wait, and those that failed within a week. Whatever waits has a turn to come."""
HELD_UP = """
    SELECT whom, way, given_up, count(*), min(made), mode() WITHIN GROUP (ORDER BY why) FROM (
        SELECT 'people' AS whom, channel AS way, next_at IS NULL AS given_up, made, why
        FROM store_sending WHERE county = %s AND (next_at IS NOT NULL OR state = 'failed' AND made > now() - interval '7 days')
            AND (next_at IS NULL OR tries > 0 AND made < %s)
        UNION ALL SELECT 'counties', peer, next_at IS NULL, made, why
        FROM store_told WHERE county = %s AND done IS NULL AND (next_at IS NULL OR tries > 0 AND made < %s)
        UNION ALL SELECT 'systems', m.webhook, m.next_at IS NULL, m.made, m.why
        FROM store_webhook_message m JOIN store_webhook w ON w.county = m.county AND w.id = m.webhook AND w.ended IS NULL
        WHERE m.county = %s AND m.done IS NULL AND m.why <> %s AND (m.next_at IS NULL OR m.tries > 0 AND m.made < %s)
    ) AS held GROUP BY whom, way, given_up ORDER BY min(made)
"""
"""Messages that were tried in vain and wait, and those that were given up, each way by itself."""
OTHER_KEY = """
    SELECT max(at) FROM (
        SELECT at, note FROM store_checkpoint WHERE county = %s ORDER BY size DESC, at DESC LIMIT %s
    ) AS heads WHERE position(%s IN note) = 0
"""
LIVED = """
    SELECT EXISTS (
        SELECT 1 FROM store_checkpoint WHERE county = %s AND at BETWEEN %s - interval '37 days' AND %s - interval '7 days'
    )
"""
PEOPLE = "people"


class Held(Struct, frozen=True):
    """Messages that do not get out by one way: a channel, a county, a subscription. ``why`` is the code that most of them bear."""

    whom: str
    way: str
    given_up: bool
    n: int
    since: datetime
    """when the oldest was made"""
    why: str


class Standing(Struct, frozen=True):
    """Moments are the oldest or newest of their kind, None where there is none."""

    overdue_since: datetime | None
    checkpoint: datetime | None
    checkpointed: bool
    """whether every event stands under a checkpoint"""
    outgoing: tuple[tuple[str, int, int], ...]
    """to whom (``counties``, ``people``, ``systems``), messages that wait, and those that were given up"""
    gone: int
    """subscriptions that their receiver ended within a week"""
    aside: int
    connections: tuple[tuple[str, int], ...]
    most_connections: int


def standing(journal: Journal, now: datetime) -> Standing:
    sql = """
        SELECT
            (SELECT min(wake_at) FROM store_case WHERE county = %s AND wake_at <= %s),
            (SELECT max(at) FROM store_checkpoint WHERE county = %s),
            NOT EXISTS (
                SELECT 1 FROM store_event e
                LEFT JOIN LATERAL (
                    SELECT c.xid, c.position FROM store_checkpoint c WHERE c.county = %s ORDER BY c.size DESC, c.at DESC LIMIT 1
                ) AS head ON true
                WHERE e.county = %s AND (e.xid, e.position) > (coalesce(head.xid, 0), coalesce(head.position, 0))
                AND e.kind <> 'checkpoint'
            ),
            (SELECT count(*) FROM store_aside WHERE county = %s),
            current_setting('max_connections')::int
    """
    county = journal.county
    values = (county, now, county, county, county, county)
    [row] = cast("list[tuple[datetime | None, datetime | None, bool, int, int]]", journal.query(sql, values))
    overdue, checkpoint, covered, aside, most = row
    states = journal.query(
        "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1",
        (),
    )
    connections = tuple(sorted((str(state), cast("int", n)) for state, n in states))
    gone = cast("int", journal.query(GONE, (county,))[0][0])
    return Standing(overdue, checkpoint, covered, outgoing(journal), gone, aside, connections, most)


def outgoing(journal: Journal) -> tuple[tuple[str, int, int], ...]:
    """To whom messages go, how many wait and how many were given up. A message to a person ends given up when it failed;
    one of a subscription that has ended was not given up: nobody wants it, or nobody is there any more."""
    sql = f"""
        SELECT 'counties', count(*) FILTER (WHERE next_at IS NOT NULL), count(*) FILTER (WHERE next_at IS NULL)
        FROM store_told WHERE county = %s AND done IS NULL
        UNION ALL SELECT 'systems', systems.* FROM ({SYSTEMS}) AS systems
        UNION ALL SELECT 'people', people.* FROM ({TO_PEOPLE}) AS people
    """  # noqa: S608 - constants only
    rows = journal.query(sql, (journal.county, journal.county, ENDED, journal.county, journal.county))
    return tuple((str(whom), cast("int", waiting), cast("int", given_up)) for whom, waiting, given_up in rows)


def lag(journal: Journal, readers: Sequence[str]) -> dict[str, int]:
    """How many events each reader has before it, at most ``MOST``."""
    sql = """
        SELECT r.name, (
            SELECT count(*) FROM (
                SELECT 1 FROM store_event e
                WHERE e.county = %s AND (e.xid, e.position) > (coalesce(b.xid, 0), coalesce(b.position, 0)) AND e.kind = %s
                LIMIT %s
            ) AS ahead
        ) FROM unnest(%s::text[]) AS r(name) LEFT JOIN store_bookmark b ON b.county = %s AND b.reactor = r.name
    """
    rows = journal.query(sql, (journal.county, STEP, MOST, list(readers), journal.county))
    return {str(name): cast("int", n) for name, n in rows}


def held_up(journal: Journal, before: datetime) -> tuple[Held, ...]:
    """What was given up, and what has been tried and waits since a moment before ``before``."""
    county = journal.county
    values = (county, before, county, before, county, ENDED, before)
    return tuple(
        Held(*cast("tuple[str, str, bool, int, datetime, str]", row))
        for row in journal.query(HELD_UP, values)
    )


def signed_otherwise(journal: Journal, signature: str) -> datetime | None:
    """When the newest head was signed that does not bear what each signature of the key begins with; None where all of late do."""
    [row] = cast("list[tuple[datetime | None]]", journal.query(OTHER_KEY, (journal.county, MOST, signature)))
    return row[0]


def lived_through(journal: Journal, now: datetime) -> bool:
    """Whether the month before last week was lived through, by the heads that were signed in it. After a clock that leapt far ahead
    there is none, for a week."""
    return bool(journal.query(LIVED, (journal.county, now, now))[0][0])
