"""One part of a verification: the chains of a range, read once from beginning to end.

Runs in processes of its own and therefore needs no Django. Chains are hashed straight from what the server
sends; only a chain that fails is looked at closely, by ``tongban.kernel.ledger.verify``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, TypeAlias, cast

import psycopg

from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import ENTRY_PREFIX, START, TOLERANCE, VALUE_PREFIX, Entry
from tongban.kernel.ledger.verify import verify_chain

FIRST = "00000000-0000-0000-0000-000000000000"
LAST = ""
"""No upper bound."""
BATCH = 5_000

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]


class Part(NamedTuple):
    """Chains from ``first`` up to but without ``end`` (``LAST``: all that follow)."""

    conninfo: str
    county: str
    first: str
    end: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """How many entries were read, and everything wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


_CHAINS = """
    SELECT chain::text, seq, at, recorded, convert_to(body, 'UTF8'), seal FROM store_event
    WHERE county = %s AND chain >= %s::uuid AND (%s = '' OR chain < nullif(%s, '')::uuid)
    ORDER BY county, chain, seq
"""
_VALUES = """
    SELECT v.chain::text, v.seq, v.field, v.salt, v.value, e.body
    FROM store_{} v LEFT JOIN store_event e ON e.county = v.county AND e.chain = v.chain AND e.seq = v.seq
    WHERE v.county = %s AND v.chain >= %s::uuid AND (%s = '' OR v.chain < nullif(%s, '')::uuid)
    ORDER BY v.county, v.chain, v.seq
"""


def scan_chains(part: Part) -> Scanned:
    """Verify every chain of the part."""
    findings: list[Finding] = []
    count = 0
    with psycopg.connect(part.conninfo) as connection:
        suspects: list[str] = []
        for chain, entries, sound in _judged(_rows(connection, _CHAINS, part)):
            count += entries
            if not sound:
                suspects.append(chain)
        for chain in suspects:
            findings += verify_chain(_entries(connection, part.county, chain), thorough=True)
    return Scanned(count, tuple(findings))


def _rows(connection: Connection, sql: str, part: Part) -> Iterator[tuple[object, ...]]:
    with connection.cursor(f"scan_{sha256(sql.encode()).hexdigest()[:8]}") as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(sql, (part.county, part.first, part.end, part.end), binary=True)


def _judged(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[str, int, bool]]:
    """Each chain with the number of its entries and whether all is well with them."""
    name, count, sound = "", 0, True
    seal, last = START.seal, START.recorded
    middle = b""
    for row in cast("Iterator[tuple[str, int, datetime, datetime, bytes, bytes]]", rows):
        chain, seq, at, recorded, body, sealed = row
        if chain != name:
            if name:
                yield name, count, sound
            name, count, sound = chain, 0, True
            seal, last = START.seal, START.recorded
            middle = b'","chain":"%b","recorded":"' % chain.encode()
        count += 1
        start = (_instant(at), middle, _instant(recorded), seq)
        if (
            seq != count
            or sha256(ENTRY_PREFIX + seal + body).digest() != sealed
            or not body.startswith(b'{"entry":{"at":"%b%b%b","seq":%d},"facts":{' % start)
            or recorded < last
            or (at > recorded and at - recorded > TOLERANCE)
        ):
            sound = False
        seal, last = sealed, recorded
    if name:
        yield name, count, sound


def _instant(at: datetime) -> bytes:
    return instant_text(at).encode()


def _entries(connection: Connection, county: str, chain: str) -> Iterator[Entry]:
    """The entries of one chain, each with the seal of the one before."""
    rows = connection.execute(
        "SELECT seq, at, recorded, body, seal FROM store_event WHERE county = %s AND chain = %s ORDER BY seq",
        (county, chain),
    ).fetchall()
    prev = START.seal
    for seq, at, recorded, body, seal in cast(list[tuple[int, datetime, datetime, str, bytes]], rows):
        yield Entry(chain, seq, at.astimezone(UTC), recorded.astimezone(UTC), body, prev, seal)
        prev = seal


def scan_values(part: Part) -> Scanned:
    """Compare every content and identity value that is there with the digest in its event."""
    findings: list[Finding] = []
    with psycopg.connect(part.conninfo) as connection:
        for table in ("content", "identity"):
            for row in _rows(connection, _VALUES.format(table), part):
                findings += _value(*cast(tuple[str, int, str, bytes, str, str | None], row))
    return Scanned(0, tuple(findings))


def _value(chain: str, seq: int, field: str, salt: bytes, value: str, body: str | None) -> Iterator[Finding]:
    digest = sha256(VALUE_PREFIX + salt + value.encode()).hexdigest()
    if body is not None and f'"{field}":"{digest}"' in body[body.rfind('"sealed":{') :]:
        return
    sealed = _sealed(body)
    code = "ledger.value_differs" if field in sealed else "ledger.value_unknown"
    yield Finding(code, chain, seq, {"name": field})


def _sealed(body: str | None) -> Mapping[str, object]:
    try:
        said = json.loads(body or "{}")
    except ValueError:
        return {}
    sealed = said.get("sealed") if isinstance(said, dict) else None
    return sealed if isinstance(sealed, dict) else {}
