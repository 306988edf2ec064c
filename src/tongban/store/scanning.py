"""One part of a verification: the chains of a range, read once from beginning to end.

Runs in processes of its own and therefore needs no Django. Nothing is asked of the database but the bytes
themselves: seals and digests are computed here, and every column is held against the sealed body here, so
whoever changed the database cannot make it say that all is well. Entries and values come as two streams in
the same order. Only a chain that fails is looked at closely, by ``tongban.kernel.ledger.verify``.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, TypeAlias, cast
from uuid import UUID

import psycopg
from msgspec import Struct

from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.seal import ENTRY_PREFIX, START, TOLERANCE, VALUE_PREFIX, Entry
from tongban.kernel.ledger.verify import verify_chain
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Facts
from tongban.store.moment import at_moment
from tongban.store.vault import BEGINNING, KEY_MISSING, UNSEALED, Place, Vault
from tongban.store.wire import copied

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

ERASED = "erased"
"""The kind of the notes that say what was erased, and hold the digests of what was struck out of a text."""


class Gone(NamedTuple):
    """What may differ from the ledger because it was erased.

    ``fields``: when fields of a chain were last erased, in microseconds as PostgreSQL counts them.
    ``struck``: the digest of what stands in the place of a value that parts were struck out of.
    """

    fields: Mapping[str, Mapping[str, int]]
    struck: Mapping[tuple[str, int, str], str]


NOTHING_GONE = Gone({}, {})


class Part(NamedTuple):
    """Chains after ``first``, up to and with ``last``, as they stood at the moment ``snapshot``."""

    conninfo: str
    snapshot: str
    county: str
    first: str
    last: str
    gone: Gone = NOTHING_GONE
    vault: Vault = UNSEALED


class Scanned(Struct, frozen=True):
    """How many entries were read, and everything wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


_RANGE = "county = '{county}' AND chain >= '{first}' AND chain <= '{last}'"
_EVENTS = f"""
    COPY (
        SELECT chain, seq, at, recorded, seal, kind, body FROM store_event WHERE {_RANGE}
        ORDER BY county, chain, seq
    ) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - places for a county and two chains
_VALUES = f"""
    COPY (
        SELECT chain, seq, salt, field, value FROM store_content WHERE {_RANGE}
        UNION ALL SELECT chain, seq, salt, field, value FROM store_identity WHERE {_RANGE}
        ORDER BY chain, seq
    ) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - the same
_EVENT = struct.Struct(">hi16siiiqiqi")
"""Number of columns, then length and value of chain, seq, at and recorded, then the length of the seal."""
_VALUE = struct.Struct(">hi16siii")
"""Number of columns, length and value of chain and seq, then the length of the salt."""
_LENGTH = 4


def scan(part: Part) -> Scanned:
    """Verify every chain of the part, and every value that is still there."""
    with (
        at_moment(part.conninfo, part.snapshot) as events,
        at_moment(part.conninfo, part.snapshot) as beside,
    ):
        bounds = {"county": part.county, "first": part.first, "last": part.last}
        values = _Values(copied(beside, _VALUES.format(**bounds)), part.gone, part.vault)
        count, suspects = _chains(copied(events, _EVENTS.format(**bounds)), values)
        values.end()
        findings = values.findings
        for chain in suspects:
            findings += _closely(events, part.county, chain)
    return Scanned(count, tuple(findings))


def _chains(rows: Iterator[bytes], values: _Values) -> tuple[int, list[str]]:
    """Hold every entry against its seal, the entry before, its columns and its values; name chains that fail.

    Everything the loop touches is local: each call that is saved here is a tenth of the time of the hash.
    """
    count, suspects = 0, dict[str, None]()
    chain, name, length, seal = b"", b"", 0, START.seal
    floor = number = 0
    for row in rows:
        _, _, mine, _, seq, _, at, _, recorded, length = _EVENT.unpack_from(row)
        if mine != chain:
            chain, name, number, seal, floor = mine, _name(mine), 0, START.seal, recorded
        number += 1
        kind_from = _EVENT.size + length + _LENGTH
        kind_until = kind_from + int.from_bytes(row[kind_from - _LENGTH : kind_from], "big")
        kind, body = row[kind_from:kind_until], row[kind_until + _LENGTH :]
        sealed = row[_EVENT.size : _EVENT.size + length]
        opening = b'{"entry":{"at":"%b","chain":"%b","recorded":"%b","seq":%d},"facts":{' % (
            instant(at),
            name,
            instant(recorded),
            seq,
        )
        values_from = body.rfind(b'"sealed":{')
        if not (
            seq == number
            and sha256(ENTRY_PREFIX + seal + body).digest() == sealed
            and body.startswith(opening)
            and body.endswith(b'},"kind":"%b",' % kind, 0, values_from)
            and recorded >= floor
            and at - recorded <= _TOLERANCE
        ):
            suspects[name.decode()] = None
        values.of(chain, seq, recorded, kind, body[values_from + 10 : -2] if values_from > 0 else b"")
        seal, floor, number = sealed, recorded, seq
        count += 1
    return count, list(suspects)


