"""Loads cases and appends to the ledger, each in one round trip. The hot path: no ORM, no lock held open.

The SQL is in ``migrations/sql``: one function loads, one appends, so plans are kept by the server and a
decision is stored wholly or not at all even outside a transaction. Django's own connection is used, so
that whoever opens a transaction around these calls has them inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from time import time
from typing import TYPE_CHECKING, LiteralString, cast
from uuid import UUID

import msgspec
import psycopg
from django.db import IntegrityError, transaction
from msgspec.structs import replace

from tongban.kernel.commands import Related, Subcases
from tongban.kernel.ledger.seal import Tip
from tongban.kernel.record import ABOVE_NOTHING, above_from, case_from
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append, Appended, Loaded, Mark, Request, Stored
from tongban.store.chunks import chunks_of_later, write_chunks
from tongban.store.copying import copy, texts_of
from tongban.store.keys import Lookup
from tongban.store.line.asking import known, often, opened, within
from tongban.store.projection import Row
from tongban.store.sealing import Rows
from tongban.store.vault import UNSEALED, Vault
from tongban.store.wire import Plain, array, fetch

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

CONFLICT = "step.conflict"
APART = "clock.apart"
CLOCKS = timedelta(minutes=2)
"""What this machine's clock and the database's may differ at most."""
KEY_REUSED = "request.key_reused"

WIDE = 200
"""A decision that opens more cases than this goes by another way."""
NOW_THERE = "extract(epoch FROM clock_timestamp())::double precision"
LOAD = f"SELECT *, {NOW_THERE} FROM store_load(%s, %s::uuid[], %s::text[])"  # noqa: S608 - a constant
STAMP = f"SELECT coalesce((SELECT n FROM store_stamp WHERE county = %s), 0), {NOW_THERE}"  # noqa: S608 - a constant
"""Beside what is asked what time it is there."""
APPEND = "SELECT * FROM store_append(%s, %s, %s, %s, %s, %s, %s, %s)"
MOVED = (
    "stage", "standing", "phase", "holder", "home", "waiting", "division", "category", "outcome", "title", "joined",
    "under", "stage_since", "last_at", "due_at", "next_due", "wake_at", "settled_at", "missed", "rating", "seq", "head",
    "recorded", "state",
)  # fmt: skip
"""Columns of a case that a step may change."""
STEP_OF = f"SELECT * FROM store_step({', '.join(['%s'] * (len(MOVED) + 9))})"  # noqa: S608 - places for values only
OPENED = (
    "id", "number", "practice", "adoption", "kind", "stage", "standing", "phase", "holder", "home", "waiting", "division",
    "category", "channel", "outcome", "title", "parent", "root", "joined", "under", "opened_at", "stage_since", "last_at",
    "due_at", "next_due", "wake_at", "settled_at", "missed", "rating", "seq", "head", "recorded", "state",
)  # fmt: skip
"""All columns of a case but the county, as ``store_open`` takes them."""
OPEN = f"SELECT * FROM store_open_as_of({', '.join(['%s'] * (len(OPENED) + 10))})"  # noqa: S608 - places for values only
COLUMNS = "chain::text, seq, at, recorded, kind, body, seal, xid, position"
EVENTS = f"SELECT {COLUMNS} FROM store_event WHERE county = %s AND chain = %s::uuid ORDER BY seq"  # noqa: S608 - a constant


_json = msgspec.json.Encoder().encode


def encode(rows: Sequence[Row]) -> str:
    """Rows as JSON for the functions of the database."""
    return _json(rows).decode()


class Journal:
    """The ledger and the cases of one county, in PostgreSQL."""

    def __init__(self, county: str, lookup: Lookup, using: str = "default", vault: Vault = UNSEALED) -> None:
        self.county = county
        self.lookup = lookup
        self.using = using
        self.vault = vault
        self.apart = 0.0
        """Seconds by which this process's clock and the database's differed when it was last asked what time it is, 0.0 where they agree."""

    def stamp(self) -> int:
        """How often the county's registers have changed: asked for every page, so by the shortest way."""
        asked = time()
        [[stamp, there]] = self.often(STAMP, (self.county,))
        self._compare(asked, there)
        return cast(int, stamp)

    def wrong_clock(self) -> Refused | None:
        """A refusal while the two clocks differ too much for anything to be sealed or ended by them."""
        apart = self.apart
        return Refused(APART, "", {"minutes": round(apart / 60)}) if apart > CLOCKS.total_seconds() else None

    def _compare(self, asked: float, there: object) -> None:
        """What time it was in the database, between the asking and now."""
        said = cast(float, there)
        self.apart = max(asked - said, said - time(), 0.0)

    def load(self, *, ids: Iterable[str] = (), numbers: Iterable[str] = ()) -> tuple[Loaded, ...]:
        """Cases by id or number, each once, in no particular order; unknown ones are not there."""
        by_id = array(text for text in ids if _is_uuid(text))
        by_number = array(text for text in numbers if "\0" not in text)
        asked = time()
        rows = self.often(LOAD, (self.county, by_id, by_number))
        if rows:
            self._compare(asked, rows[0][-1])
        return tuple(_loaded(row[:-1]) for row in rows)

    def append(
        self, batch: Sequence[Append], recorded: datetime, *, as_of: int | None = None
    ) -> tuple[Appended | Refused, ...]:
        """Store decisions, each wholly or not at all; on disk when this returns (outside a transaction).

        ``recorded`` is the present moment. One result for each decision, in order. ``as_of`` is the stamp of the registers by which
        cases are opened that nobody asked for just before. Refused:
        ``step.conflict`` when its case has moved on since it was loaded, or exists already, when the registers have another
        stamp or the database another time than was thought;
        ``request.key_reused``; and what cannot be sealed (``ledger.*``). Of two decisions in one
        batch on one case, or with one request key, the second is refused as a conflict.
        """
        rows = Rows()
        results: list[Appended | Refused] = []
        named: set[str] = set()
        for n, append in enumerate(batch):
            first = append.decided.events[0]
            mine = {case.id for case in append.decided.cases}
            if append.request is not None:
                mine.add(append.request.key)
            refused = Refused(CONFLICT) if mine & named else rows.add(n, append, recorded, self.lookup)
            named |= mine
            results.append(Appended(first.case, first.seq) if refused is None else refused)
        rows.close(self.vault)
        if as_of is not None and not rows.is_one() and (self.stamp() != as_of or self.wrong_clock()):
            return tuple(Refused(CONFLICT) for _ in batch)
        if setting := rows.setting():
            with transaction.atomic(using=self.using):
                lost = self._contested(batch, setting)
                results = [Refused(CONFLICT) if n in lost else each for n, each in enumerate(results)]
                self._keep(batch, rows.without(lost), results, recorded, as_of)
        else:
            self._keep(batch, rows, results, recorded, as_of)
        return tuple(results)

    def _contested(self, batch: Sequence[Append], setting: set[int]) -> set[int]:
        """Of those who set a precedent the ones that did not know all that stand: they decide anew.

        They take turns, so that two that contradict each other cannot be set at once.
        """
        self.take_turn("precedents")
        [[now]] = self.query(
            "SELECT coalesce((SELECT n FROM store_stamp WHERE county = %s), 0)", (self.county,)
        )
        knew = [n for n in sorted(setting) if batch[n].registers in (0, now)]
        return setting - set(knew[:1])

    def _keep(
        self,
        batch: Sequence[Append],
        rows: Rows,
        results: list[Appended | Refused],
        recorded: datetime,
        as_of: int | None = None,
    ) -> None:
        """Write rows, and put down what came of each decision."""
        if len(batch) == 1 and rows.events and _wide(batch[0], rows):
            results[0] = self._keep_wide(batch[0], rows, results[0], recorded)
        elif rows.events:
            for row in self._store(rows, as_of):
                n, outcome, chain, seq, digest = cast(tuple[int, str, UUID, int, bytes], row)
                results[n] = (
                    repeated(batch[n].request, digest, str(chain), seq)
                    if outcome == "repeated"
                    else Refused(CONFLICT)
                )

    def _keep_wide(
        self, append: Append, rows: Rows, result: Appended | Refused, recorded: datetime
    ) -> Appended | Refused:
        """Write a decision that opens very many cases: the step as always, what it opens by COPY, all of it or nothing."""
        there, begins = rows.begun()
        kept = [result]
        raw = self.connection().connection
        try:
            with transaction.atomic(using=self.using):
                self._keep([replace(append, later=())], there, kept, recorded)
                first = kept[0]
                if isinstance(first, Refused) or first.repeated:
                    return first
                copy(raw, texts_of(self.county, begins))
                later = chunks_of_later(self, recorded, append.procedure, append.later)
                return replace(first, later=write_chunks(raw, later))
        except RefusedError as error:
            return error.refusal
        except (IntegrityError, psycopg.errors.UniqueViolation):
            return Refused(CONFLICT)

    def _store(self, rows: Rows, as_of: int | None = None) -> list[tuple[object, ...]]:
        """Call the function; a case that exists already costs one more call for each decision."""
        if rows.is_one():
            [case] = rows.cases
            if case["was"]:
                return self.often(STEP_OF, self._one(rows, case, ("id", "was", *MOVED)))
            return self.often(OPEN, (as_of, int(time()), CLOCKS.seconds, *self._one(rows, case, OPENED)))
        arguments = (self.county, *(encode(each) if each else None for each in rows.lists()))
        connection = self.connection()
        inside = transaction.atomic(using=self.using) if connection.in_atomic_block else nullcontext()
        try:
            with inside:
                return self.often(APPEND, arguments)
        except IntegrityError as fault:
            if not isinstance(fault.__cause__, psycopg.errors.UniqueViolation):
                raise
            numbers = {cast(int, row["n"]) for row in rows.cases}
            if len(numbers) == 1:
                return [(numbers.pop(), "conflict", None, None, None)]
            return [row for n in sorted(numbers) for row in self._store(rows.only(n))]

    def _one(self, rows: Rows, case: Row, named: Sequence[str]) -> tuple[Plain, ...]:
        """The arguments of ``store_step`` and ``store_open``: columns of the case, then its event and what stands beside it."""
        [event] = rows.events
        request = rows.requests[0] if rows.requests else {}
        beside = (encode(each) if each else None for each in (rows.content, rows.identity, rows.notices))
        columns = (case[column] for column in named)
        return (self.county, *columns, event["body"], *beside, request.get("key"), request.get("digest"))

    def answered(self, request: Request) -> Appended | Refused | None:
        """What this request did before; None when it has not been carried out.

        For a door whose repeated request the kernel refuses, because the first one moved the case on.
        """
        sql = "SELECT digest, chain::text, seq FROM store_request WHERE county = %s AND key = %s"
        for digest, chain, seq in self.query(sql, (self.county, request.key)):
            return repeated(request, cast(bytes, digest), cast(str, chain), cast(int, seq))
        return None

    def events(self, chain: str) -> tuple[Stored, ...]:
        """All entries of one chain, oldest first."""
        return tuple(stored(row) for row in self.often(EVENTS, (self.county, chain)))

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Ids of the cases at which a clock has something to do by now, the longest due first.

        Reads only these rows, by a partial index: the cost grows with what is due, not with what exists.
        """
        sql = """SELECT id::text FROM store_case WHERE county = %s AND wake_at IS NOT NULL AND wake_at <= %s
                 ORDER BY wake_at, id LIMIT %s"""
        return tuple(cast(str, row[0]) for row in self.query(sql, (self.county, now, limit)))

    def connection(self) -> DatabaseWrapper:
        """Django's connection, open."""
        return opened(self.using)

    def query(self, sql: LiteralString, arguments: Sequence[object]) -> list[tuple[object, ...]]:
        """Rows of one statement, bound by the server."""
        connection = self.connection()
        raw = connection.connection
        with connection.wrap_database_errors:
            return (
                fetch(raw, sql, arguments)
                if raw.autocommit
                else within(raw).execute(sql, arguments).fetchall()
            )

    def known(self, sql: LiteralString, arguments: Sequence[object]) -> list[tuple[object, ...]]:
        """``query`` for statements of pages, which the server keeps prepared: few and written in the program, whatever is looked for."""
        return known(sql, arguments, self.using)

    def take_turn(self, what: str) -> None:
        """Wait until nobody else in this county is at ``what``; the turn ends with the transaction."""
        self.query("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))::text", (f"{self.county}/{what}",))

    def often(self, sql: LiteralString, arguments: Sequence[Plain]) -> list[tuple[object, ...]]:
        """The same for the statements of the hot path, which the server keeps prepared; values and columns are of few types (``wire``)."""
        return often(sql, arguments, self.using)


