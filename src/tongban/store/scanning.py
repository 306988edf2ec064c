"""One part of a verification: the chains of a range, read once from beginning to end.

Runs in processes of its own and therefore needs no Django. What is hashed is hashed here and not in the
database: whoever changed the database cannot make it say that all is well. Chains come many at a time;
only one that fails is looked at closely, by ``tongban.kernel.ledger.verify``. The sealed text alone is
judged in passing; that the columns beside it agree with it is asked of the database, which loses nothing
by lying about them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, TypeAlias, cast

import psycopg

from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import LENGTH
from tongban.kernel.ledger.seal import ENTRY_PREFIX, START, TOLERANCE, VALUE_PREFIX, Entry
from tongban.kernel.ledger.verify import verify_chain

FIRST = "00000000-0000-0000-0000-000000000000"
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
CHAINS = 2_000
"""Chains read at a time."""
LONG = 5_000
"""Entries of a chain from which on it is read by itself."""

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]
_Chain: TypeAlias = tuple[str, list[int], list[bytes], list[bytes]]
_Given: TypeAlias = tuple[str, list[int], list[str], list[bytes], list[bytes]]
Values: TypeAlias = dict[str, tuple[list[int], list[str], list[bytes], list[bytes]]]
"""Seqs, fields, salts and canonical texts of all values, by chain."""


class Part(NamedTuple):
    """Chains after ``first``, up to and with ``last``."""

    conninfo: str
    county: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """How many entries were read, and everything wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


_CHAINS = """
    SELECT chain::text, array_agg(seq), array_agg(convert_to(body, 'UTF8')), array_agg(seal) FROM (
        SELECT chain, seq, body, seal FROM store_event
        WHERE county = %s AND chain > %s AND chain <= %s AND seq <= %s ORDER BY county, chain, seq
    ) AS entries GROUP BY chain ORDER BY chain
"""
_STREAM = (
    "SET enable_hashagg = off; SET enable_sort = off; SET enable_seqscan = off; SET enable_bitmapscan = off"
)
"""Chains come in the order of their index from the first row on, whatever the statistics say."""
_VALUES = """
    SELECT chain::text, array_agg(seq), array_agg(field), array_agg(salt), array_agg(convert_to(value, 'UTF8'))
    FROM (
        SELECT chain, seq, field, salt, value FROM store_content
        WHERE county = %(county)s AND chain > %(first)s AND chain <= %(last)s
        UNION ALL
        SELECT chain, seq, field, salt, value FROM store_identity
        WHERE county = %(county)s AND chain > %(first)s AND chain <= %(last)s
    ) AS given GROUP BY chain
"""
_INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
_DISAGREEING = f"""
    SELECT DISTINCT chain::text FROM store_event
    WHERE county = %s AND chain > %s AND chain <= %s AND NOT starts_with(body,
        '{{"entry":{{"at":"' || to_char(at AT TIME ZONE 'UTC', {_INSTANT}) || '","chain":"' || chain
        || '","recorded":"' || to_char(recorded AT TIME ZONE 'UTC', {_INSTANT}) || '","seq":' || seq || '}}')
"""  # noqa: S608 - constants only


def scan(part: Part) -> Scanned:
    """Verify every chain of the part, and every value that is still there."""
    findings: list[Finding] = []
    count = 0
    with psycopg.connect(part.conninfo) as connection:
        asked = (part.county, part.first, part.last)
        suspects = dict.fromkeys(cast(str, row[0]) for row in connection.execute(_DISAGREEING, asked))
        connection.execute(_STREAM)
        after = part.first
        with connection.cursor("chains") as cursor:
            cursor.execute(_CHAINS, (*asked, LONG), binary=True)
            connection.execute("RESET ALL")
            while rows := cast(list[_Chain], cursor.fetchmany(CHAINS)):
                until = rows[-1][0] if len(rows) == CHAINS else part.last
                values = _values(connection, part.county, after, until)
                for chain, seqs, bodies, seals in rows:
                    count += len(seqs)
                    if len(seqs) == LONG or not _sound(chain, seqs, bodies, seals):
                        suspects[chain] = None
                    if chain in values:
                        findings += _wrong(chain, dict(zip(seqs, bodies, strict=True)), values.pop(chain))
                for chain, left in values.items():
                    findings += _wrong(chain, {}, left)
                after = until
        for chain, left in _values(connection, part.county, after, part.last).items():
            findings += _wrong(chain, {}, left)
        for chain in suspects:
            findings += verify_chain(_entries(connection, part.county, chain), thorough=True)
    return Scanned(count, tuple(findings))


