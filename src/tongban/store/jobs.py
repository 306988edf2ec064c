"""How the jobs behind the pages go: what is kept of each, what waits, and who is at work.

``store_job`` and ``store_aside`` are ours. procrastinate's tables are read here and written by procrastinate; they hold
nothing that is not made again, so that they may be emptied at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from msgspec import Struct

from tongban.store.batch import STEP
from tongban.store.journal import Journal
from tongban.store.line.asking import known
from tongban.store.models import AsideRow, JobRow


class Went(Struct, frozen=True):
    """How a job last went. ``took`` in milliseconds; ``tries`` in vain, one after the other; ``fault`` names no data."""

    name: str
    begun: datetime | None
    ended: datetime | None
    well: datetime | None
    took: int
    did: int
    tries: int
    fault: str
    aside: datetime | None


class Run(NamedTuple):
    """A run that went well: of which job, how many milliseconds it took, and how much it did."""

    name: str
    took: int
    did: int


class Aside(Struct, frozen=True):
    """An event that a reactor went on without."""

    reactor: str
    number: str
    chain: str
    seq: int
    fault: str
    at: datetime


class Queue(Struct, frozen=True):
    """What waits and who works. ``due`` may begin now; ``heartbeat`` is the newest of any worker, None without one."""

    due: int
    doing: int
    workers: int
    heartbeat: datetime | None


_WENT = "SELECT name, begun_at, ended_at, well_at, took, did, tries, fault, aside_at FROM store_job WHERE county = %s"
_BEGUN = """
    INSERT INTO store_job AS j (county, name, begun_at, took, did, tries, fault)
    SELECT %s, name, %s, 0, 0, 0, '' FROM unnest(%s::text[]) AS u(name)
    ON CONFLICT (county, name) DO UPDATE SET begun_at = excluded.begun_at RETURNING 1
"""
_ENDED = """
    INSERT INTO store_job AS j (county, name, begun_at, ended_at, well_at, took, did, tries, fault)
    SELECT %s, name, %s, %s, %s, took, did, 0, '' FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS u(name, took, did)
    ON CONFLICT (county, name) DO UPDATE SET begun_at = excluded.begun_at, ended_at = excluded.ended_at, well_at = excluded.well_at,
        took = excluded.took, did = excluded.did, tries = 0, fault = '', aside_at = NULL RETURNING 1
"""


def went(county: str) -> tuple[Went, ...]:
    rows = cast("list[Any]", known(f"{_WENT} ORDER BY name", (county,)))
    return tuple(Went(*row) for row in rows)


def went_of(county: str, name: str) -> Went | None:
    rows = cast("list[Any]", known(f"{_WENT} AND name = %s", (county, name)))
    return next((Went(*row) for row in rows), None)


def begun(county: str, names: Sequence[str], now: datetime) -> None:
    known(_BEGUN, (county, now, list(names)))


def ended(county: str, begun: datetime, now: datetime, runs: Sequence[Run]) -> None:
    """They went well: what was in vain before is forgotten."""
    names, took, did = (list(column) for column in zip(*runs, strict=True))
    known(_ENDED, (county, begun, now, now, names, took, did))


def failed(county: str, name: str, now: datetime, took: int, fault: str, most: int) -> Went:
    """It went wrong: once more in vain, and set aside after ``most`` tries. How it stands now."""
    row, _ = JobRow.objects.get_or_create(county=county, name=name)
    tries = row.tries + 1
    aside = row.aside_at or (now if tries >= most else None)
    JobRow.objects.filter(county=county, name=name).update(
        ended_at=now, took=took, did=0, tries=tries, fault=fault, aside_at=aside
    )
    return Went(name, row.begun_at, now, row.well_at, took, 0, tries, fault, aside)


def again(county: str, name: str) -> bool:
    """Forget that a job was set aside and let it be run at once; False when it never ran."""
    found = JobRow.objects.filter(county=county, name=name)
    return bool(found.update(aside_at=None, tries=0, ended_at=None))


def aside(journal: Journal, limit: int = 200) -> tuple[Aside, ...]:
    """The events that were set aside, the newest first."""
    sql = """
        SELECT a.reactor, coalesce(c.number, ''), a.chain::text, a.seq, a.fault, a.at FROM store_aside a
        LEFT JOIN store_case c ON c.county = a.county AND c.id = a.chain
        WHERE a.county = %s ORDER BY a.at DESC, a.reactor, a.chain, a.seq LIMIT %s
    """
    rows = cast("list[tuple[str, str, str, int, str, datetime]]", journal.query(sql, (journal.county, limit)))
    return tuple(Aside(*row) for row in rows)


def set_aside(county: str, reactor: str, chain: str, seq: int, fault: str, now: datetime) -> None:
    AsideRow.objects.update_or_create(
        county=county, reactor=reactor, chain=chain, seq=seq, defaults={"fault": fault, "at": now}
    )


def taken_up(county: str, reactor: str, chain: str, seq: int) -> None:
    """It was acted on after all."""
    AsideRow.objects.filter(county=county, reactor=reactor, chain=chain, seq=seq).delete()


def behind(journal: Journal, readers: Sequence[str]) -> tuple[str, ...]:
    """Of these readers of the ledger, those with an event before them that is settled: one look at an index each."""
    sql = """
        SELECT r.name FROM unnest(%s::text[]) AS r(name)
        LEFT JOIN store_bookmark b ON b.county = %s AND b.reactor = r.name
        WHERE EXISTS (
            SELECT 1 FROM store_event e
            WHERE e.county = %s AND (e.xid, e.position) > (coalesce(b.xid, 0), coalesce(b.position, 0))
            AND e.xid < store_settled_xid() AND e.kind = %s
        )
    """
    rows = journal.query(sql, (list(readers), journal.county, journal.county, STEP))
    return tuple(str(row[0]) for row in rows)


def waiting(journal: Journal, names: Sequence[str]) -> frozenset[str]:
    """Of these jobs, those that stand in the queue or are being run."""
    sql = "SELECT task_name FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = ANY (%s::text[])"
    return frozenset(str(row[0]) for row in journal.query(sql, (list(names),)))


def queue(journal: Journal) -> Queue:
    sql = """
        SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
            count(*) FILTER (WHERE status = 'doing'),
            (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'),
            (SELECT max(last_heartbeat) FROM procrastinate_workers)
        FROM procrastinate_jobs
    """
    [[due, doing, workers, heartbeat]] = cast(
        "list[tuple[int, int, int, datetime | None]]", journal.query(sql, ())
    )
    return Queue(due, doing, workers, heartbeat)
