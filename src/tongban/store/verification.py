"""Verification of a county's whole ledger, as it stood at one moment.

1. Every chain from its first entry (``scanning``): changed, missing, reordered, wrongly dated; columns that do
   not say what was sealed; values changed, or gone without a note that they were erased.
2. The signed heads from wherever they are kept (``heads``), and the order of the ledger against them (``tree``):
   whole chains added or taken away, an end rewritten and sealed anew, entries that no head covers.
3. The tip that each case row remembers: an end cut off since the last head.
4. What is derived, and what stands beside the ledger (``rebuilding``, ``comparing``): case rows, registers,
   adoptions, calendars, published texts.

The first two are shared out over processes when there is much to read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from threading import active_count
from typing import LiteralString, TypeAlias, TypeVar, cast
from uuid import UUID

from msgspec import Struct
from psycopg.conninfo import make_conninfo

from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.note import Verifier
from tongban.store.comparing import compare
from tongban.store.erasure import gone
from tongban.store.heads import Heads, heads
from tongban.store.journal import Journal
from tongban.store.moment import Connection, moment
from tongban.store.rebuilding import Procedures, differences
from tongban.store.scanning import Part, Scanned, scan
from tongban.store.tree import Covered, Tree, verify_tree
from tongban.store.wire import Plain

T = TypeVar("T")
R = TypeVar("R")
Progress: TypeAlias = Callable[[str, int, int], None]
"""Told ``verifying`` or ``comparing``, how many entries or cases are done, and their total."""

SHARED = 100_000
"""Entries from which on the work is shared out."""
SHARES = 16
GRACE = timedelta(hours=2)
"""How long an entry may wait for a checkpoint, which is promised within one hour."""

_TIPS = """
    SELECT c.id::text, c.seq, encode(c.head, 'hex'), e.seal IS NULL FROM store_case c
    LEFT JOIN store_event e ON e.county = c.county AND e.chain = c.id AND e.seq = c.seq
    WHERE c.county = %s AND e.seal IS DISTINCT FROM c.head
    UNION ALL
    SELECT c.id::text, c.seq + 1, encode(c.head, 'hex'), false FROM store_case c
    JOIN store_event e ON e.county = c.county AND e.chain = c.id AND e.seq = c.seq + 1
    WHERE c.county = %s
"""
_UNCOVERED = """
    SELECT count(*), min(recorded) FROM store_event
    WHERE county = %s AND kind <> 'checkpoint' AND (xid, position) > (%s, %s)
