"""Verification of a county's whole ledger: every chain, every checkpoint, every value still there.

Three readings, each by the mathematics of ``tongban.kernel.ledger``:

1. every chain from its first entry: changed, missing, reordered, duplicated, wrongly dated; and content
   and identity values that have not been erased, against their digests;
2. the signed checkpoints, and the leaves they were made of against them: whole chains added or taken
   away, an end rewritten and sealed anew, entries dated before a checkpoint that does not cover them;
3. the tip that each case row remembers: an end cut off since the last checkpoint.

The first is shared out over processes when there is much to read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from threading import active_count
from typing import TypeAlias, cast

import psycopg
from psycopg.conninfo import make_conninfo

from tongban.kernel.ledger.audit import Leaf, verify_leaves
from tongban.kernel.ledger.checkpoint import Checkpoint, verify_checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.note import Verifier
from tongban.kernel.refusal import Refused
from tongban.store.checkpoints import notes
from tongban.store.journal import Journal
from tongban.store.scanning import FIRST, LAST, Part, Scanned, scan

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of entries verified so far and their total."""

SHARED = 100_000
"""Entries from which on the work is shared out."""

_LEAVES = """
    SELECT e.seal, e.recorded, l.chain::text, l.seq FROM store_leaf l
    LEFT JOIN store_event e ON e.county = l.county AND e.chain = l.chain AND e.seq = l.seq
    WHERE l.county = %s ORDER BY l.index
"""
_NOT_YET = """
    SELECT e.seal, e.recorded, e.chain::text, e.seq FROM store_event e
    WHERE e.county = %s AND NOT EXISTS (
        SELECT FROM store_leaf l WHERE l.county = e.county AND l.chain = e.chain AND l.seq = e.seq
    ) ORDER BY e.county, e.xid, e.position
"""
_TIPS = """
    SELECT c.id::text, c.seq, encode(c.head, 'hex'), e.seal IS NULL FROM store_case c
    LEFT JOIN store_event e ON e.county = c.county AND e.chain = c.id AND e.seq = c.seq
    WHERE c.county = %s AND e.seal IS DISTINCT FROM c.head
    UNION ALL
    SELECT c.id::text, c.seq + 1, encode(c.head, 'hex'), false FROM store_case c
    JOIN store_event e ON e.county = c.county AND e.chain = c.id AND e.seq = c.seq + 1
    WHERE c.county = %s
"""


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def verify(journal: Journal, verifiers: Sequence[Verifier], progress: Progress = silent) -> Iterator[Finding]:
    """Everything that is wrong with the county's ledger; nothing when all is well.

    ``verifiers`` are the keys that the county has published. Reads committed data with connections of
    its own, so nothing may be pending in the caller's transaction.
    """
    conninfo = _conninfo(journal)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET cursor_tuple_fraction = 1")  # everything will be read
        yield from _signed(journal, verifiers, connection)
        yield from _tips(journal, connection)
        [total] = connection.execute(
            "SELECT count(*) FROM store_event WHERE county = %s", (journal.county,)
        ).fetchone() or (0,)
        parts = _parts(connection, conninfo, journal.county, cast(int, total))
    done = 0
    for scanned in _scanned(parts):
        done += scanned.entries
        progress(done, max(done, cast(int, total)))
        yield from scanned.findings


def _conninfo(journal: Journal) -> str:
    """How to connect as Django does."""
    said = journal.connection().get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "service", "passfile")
    return make_conninfo(**{name: said[name] for name in names if said.get(name)}, options="-c timezone=UTC")


def _parts(
    connection: psycopg.Connection[tuple[object, ...]], conninfo: str, county: str, total: int
) -> list[Part]:
    """Ranges of chains with about as many entries each; one for a small ledger."""
    workers = os.cpu_count() or 1
    shares = 4 * workers if total >= SHARED and workers > 1 else 1
    bounds = [FIRST]
    for share in range(1, shares):
        row = connection.execute(
            "SELECT chain::text FROM store_event WHERE county = %s ORDER BY county, chain OFFSET %s LIMIT 1",
            (county, total * share // shares),
        ).fetchone()
        if row is not None and row[0] != bounds[-1]:
            bounds.append(cast(str, row[0]))
    return [Part(conninfo, county, *each) for each in pairwise([*bounds, LAST])]


def _scanned(parts: Sequence[Part]) -> Iterator[Scanned]:
    """The results of all parts. Copies of this process start fastest; with threads in it they are not safe."""
    if len(parts) == 1:
        yield scan(parts[0])
        return
    start = "fork" if active_count() == 1 else "spawn"
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context(start)) as pool:
        yield from pool.map(scan, parts)


def _signed(
    journal: Journal, verifiers: Sequence[Verifier], connection: psycopg.Connection[tuple[object, ...]]
) -> Iterator[Finding]:
    """Checkpoints by their signatures, then all leaves against them."""
    checkpoints: list[Checkpoint] = []
    for note in notes(journal):
        opened = verify_checkpoint(note, verifiers)
        if isinstance(opened, Refused):
            yield Finding.of(opened)
        else:
            checkpoints.append(opened)
    missing: list[Finding] = []
    yield from verify_leaves(_leaves(connection, journal.county, missing), checkpoints)
    yield from missing


def _leaves(
    connection: psycopg.Connection[tuple[object, ...]], county: str, missing: list[Finding]
) -> Iterator[Leaf]:
    """All entries as leaves: those gathered in their order, then the others. Missing ones are noted."""
    for name, sql in (("gathered", _LEAVES), ("others", _NOT_YET)):
        with connection.cursor(name) as cursor:
            cursor.itersize = 10_000
            for row in cursor.execute(sql, (county,)):
                if row[0] is None:
                    chain, seq = cast(str, row[2]), cast(int, row[3])
                    missing.append(Finding("ledger.missing", chain, seq, {"from": seq, "to": seq}))
                else:
                    yield Leaf(*row)  # type: ignore[arg-type]  # the columns of the statement above


def _tips(journal: Journal, connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    """Cases whose row remembers another tip than the ledger has."""
    rows = connection.execute(_TIPS, (journal.county, journal.county)).fetchall()
    for chain, seq, head, gone in cast(list[tuple[str, int, str, bool]], rows):
        if gone:
            yield Finding("ledger.missing", chain, seq, {"from": seq, "to": seq})
        else:
            yield Finding("ledger.other_tip", chain, seq, {"expected": head})
