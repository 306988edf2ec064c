"""Checkpoints: new seals gathered into the county's Merkle tree, its head signed, and proofs from it.

Leaves stand in the order of the ledger (transaction, then position): everything older than all unfinished
transactions is gathered, so nothing can come before a gathered leaf later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.ledger.checkpoint import Checkpoint, Promise, sign_checkpoint, sign_promise
from tongban.kernel.ledger.instant import EARLIEST, instant_text
from tongban.kernel.ledger.merkle import (
    Frontier,
    Proof,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root,
    subtree_from,
)
from tongban.kernel.ledger.note import Signer, base64_text
from tongban.kernel.ledger.receipt import Included, Pending
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.batch import BEGINNING, Mark
from tongban.store.journal import Journal
from tongban.store.notes import append_note

CHECKPOINT = "checkpoint"
LEVEL = 8
BLOCK = 1 << LEVEL
"""Leaves under one stored head."""
CHUNK = 40 * BLOCK
WITHIN = timedelta(hours=1)
"""How soon after its promise an entry stands in a checkpoint."""

_NEWEST = """
    SELECT size, at, root, note, frontier, xid, position FROM store_checkpoint
    WHERE county = %s ORDER BY size DESC, at DESC LIMIT 1
"""
_NEW = """
    SELECT chain::text, seq, seal, kind, xid, position FROM store_event
    WHERE county = %s AND (xid, position) > (%s, %s) AND xid < store_settled_xid()
    ORDER BY county, xid, position LIMIT %s
