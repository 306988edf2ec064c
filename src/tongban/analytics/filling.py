"""Filling the extract from the cases, and keeping it up with the ledger.

A filling reads all cases once, in ranges of their ids, by as many processes as there are cores when there is much to read. A refresh reads the cases that
anything happened to since. Both read a case as it stands now, so doing either twice does no harm.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Thread, active_count
from typing import TypeAlias, cast
from uuid import UUID

import psycopg
from msgspec import Struct

from tongban.analytics.columns import Arrays, Rows, arrays, collected
from tongban.analytics.extract import Extract
from tongban.analytics.rows import Seeing
from tongban.kernel.record import case_from
from tongban.store import counted as store
from tongban.store.batch import BEGINNING, STEP, Mark
from tongban.store.journal import Journal
from tongban.store.verification import conninfo_of

Say: TypeAlias = "Callable[[str, int, int], None]"
"""Told what is done, how many cases of it, and their total."""

SET = 2_000
"""Cases that are read at a time."""
PART = 10_000
"""About so many cases are filled in at once: what a kill can cost."""
SHARED = 20_000
"""Cases from which on the work is shared out."""

_SETTLED = """
    SELECT xid, position, encode(seal, 'hex') FROM store_event WHERE county = %s AND xid < store_settled_xid()
    ORDER BY county DESC, xid DESC, position DESC LIMIT 1
"""
_CHANGED = """
    SELECT DISTINCT chain::text FROM store_event WHERE county = %s AND (xid, position) > (%s, %s) AND kind = %s
"""
_RANGE = """
    SELECT id::text, practice, state FROM store_case
    WHERE county = %s AND id > %s::uuid AND id <= %s::uuid AND practice = ANY (%s) ORDER BY id LIMIT %s
