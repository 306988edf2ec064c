"""How the jobs behind the pages go: what is kept of each, what waits, and who is at work.

``store_job`` and ``store_aside`` are ours. procrastinate's tables are read here and written by procrastinate; they hold
nothing that is not made again, so that they may be emptied at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.store.batch import STEP
from tongban.store.journal import Journal
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


def went(county: str) -> tuple[Went, ...]:
    rows = JobRow.objects.filter(county=county).order_by("name")
    return tuple(
        Went(
            row.name, row.begun_at, row.ended_at, row.well_at, row.took, row.did, row.tries, row.fault, row.aside_at
        )
        for row in rows
    )  # fmt: skip


def went_of(county: str, name: str) -> Went | None:
    return next((each for each in went(county) if each.name == name), None)


def begun(county: str, name: str, now: datetime) -> None:
    JobRow.objects.update_or_create(county=county, name=name, defaults={"begun_at": now})


def ended(county: str, name: str, now: datetime, took: int, did: int) -> None:
    """It went well: what was in vain before is forgotten."""
    JobRow.objects.filter(county=county, name=name).update(
        ended_at=now, well_at=now, took=took, did=did, tries=0, fault="", aside_at=None
    )


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