"""


class Head(Struct, frozen=True):
    """A signed head of the tree and the last leaf under it."""

    size: int
    at: datetime
    root: bytes
    note: str
    frontier: Frontier
    mark: Mark


EMPTY = Head(0, EARLIEST, Frontier().root(), "", Frontier(), BEGINNING)


def newest(journal: Journal) -> Head:
    """The newest checkpoint; ``EMPTY`` before the first."""
    for row in journal.query(_NEWEST, (journal.county,)):
        size, at, head, note, stored, xid, position = cast(
            tuple[int, datetime, bytes, str, bytes, int, int], row
        )
        frontier = Frontier.from_bytes(stored)
        if isinstance(frontier, Refused):
            raise ValueError(frontier.code)
        return Head(size, at, head, note, frontier, Mark(xid, position))
    return EMPTY


def notes(journal: Journal) -> tuple[str, ...]:
    """All signed notes, from old to new."""
    sql = "SELECT note FROM store_checkpoint WHERE county = %s ORDER BY size, at"
    return tuple(cast(str, row[0]) for row in journal.query(sql, (journal.county,)))


def checkpoint(journal: Journal, signers: Sequence[Signer], now: datetime) -> Head | Refused:
    """Gather what is new and sign the head; the newest one when nothing but its own note was added.

    One at a time for a county. Refuses what the signers refuse.
    """
    with transaction.atomic(using=journal.using):
        journal.take_turn("checkpoint")
        before = newest(journal)
        head = _gathered(journal, before)
        if head is before:
            return before
        at = max(now, before.at)
        checkpoint = Checkpoint(journal.county, head.size, head.frontier.root(), at, before.size)
        note = sign_checkpoint(checkpoint, signers)
        if isinstance(note, Refused):
            transaction.set_rollback(True, using=journal.using)
            return note
        _insert(journal, checkpoint, note, head)
        facts: Facts = {"size": head.size, "root": base64_text(checkpoint.root), "at": instant_text(at)}
        noted = append_note(journal, "checkpoints", CHECKPOINT, facts, at, at)
        if isinstance(noted, Refused):
            transaction.set_rollback(True, using=journal.using)
            return noted
    return Head(head.size, at, checkpoint.root, note, head.frontier, head.mark)


def _gathered(journal: Journal, before: Head) -> Head:
    """The head after all settled events, their leaves and full blocks stored; not yet signed."""
    frontier, mark, worth = before.frontier, before.mark, False
    pending = list(_seals(journal, before.size & ~(BLOCK - 1), before.size))
    while True:
        rows = cast(
            list[tuple[str, int, bytes, str, int, int]],
            journal.query(_NEW, (journal.county, *mark, CHUNK)),
        )
        if not rows:
            break
        if not worth and len(rows) == 1 and rows[0][3] == CHECKPOINT:
            return before
        worth = True
        _keep_leaves(journal, frontier.size, [(row[0], row[1]) for row in rows])
        pending += [row[2] for row in rows]
        frontier = frontier.extend(row[2] for row in rows)
        pending = _keep_blocks(journal, frontier.size - len(pending), pending)
        mark = Mark(rows[-1][4], rows[-1][5])
    if not worth:
        return before
    return Head(frontier.size, before.at, b"", "", frontier, mark)


def _keep_leaves(journal: Journal, size: int, rows: Sequence[tuple[str, int]]) -> None:
    sql = """
        INSERT INTO store_leaf (county, index, chain, seq)
        SELECT %s, %s::bigint + n - 1, chain, seq
        FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY AS u(chain, seq, n) RETURNING 1
    """
    journal.query(sql, (journal.county, size, [row[0] for row in rows], [row[1] for row in rows]))


def _keep_blocks(journal: Journal, start: int, seals: list[bytes]) -> list[bytes]:
    """Store the head of every full block of the seals, the first of which is leaf ``start``; give the rest."""
    full = len(seals) // BLOCK
    if full:
        heads = [root(seals[n * BLOCK : (n + 1) * BLOCK]) for n in range(full)]
        sql = """
            INSERT INTO store_block (county, n, hash)
            SELECT %s, %s::bigint + n - 1, hash FROM unnest(%s::bytea[]) WITH ORDINALITY AS u(hash, n)
            ON CONFLICT DO NOTHING RETURNING 1
        """
        journal.query(sql, (journal.county, start // BLOCK, heads))
    return seals[full * BLOCK :]


def _insert(journal: Journal, checkpoint: Checkpoint, note: str, head: Head) -> None:
    sql = """
        INSERT INTO store_checkpoint (county, size, at, root, note, frontier, xid, position)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING 1
    """
    values = (checkpoint.size, checkpoint.at, checkpoint.root, note, head.frontier.to_bytes(), *head.mark)
    journal.query(sql, (journal.county, *values))


def _seals(journal: Journal, start: int, end: int) -> Iterator[bytes]:
    """Seals of the leaves from ``start`` up to ``end``."""
    sql = """
        SELECT e.seal FROM store_leaf l
        JOIN store_event e ON e.county = l.county AND e.chain = l.chain AND e.seq = l.seq
        WHERE l.county = %s AND l.index >= %s AND l.index < %s ORDER BY l.index
    """
    for row in journal.query(sql, (journal.county, start, end)) if start < end else ():
        yield cast(bytes, row[0])


def _node(journal: Journal, level: int, n: int) -> bytes:
    """The head over the leaves n·2^level … (n+1)·2^level−1."""
    if level < LEVEL:
        return root(_seals(journal, n << level, (n + 1) << level))
    sql = "SELECT hash FROM store_block WHERE county = %s AND n >= %s AND n < %s ORDER BY n"
    first, last = n << (level - LEVEL), (n + 1) << (level - LEVEL)
    heads = [cast(bytes, row[0]) for row in journal.query(sql, (journal.county, first, last))]
    while len(heads) > 1:
        heads = [node_hash(*pair) for pair in zip(heads[::2], heads[1::2], strict=True)]
    return heads[0]  # an IndexError here says that blocks are missing: the tree must be checked


def inclusion(journal: Journal, chain: str, seq: int) -> Included | None:
    """Where an entry stands under the newest checkpoint, with the proof; None while none covers it."""
    head = newest(journal)
    sql = "SELECT index FROM store_leaf WHERE county = %s AND chain = %s::uuid AND seq = %s AND index < %s"
    for row in journal.query(sql, (journal.county, chain, seq, head.size)):
        leaf = cast(int, row[0])
        path = inclusion_proof(leaf, head.size, subtree_from(lambda level, n: _node(journal, level, n)))
        if isinstance(path, Refused):
            raise ValueError(path.code)
        return Included(head.note, leaf, path)
    return None


def first_inclusion(journal: Journal, chain: str, seq: int) -> Included | None:
    """The same under the oldest checkpoint that covers the entry: it says by when it stood there."""
    sql = """
        SELECT l.index, c.size, c.note FROM store_leaf l
        JOIN store_checkpoint c ON c.county = l.county AND c.size > l.index
        WHERE l.county = %s AND l.chain = %s::uuid AND l.seq = %s ORDER BY c.size, c.at LIMIT 1
    """
    for row in journal.query(sql, (journal.county, chain, seq)):
        leaf, size, note = cast(tuple[int, int, str], row)
        path = inclusion_proof(leaf, size, subtree_from(lambda level, n: _node(journal, level, n)))
        if isinstance(path, Refused):
            raise ValueError(path.code)
        return Included(note, leaf, path)
    return None


def consistency(journal: Journal, first: int, size: int) -> Proof | Refused:
    """That the tree of ``size`` leaves only added to that of ``first``: for whoever kept an old head.

    Refuses sizes that the newest checkpoint does not reach (``ledger.no_such_tree``).
    """
    if size > newest(journal).size:
        return Refused("ledger.no_such_tree", "", {"first": first, "size": size})
    return consistency_proof(first, size, subtree_from(lambda level, n: _node(journal, level, n)))


def promise(journal: Journal, seal: bytes, signers: Sequence[Signer], now: datetime) -> Pending | Refused:
    """The county's word that this entry will stand in a checkpoint within the hour."""
    note = sign_promise(Promise(journal.county, seal, now, now + WITHIN), signers)
    return note if isinstance(note, Refused) else Pending(note)