def _wide(append: Append, rows: Rows) -> bool:
    """Whether a decision goes by way of COPY: it opens very many cases, and they write no register."""
    return bool(append.later) or (len(rows.cases) > WIDE and append.loaded is not None and not rows.subjects)


def stored(row: Sequence[object]) -> Stored:
    """An entry from the columns of ``COLUMNS``."""
    chain, seq, at, recorded, kind, body, seal, xid, position = cast(
        tuple[str, int, datetime, datetime, str, str, bytes, int, int], row
    )
    return Stored(chain, seq, at, recorded, kind, body, seal, Mark(xid, position))


def _loaded(row: Sequence[object]) -> Loaded:
    state, seq, head, recorded, total, still_open, *rest = cast(
        tuple[str, int, bytes, datetime, int, int, str, str, str, str, bool, str, str, int], row
    )
    parent_id, number, practice, holder, settled, joined, above, registers = cast(
        tuple[str | None, str, str, str, bool, str | None, str | None, int], tuple(rest)
    )
    parent = Related(parent_id, number, practice, holder, settled, joined or "") if parent_id else None
    over = above_from(above) if above else ABOVE_NOTHING
    return Loaded(
        case_from(state),
        Tip(seq, head, recorded),
        Subcases(total, still_open),
        parent,
        over.mandates,
        registers,
        over.cases,
    )


def repeated(request: Request | None, digest: bytes, chain: str, seq: int) -> Appended | Refused:
    """What is answered to a request whose key is known already."""
    if request is None or request.digest != digest:
        return Refused(KEY_REUSED)
    return Appended(chain, seq, repeated=True)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