def _sound(chain: str, seqs: Sequence[int], bodies: Sequence[bytes], seals: Sequence[bytes]) -> bool:
    """Whether the sealed texts of a chain follow one another: seals, numbers, dates."""
    middle = b'","chain":"%b","recorded":"' % chain.encode()
    start = AT.stop + len(middle)
    recorded_in = slice(start, start + LENGTH)
    seal, last = START.seal, b""
    for number, (seq, body, sealed) in enumerate(zip(seqs, bodies, seals, strict=True), start=1):
        recorded = body[recorded_in]
        if (
            seq != number
            or sha256(ENTRY_PREFIX + seal + body).digest() != sealed
            or not body.startswith(middle, AT.stop)
            or not body.startswith(b'","seq":%d},"facts":{' % seq, recorded_in.stop)
            or recorded < last
            or (body[AT] > recorded and not _tolerable(body[AT], recorded))
        ):
            return False
        seal, last = sealed, recorded
    return True


AT = slice(len('{"entry":{"at":"'), len('{"entry":{"at":"') + LENGTH)


def _tolerable(at: bytes, recorded: bytes) -> bool:
    """Whether something happened so little after it was recorded that clocks may explain it."""
    try:
        return datetime.fromisoformat(at.decode()) - datetime.fromisoformat(recorded.decode()) <= TOLERANCE
    except (ValueError, TypeError):
        return False


def _entries(connection: Connection, county: str, chain: str) -> Iterator[Entry]:
    """The entries of one chain, each with the seal of the one before."""
    sql = (
        "SELECT seq, at, recorded, body, seal FROM store_event WHERE county = %s AND chain = %s ORDER BY seq"
    )
    prev = START.seal
    with connection.cursor("one_chain") as cursor:
        cursor.itersize = LONG
        for row in cursor.execute(sql, (county, chain)):
            seq, at, recorded, body, seal = cast(tuple[int, datetime, datetime, str, bytes], row)
            yield Entry(chain, seq, at.astimezone(UTC), recorded.astimezone(UTC), body, prev, seal)
            prev = seal


def _values(connection: Connection, county: str, first: str, last: str) -> Values:
    """All values of the chains after ``first`` up to ``last``."""
    asked = {"county": county, "first": first, "last": last}
    rows = connection.execute(_VALUES, asked, binary=True).fetchall()
    return {row[0]: row[1:] for row in cast(list[_Given], rows)}


def _wrong(
    chain: str, bodies: Mapping[int, bytes], values: tuple[list[int], list[str], list[bytes], list[bytes]]
) -> Iterator[Finding]:
    """Values that do not give the digest that their event holds under their name."""
    for seq, field, salt, text in zip(*values, strict=True):
        body = bodies.get(seq, b"")
        digest = sha256(VALUE_PREFIX + salt + text).hexdigest()
        if body.find(f'"{field}":"{digest}"'.encode(), body.rfind(b'"sealed":{')) > 0:
            continue
        if seq > LONG and not body:  # of a long chain, and not read above
            continue
        code = "ledger.value_differs" if field in _sealed(body) else "ledger.value_unknown"
        yield Finding(code, chain, seq, {"name": field})


def _sealed(body: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return {}
    sealed = said.get("sealed") if isinstance(said, dict) else None
    return sealed if isinstance(sealed, dict) else {}
