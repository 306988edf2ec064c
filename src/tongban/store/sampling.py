"""Chains by chance, each verified whole: a look that takes a moment, where verifying all takes minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.seal import START, Entry
from tongban.kernel.ledger.verify import verify_chain
from tongban.store.journal import Journal


def verify_some(journal: Journal, number: int = 20) -> tuple[int, tuple[Finding, ...]]:
    """How many chains were looked at, at most ``number``, and everything wrong with them."""
    chains: dict[str, None] = {}
    for _ in range(number):
        rows = journal.query(
            "SELECT chain::text FROM store_event WHERE county = %s AND chain >= %s::uuid ORDER BY chain LIMIT 1",
            (journal.county, str(uuid4())),
        )
        chains |= {str(row[0]): None for row in rows}
    found = [each for chain in chains for each in verify_chain(_entries(journal, chain), thorough=True)]
    return len(chains), tuple(found)


def _entries(journal: Journal, chain: str) -> Iterator[Entry]:
    sql = "SELECT seq, at, recorded, body, seal FROM store_event WHERE county = %s AND chain = %s::uuid ORDER BY seq"
    prev = START.seal
    for row in journal.query(sql, (journal.county, chain)):
        seq, at, recorded, body, seal = cast("tuple[int, datetime, datetime, str, bytes]", row)
        yield Entry(chain, seq, at.astimezone(UTC), recorded.astimezone(UTC), body, prev, bytes(seal))
        prev = bytes(seal)