"""


class Report(Struct, frozen=True):
    """What was verified: entries, those of them under a signed head that fits, heads, and everything wrong."""

    entries: int
    covered: int
    checkpoints: int
    findings: tuple[Finding, ...]


class Outside(Struct, frozen=True):
    """What a verification is held against besides the database.

    ``kept``: the home's file of heads, None when there is none. ``against``: signed heads that were printed or
    sent out. ``procedures``: to make the cases anew and compare them; None leaves everything derived alone.
    """

    kept: str | None = None
    against: str = ""
    procedures: Procedures | None = None


NOTHING = Outside()
"""Nothing is known but what stands in the database."""


def silent(_part: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def verify(
    journal: Journal,
    verifiers: Sequence[Verifier],
    now: datetime,
    outside: Outside = NOTHING,
    progress: Progress = silent,
) -> Report:
    """Verify the county's ledger. ``verifiers`` are the keys that the county has published.

    Reads committed data with connections of its own, so nothing may be pending in the caller's transaction.
    """
    conninfo = conninfo_of(journal)
    with moment(conninfo) as (connection, name):
        here = AtMoment(journal, connection)
        found = heads(here, verifiers, outside.kept, outside.against)
        findings = [*found.findings, *_tips(here)]
        [[total]] = cast(
            list[tuple[int]], here.query("SELECT count(*) FROM store_event WHERE county = %s", (here.county,))
        )
        tree = Tree(conninfo, name, here.county, found.checkpoints, found.marks)
        entries = 0
        with _workers(total) as pool:
            covering = pool.submit(verify_tree, tree)
            for scanned in _scanned(pool, _parts(here, conninfo, name, total)):
                entries += scanned.entries
                findings += scanned.findings
                progress("verifying", entries, max(entries, total))
            covered = covering.result()
        findings += covered.findings
        findings += _uncovered(here, found, covered, now)
        blamed = {each.chain for each in findings if each.chain}
        findings += [each for each in _derived(here, outside, progress) if each.chain not in blamed]
    return Report(entries, covered.entries, len(found.checkpoints), tuple(findings))


class AtMoment(Journal):
    """A journal that reads what stood in the tables at one moment."""

    def __init__(self, journal: Journal, at: Connection) -> None:
        super().__init__(journal.county, journal.lookup, journal.using, journal.vault)
        self.at = at

    def query(self, sql: LiteralString, arguments: Sequence[object]) -> list[tuple[object, ...]]:
        return self.at.execute(sql, arguments).fetchall()

    def known(self, sql: LiteralString, arguments: Sequence[object]) -> list[tuple[object, ...]]:
        """Not on the line of pages, which sees what came since."""
        return self.query(sql, arguments)

    def often(self, sql: LiteralString, arguments: Sequence[Plain]) -> list[tuple[object, ...]]:
        """Nor prepared there."""
        return self.query(sql, arguments)


def compare_derived(
    journal: Journal, procedures: Procedures, progress: Progress = silent
) -> Iterator[Finding]:
    """What is derived, and what stands beside the ledger, against the ledger: changes nothing."""
    with moment(conninfo_of(journal)) as (connection, _):
        yield from _derived(AtMoment(journal, connection), Outside(procedures=procedures), progress)


def _derived(journal: Journal, outside: Outside, progress: Progress) -> Iterator[Finding]:
    """What is derived. Of a chain that somebody tampered with, the cause is told and not what follows from it."""
    if outside.procedures is not None:
        yield from compare(journal)
        yield from differences(
            journal, outside.procedures, lambda done, total: progress("comparing", done, total)
        )


def conninfo_of(journal: Journal) -> str:
    """How to connect as Django does."""
    said = journal.connection().get_connection_params()
    names = (
        "dbname",
        "user",
        "password",
        "host",
        "port",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "service",
        "passfile",
    )
    return make_conninfo(**{name: said[name] for name in names if said.get(name)}, options="-c timezone=UTC")


def _parts(journal: Journal, conninfo: str, name: str, total: int) -> list[Part]:
    """Ranges of chains with about as many entries each, as ids are drawn by chance; one for a small ledger."""
    shares = SHARES if total >= SHARED else 1
    ends = [UUID(int=(share << 128) // shares - 1) for share in range(1, shares + 1)]
    starts = [UUID(int=0), *(UUID(int=end.int + 1) for end in ends[:-1])]
    erased = gone(journal)
    return [
        Part(conninfo, name, journal.county, str(first), str(last), erased, journal.vault)
        for first, last in zip(starts, ends, strict=True)
    ]


class _Alone:
    """Does at once, in this process, what it is given."""

    def submit(self, act: Callable[[T], R], what: T) -> Future[R]:
        done: Future[R] = Future()
        done.set_result(act(what))
        return done


@contextmanager
def _workers(total: int) -> Iterator[_Alone | ProcessPoolExecutor]:
    """All processors for much, this process for little. Copies start fastest; with threads they are not safe."""
    if total < SHARED:
        yield _Alone()
        return
    start = "fork" if active_count() == 1 else "spawn"
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context(start)) as pool:
        yield pool


def _scanned(pool: _Alone | ProcessPoolExecutor, parts: Sequence[Part]) -> Iterator[Scanned]:
    for work in [pool.submit(scan, part) for part in parts]:
        yield work.result()


def _tips(journal: Journal) -> Iterator[Finding]:
    """Cases whose row remembers another tip than the ledger has."""
    rows = journal.query(_TIPS, (journal.county, journal.county))
    for chain, seq, head, missing in cast(list[tuple[str, int, str, bool]], rows):
        if missing:
            yield Finding("ledger.missing", chain, seq, {"from": seq, "to": seq})
        else:
            yield Finding("ledger.other_tip", chain, seq, {"expected": head})


def _uncovered(journal: Journal, found: Heads, covered: Covered, now: datetime) -> Iterator[Finding]:
    """Entries that have waited too long for a signed head."""
    mark = max((mark for mark in found.marks if mark[0] <= covered.entries), default=(0, 0, 0))
    [[count, since]] = cast(
        list[tuple[int, datetime | None]], journal.query(_UNCOVERED, (journal.county, *mark[1:]))
    )
    if since is not None and now - since > GRACE:
        code = "ledger.uncovered" if found.checkpoints else "ledger.no_checkpoint"
        yield Finding(code, "", 0, {"n": count, "since": instant_text(since)})