"""
_THESE = "SELECT practice, state FROM store_case WHERE county = %s AND id = ANY (%s::uuid[]) AND practice = ANY (%s)"


class Source(Struct, frozen=True):
    """The cases that an extract is made of: of which practices, and how their indicators see them. ``stamp`` is that of the registers."""

    journal: Journal
    tables: Mapping[str, Sequence[Rows]]
    see: Seeing
    stamp: int

    @property
    def all(self) -> tuple[Rows, ...]:
        return tuple(table for tables in self.tables.values() for table in tables)


class Refreshed(Struct, frozen=True):
    """Up to where the extract goes now, and how many cases were read for it."""

    mark: Mark
    read: int


def refresh(extract: Extract, source: Source, say: Say) -> Refreshed:
    """Bring the extract up to the ledger as it stands; fills what is missing or was made for other definitions.

    An extract that follows another ledger, one that was put back to an earlier day, or cases that were made anew since, is forgotten first.
    """
    journal = source.journal
    token = store.token(journal)
    known, seal = extract.follows
    if known != token or (seal and not _reads(journal, seal)):
        extract.forget()
        extract.follow(token, "")  # at once: a filling that is killed is to go on
    extract.drop_others([each.name for each in source.all])
    missing = [each for each in source.all if extract.mark(each, source.stamp) is None]
    read = _fill(extract, source, missing, say) if missing else 0
    marks = [extract.mark(each, source.stamp) for each in source.all]
    since = min((each for each in marks if each is not None), default=BEGINNING)
    mark, seal = _settled(journal)
    rows = journal.query(_CHANGED, (journal.county, *since, STEP))
    changed = [str(chain) for (chain,) in rows]
    states = list(_these(source, changed, say))
    gone = len(states) < len(changed)  # or of a practice that is in force no more
    touched = extract.replace(source.all, changed, _given(source, states), mark, gone=gone)
    extract.follow(token, seal)
    for each in touched:
        extract.tidy(each)
    return Refreshed(mark, read + len(changed))


def _reads(journal: Journal, seal: str) -> bool:
    """Whether the ledger still has the entry with this place and seal."""
    xid, position, digest = seal.split("/")
    rows = journal.query(
        "SELECT encode(seal, 'hex') FROM store_event WHERE county = %s AND xid = %s AND position = %s",
        (journal.county, int(xid), int(position)),
    )
    return [str(found) for (found,) in rows] == [digest]


def _settled(journal: Journal) -> tuple[Mark, str]:
    """The last entry before which nothing can appear any more, and by what it is known again; "" where there is none."""
    for xid, position, seal in journal.query(_SETTLED, (journal.county,)):
        return Mark(cast(int, xid), cast(int, position)), f"{xid}/{position}/{seal}"
    return BEGINNING, ""


def _these(source: Source, chains: Sequence[str], say: Say) -> Iterator[tuple[str, str]]:
    """Practice and state of cases that are still there."""
    for n in range(0, len(chains), SET):
        some = list(chains[n : n + SET])
        say("figure.refreshing", n, len(chains))
        rows = source.journal.query(_THESE, (source.journal.county, some, list(source.tables)))
        yield from cast(list[tuple[str, str]], rows)
    if chains:
        say("figure.refreshing", len(chains), len(chains))


def _given(source: Source, states: Iterable[tuple[str, str]]) -> dict[str, Arrays]:
    """The rows of cases, by table."""
    of: dict[str, list[str]] = {practice: [] for practice in source.tables}
    for practice, state in states:
        of[practice].append(state)
    given: dict[str, Arrays] = {}
    for practice, tables in source.tables.items():
        found = collected(map(case_from, of[practice]), tables, source.see)
        given |= {each.name: arrays(found[each.name], each.columns) for each in tables}
    return given


# Filling


class Part(Struct, frozen=True):
    """A range of ids: above ``first``, up to and including ``last``."""

    n: int
    first: str
    last: str


def _fill(extract: Extract, source: Source, missing: Sequence[Rows], say: Say) -> int:
    journal = source.journal
    practices = sorted({each.practice for each in missing})
    [[total]] = journal.query(
        "SELECT count(*) FROM store_case WHERE county = %s AND practice = ANY (%s)",
        (journal.county, practices),
    )
    cases = cast(int, total)
    filling = extract.begin(missing, source.stamp, _settled(journal)[0], max(cases // PART, 1))
    done = extract.filled()
    tables = {name: [each for each in missing if each.practice == name] for name in practices}
    of = Source(journal, tables, source.see, source.stamp)
    parts = [each for each in _parts(filling.parts) if each.n not in done]
    so_far = cases * len(done) // filling.parts
    say("figure.filling", so_far, cases)
    with _workers(of, cases, extract.lock) as taken:
        for part, read, given in taken(parts):
            extract.fill(missing, part, given)
            so_far += read
            say("figure.filling", min(so_far, cases), cases)
    extract.finish(missing)
    say("figure.filling", cases, cases)
    return cases


def _parts(parts: int) -> list[Part]:
    """Ranges of ids with about as many cases each, as ids are drawn by chance."""
    ends = [str(UUID(int=(n << 128) // parts - 1)) for n in range(1, parts + 1)]
    starts = ["00000000-0000-0000-0000-000000000000", *ends[:-1]]
    return [Part(n, first, last) for n, (first, last) in enumerate(zip(starts, ends, strict=True))]


class _Work:
    """What a process needs for its parts. A copy reads by a connection of its own (``conninfo``), since two must not share one."""

    def __init__(self, source: Source, conninfo: str = "") -> None:
        self.source = source
        self.conninfo = conninfo
        self.connection: psycopg.Connection[tuple[object, ...]] | None = None

    def rows(self, part: Part) -> tuple[int, int, dict[str, Arrays]]:
        """The number of a part, how many cases it has, and their rows."""
        states = list(self._states(part))
        return part.n, len(states), _given(self.source, states)

    def _states(self, part: Part) -> Iterator[tuple[str, str]]:
        last, practices = part.first, list(self.source.tables)
        while True:
            rows = self._query((self.source.journal.county, last, part.last, practices, SET))
            yield from ((str(practice), str(state)) for _, practice, state in rows)
            if len(rows) < SET:
                return
            last = str(rows[-1][0])

    def _query(self, values: Sequence[object]) -> list[tuple[object, ...]]:
        if not self.conninfo:
            return self.source.journal.query(_RANGE, values)
        if self.connection is None:
            self.connection = psycopg.connect(self.conninfo, autocommit=True)
        return self.connection.execute(_RANGE, values).fetchall()


_Taken: TypeAlias = "Iterator[tuple[int, int, dict[str, Arrays]]]"
_work: _Work
"""In a copy of this process: what it works on."""


def _begin(parent: int, lock: int) -> None:
    """A copy begins: it keeps nobody away from the extract, and ends with the process that it is a copy of, however that one ends."""
    if lock >= 0:
        os.close(lock)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _part(part: Part) -> tuple[int, int, dict[str, Arrays]]:
    return _work.rows(part)


@contextmanager
def _workers(source: Source, cases: int, lock: int) -> Iterator[Callable[[Iterable[Part]], _Taken]]:
    """All processors for much, this process for little. A copy of this process shares what it holds; with threads it is not safe."""
    global _work
    if cases < SHARED or active_count() > 1:
        alone = _Work(source)
        yield lambda parts: map(alone.rows, parts)
        return
    _work = _Work(source, conninfo_of(source.journal))
    with get_context("fork").Pool(os.cpu_count(), _begin, (os.getpid(), lock)) as pool:
        yield lambda parts: pool.imap_unordered(_part, parts)