class _Values:
    """The values beside the entries, taken one entry at a time in the same order."""

    def __init__(self, rows: Iterator[bytes], gone: Gone, vault: Vault) -> None:
        self.rows = rows
        self.gone = gone
        self.vault = vault
        self.findings: list[Finding] = []
        self._take()

    def _take(self) -> None:
        """The next value: of which entry, and the rest of its row."""
        self.row = next(self.rows, b"")
        if self.row:
            _, _, chain, _, seq, self.salt = _VALUE.unpack_from(self.row)
            self.place = (chain, seq)

    def of(self, chain: bytes, seq: int, recorded: int, kind: bytes, sealed: bytes) -> None:
        """Hold the values of one entry against its digests: ``sealed`` are their names and digests as text."""
        place = (chain, seq)
        while self.row and self.place < place:
            self._orphan()
        seen: list[bytes] = []
        while self.row and self.place == place:
            field, digest = self._digest()
            seen.append(field)
            if not digest:
                self._blame("ledger.value_locked", place, field.decode())
            elif b'"%b":"%b"' % (field, digest) not in sealed:
                self._judge(field.decode(), digest.decode(), sealed)
            self._take()
        if len(seen) < sealed.count(b'":"') and kind != _ERASED:
            self._missing(place, recorded, sealed, seen)

    def end(self) -> None:
        """After the last entry: what is left belongs to none."""
        while self.row:
            self._orphan()

    def _digest(self) -> tuple[bytes, bytes]:
        """Field and digest of the value; no digest for a sealed one whose key is not here."""
        row, start = self.row, _VALUE.size
        salt_until = start + self.salt
        field_from = salt_until + _LENGTH
        field_until = field_from + int.from_bytes(row[salt_until:field_from], "big")
        field, salt, text = row[field_from:field_until], row[start:salt_until], row[field_until + _LENGTH :]
        if text.startswith(_SEALED):
            try:
                salt, opened = self.vault.open(text.decode(), self._at(field))
            except RefusedError as fault:
                return field, b"" if fault.refusal.code == KEY_MISSING else _CHANGED
            text = opened.encode()
        return field, sha256(VALUE_PREFIX + salt + text).hexdigest().encode()

    def _at(self, field: bytes) -> Place:
        chain, seq = self.place
        return Place(_name(chain).decode(), seq, field.decode())

    def _orphan(self) -> None:
        field, _ = self._digest()
        self._blame("ledger.value_unknown", self.place, field.decode())
        self._take()

    def _judge(self, field: str, digest: str, sealed: bytes) -> None:
        """A value that does not give the digest of its entry: struck out with a note, or changed."""
        chain, seq = self.place
        if self.gone.struck.get((_name(chain).decode(), seq, field)) == digest:
            return
        known = field in _digests(sealed)
        self._blame("ledger.value_differs" if known else "ledger.value_unknown", self.place, field)

    def _missing(self, place: tuple[bytes, int], recorded: int, sealed: bytes, seen: list[bytes]) -> None:
        """Digests without a value: erased with a note, or taken away."""
        erased = self.gone.fields.get(_name(place[0]).decode(), {})
        for name in _digests(sealed):
            if name.encode() not in seen and erased.get(name, recorded - 1) < recorded:
                self._blame("ledger.value_missing", place, name)

    def _blame(self, code: str, place: tuple[bytes, int], name: str) -> None:
        self.findings.append(Finding(code, _name(place[0]).decode(), place[1], {"name": name}))


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""From when PostgreSQL counts microseconds."""
_TOLERANCE = TOLERANCE // timedelta(microseconds=1)
_ERASED = ERASED.encode()
_SEALED = BEGINNING.encode()
_CHANGED = b"changed"
"""In place of the digest of what does not open: no entry holds it."""


def microseconds(at: datetime) -> int:
    """An instant as PostgreSQL sends it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def instant(count: int) -> bytes:
    """An instant as it stands in a body; for one that cannot stand there something no body says.

    Put together from days and seconds that were seen before: to work it out anew takes longer than to hash the entry.
    """
    second, rest = divmod(count, 1_000_000)
    day, of_day = divmod(second, 86_400)
    return b"%bT%b.%06dZ" % (_day(day), _time_of_day(of_day), rest)


@lru_cache(maxsize=16_384)
def _day(count: int) -> bytes:
    try:
        return (_EPOCH + timedelta(days=count)).date().isoformat().encode()
    except OverflowError:
        return b""


@lru_cache(maxsize=86_400)
def _time_of_day(second: int) -> bytes:
    return b"%02d:%02d:%02d" % (second // 3600, second // 60 % 60, second % 60)


def _name(chain: bytes) -> bytes:
    """The id of a chain as it stands in a body."""
    return str(UUID(bytes=chain)).encode()


def _digests(sealed: bytes) -> Mapping[str, object]:
    """Names and digests of what an entry sealed; none when they cannot be read, which its seal shows."""
    try:
        said = json.loads(b"{%b}" % sealed)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _closely(connection: Connection, county: str, chain: str) -> Iterator[Finding]:
    """All that is wrong with one chain."""
    kinds: list[Finding] = []
    yield from verify_chain(_entries(connection, county, chain, kinds), thorough=True)
    yield from kinds


def _entries(connection: Connection, county: str, chain: str, kinds: list[Finding]) -> Iterator[Entry]:
    """The entries of one chain, each with the seal of the one before; kinds that its bodies do not say are noted."""
    sql = """SELECT seq, at, recorded, body, seal, kind FROM store_event
             WHERE county = %s AND chain = %s ORDER BY seq"""
    prev = START.seal
    with connection.cursor("one_chain") as cursor:
        cursor.itersize = 5_000
        for row in cursor.execute(sql, (county, chain)):
            seq, at, recorded, body, seal, kind = cast(tuple[int, datetime, datetime, str, bytes, str], row)
            said = _kind(body)
            if said is not None and said != kind:
                facts: Facts = {"member": "kind", "body": said, "column": kind}
                kinds.append(Finding("ledger.disagrees", chain, seq, facts))
            yield Entry(chain, seq, at.astimezone(UTC), recorded.astimezone(UTC), body, prev, seal)
            prev = seal


def _kind(body: str) -> str | None:
    """What a body says it is; None when it cannot be read, which is a finding of its own."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    kind = said.get("kind") if isinstance(said, dict) else None
    return kind if isinstance(kind, str) else None
