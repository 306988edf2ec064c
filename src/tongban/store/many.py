"""Many decisions of many requests at once: what a sheet of steps is written with.

Each request acts once, however often it comes, also where several of them were folded into one decision. All of
a set are written in one transaction, so that a request is known exactly when its step stands in the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.store.batch import Append, Appended, Request
from tongban.store.journal import CONFLICT, Journal


class Acted(Struct, frozen=True):
    """A request that was acted on before: by which event, and what had been asked."""

    digest: bytes
    chain: str
    seq: int


class Given(Struct, frozen=True):
    """A decision with the requests that it carries out, each by the number of its event in the chain."""

    append: Append
    requests: tuple[tuple[Request, int], ...]


_KNOWN = (
    """SELECT key, digest, chain::text, seq FROM store_request WHERE county = %s AND key = ANY (%s::text[])"""
)
_KEEP = """
    INSERT INTO store_request (county, key, digest, chain, seq)
    SELECT %s, u.key, u.digest, u.chain, u.seq
    FROM unnest(%s::text[], %s::bytea[], %s::uuid[], %s::int[]) AS u(key, digest, chain, seq) ORDER BY u.key
    ON CONFLICT DO NOTHING RETURNING key
"""
_DROP = "DELETE FROM store_request WHERE county = %s AND key = ANY (%s::text[]) RETURNING 1"


def acted_on(journal: Journal, keys: Collection[str]) -> Mapping[str, Acted]:
    """Those of these requests that were carried out before, by key: one query."""
    rows = cast("list[tuple[str, bytes, str, int]]", journal.query(_KNOWN, (journal.county, list(keys))))
    return {key: Acted(bytes(digest), chain, seq) for key, digest, chain, seq in rows}


def append_many(
    journal: Journal, given: Sequence[Given], recorded: datetime
) -> tuple[Appended | Refused, ...]:
    """Store decisions, each wholly or not at all; one result for each, in order.

    Refused with ``step.conflict``: a decision whose case has moved on, and one of whose requests somebody else is
    carrying out. Refused decisions leave no request behind.
    """
    with transaction.atomic(using=journal.using):
        taken = _kept(journal, given)
        free = [each for each in given if not any(request.key in taken for request, _ in each.requests)]
        stored = dict(
            zip(map(id, free), journal.append([each.append for each in free], recorded), strict=True)
        )
        results = tuple(stored.get(id(each), Refused(CONFLICT)) for each in given)
        lost = [
            request.key
            for each, result in zip(given, results, strict=True)
            if isinstance(result, Refused)
            for request, _ in each.requests
            if request.key not in taken
        ]
        if lost:
            journal.query(_DROP, (journal.county, lost))
    return results


def _kept(journal: Journal, given: Sequence[Given]) -> frozenset[str]:
    """Keep the requests of these decisions; returns the keys that somebody else had kept meanwhile."""
    asked = [
        (r.key, r.digest, each.append.decided.events[0].case, seq)
        for each in given
        for r, seq in each.requests
    ]
    if not asked:
        return frozenset()
    columns = [list(column) for column in zip(*asked, strict=True)]
    rows = journal.query(_KEEP, (journal.county, *columns))
    return frozenset(each[0] for each in asked) - {cast("str", row[0]) for row in rows}
