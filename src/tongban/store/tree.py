"""The county's tree against the ledger: every entry in its order, as leaves under the signed heads.

Leaves stand in the order of the ledger (transaction, then position), so the seals in that order must give the
root of every head. That is read fast; only when something does not fit are the leaves looked up one by one,
to say what. What the seals do not hold, the order of entries of different chains, the tree does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, cast

from msgspec import Struct

from tongban.kernel.ledger.audit import Leaf, verify_leaves
from tongban.kernel.ledger.checkpoint import Checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.merkle import Frontier
from tongban.kernel.ledger.seal import TOLERANCE
from tongban.store.moment import Connection, at_moment
from tongban.store.scanning import microseconds
from tongban.store.wire import copied

CHUNK = 20_000
"""Leaves held at a time."""
MOST = 1_000
"""Leaves that are gone and yet filled in, so that what comes after them keeps its place."""

_ORDER = """
    COPY (
        SELECT chain, seq, recorded, xid, position, seal FROM store_event WHERE county = '{county}'
        ORDER BY county, xid, position
    ) TO STDOUT (FORMAT binary)
"""
_LEAVES = """
    COPY (SELECT chain, seq, index FROM store_leaf WHERE county = '{county}' ORDER BY county, index)
    TO STDOUT (FORMAT binary)
"""
_PLACE = slice(2, 30)
"""Chain and seq, in both rows."""
_INDEX = slice(34, 42)
_RECORDED = slice(34, 42)
_MARK = slice(46, 66)
"""Transaction and position with the length of the second between them."""
_SEAL = slice(70, None)


class Tree(NamedTuple):
    """What is to be verified: verified heads by size, each with the mark its row claims, if it has a row."""

    conninfo: str
    snapshot: str
    county: str
    heads: tuple[Checkpoint, ...]
    marks: tuple[tuple[int, int, int], ...]
    """Size, transaction and position of the last leaf, as the rows say."""


class Covered(Struct, frozen=True):
    """Entries under the newest head that fits, and everything that does not."""

    entries: int
    findings: tuple[Finding, ...]


def verify_tree(tree: Tree) -> Covered:
    """Hold the whole order of the ledger against the heads."""
    size = tree.heads[-1].size if tree.heads else 0
    with at_moment(tree.conninfo, tree.snapshot) as first, at_moment(tree.conninfo, tree.snapshot) as second:
        events = copied(first, _ORDER.format(county=tree.county))
        leaves = copied(second, _LEAVES.format(county=tree.county))
        if _fits(tree, events, leaves):
            return Covered(size, ())
    with at_moment(tree.conninfo, tree.snapshot) as connection:
        sealed = _fits(tree, copied(connection, _ORDER.format(county=tree.county)), None)
    with at_moment(tree.conninfo, tree.snapshot) as connection:
        connection.execute("RESET ALL")
        findings = tuple(_closely(tree, connection, sealed))
    return Covered(size if sealed else _fitting(tree, findings), findings)


def _fits(tree: Tree, events: Iterator[bytes], leaves: Iterator[bytes] | None) -> bool:
    """Whether the entries in their order give every head, and are the leaves (None: these are not asked)."""
    marks = {size: (xid, position) for size, xid, position in tree.marks}
    frontier, earliest = Frontier(), bytes(8)
    for head in tree.heads:
        latest = _moment(microseconds(head.at + TOLERANCE))
        last = b""
        while frontier.size < head.size:
            chunk = list(islice(events, min(CHUNK, head.size - frontier.size)))
            dates = [row[_RECORDED] for row in chunk]
            if not chunk or min(dates) < earliest or max(dates) > latest:
                return False
            if leaves is not None and not _are_leaves(chunk, frontier.size, leaves):
                return False
            frontier = frontier.extend([row[_SEAL] for row in chunk])
            last = chunk[-1]
        if frontier.size != head.size or frontier.root() != head.root:
            return False
        if last and marks.get(head.size, _mark(last)) != _mark(last):
            return False
        earliest = _moment(microseconds(head.at - TOLERANCE))
    rest_is_late = all(row[_RECORDED] >= earliest for row in events)
    return rest_is_late and (leaves is None or next(leaves, None) is None)


def _are_leaves(events: Sequence[bytes], first: int, leaves: Iterator[bytes]) -> bool:
    """Whether these entries are the leaves from ``first`` on."""
    theirs = list(islice(leaves, len(events)))
    if [row[_PLACE] for row in events] != [row[_PLACE] for row in theirs]:
        return False
    ends = [int.from_bytes(row[_INDEX], "big") for row in (theirs[0], theirs[-1])]
    return ends == [first, first + len(events) - 1]


def _moment(count: int) -> bytes:
    """Microseconds as a row holds them; the bytes of two later than 2000 compare as the moments do."""
    return max(count, 0).to_bytes(8, "big")


def _mark(row: bytes) -> tuple[int, int]:
    mark = row[_MARK]
    return int.from_bytes(mark[:8], "big"), int.from_bytes(mark[12:], "big")


_GATHERED = """
    SELECT e.seal, e.recorded, l.chain::text, l.seq, l.index FROM store_leaf l
    LEFT JOIN store_event e ON e.county = l.county AND e.chain = l.chain AND e.seq = l.seq
    WHERE l.county = %s AND l.index < %s ORDER BY l.index
"""
_OTHERS = """
    SELECT e.seal, e.recorded, e.chain::text, e.seq FROM store_event e
    WHERE e.county = %s AND NOT EXISTS (
        SELECT FROM store_leaf l WHERE l.county = e.county AND l.chain = e.chain AND l.seq = e.seq
    ) ORDER BY e.county, e.xid, e.position
"""
_PASSED_OVER = """
    SELECT e.chain::text, e.seq FROM store_event e
    WHERE e.county = %s AND (e.xid, e.position) <= (%s, %s) AND NOT EXISTS (
        SELECT FROM store_leaf l WHERE l.county = e.county AND l.chain = e.chain AND l.seq = e.seq
    ) ORDER BY e.county, e.xid, e.position LIMIT %s
"""
_OUT_OF_ORDER = """
    SELECT index, chain::text, seq, count(*) OVER () FROM (
        SELECT l.index, l.chain, l.seq, row_number() OVER (ORDER BY l.index) AS n,
               row_number() OVER (ORDER BY e.xid, e.position) AS place
        FROM store_leaf l JOIN store_event e ON e.county = l.county AND e.chain = l.chain AND e.seq = l.seq
        WHERE l.county = %s
    ) AS leaves WHERE n <> place ORDER BY index LIMIT 1
"""
_BEYOND = "SELECT count(*), min(index) FROM store_leaf WHERE county = %s AND index >= %s"


def _closely(tree: Tree, connection: Connection, sealed: bool) -> Iterator[Finding]:
    """What does not fit, by looking every leaf up. Never nothing: that something does not fit is known.

    ``sealed``: the entries in their order give every head, so only the rows of the leaves are wrong.
    """
    found = list(_leaves_closely(tree, connection, sealed))
    size = tree.heads[-1].size if tree.heads else 0
    [count, first] = connection.execute(_BEYOND, (tree.county, size)).fetchone() or (0, 0)
    if count:
        found.append(
            Finding("ledger.leaf_unsigned", "", 0, {"from": cast(int, first), "n": cast(int, count)})
        )
    for row in connection.execute(_OUT_OF_ORDER, (tree.county,)):
        index, chain, seq, n = cast(tuple[int, str, int, int], row)
        found.append(Finding("ledger.order_differs", chain, seq, {"leaf": index, "n": n}))
    yield from found or [Finding("ledger.mark_differs", "", 0, {"size": size})]


def _leaves_closely(tree: Tree, connection: Connection, sealed: bool) -> Iterator[Finding]:
    """Leaves that are gone, entries that are no leaf but should be, roots and dates."""
    gone: list[Finding] = []
    found = list(verify_leaves(_leaves(tree, connection, gone), tree.heads))
    yield from () if sealed else found
    yield from gone
    if tree.marks and not sealed:
        _, xid, position = max(tree.marks)
        for row in connection.execute(_PASSED_OVER, (tree.county, xid, position, MOST)):
            chain, seq = cast(tuple[str, int], row)
            yield Finding("ledger.passed_over", chain, seq, {"size": max(tree.marks)[0]})


def _leaves(tree: Tree, connection: Connection, gone: list[Finding]) -> Iterator[Leaf]:
    """All entries as leaves, those gathered at their own place: what is gone leaves a gap that is noted."""
    size = tree.heads[-1].size if tree.heads else 0
    place = 0
    with connection.cursor("gathered") as cursor:
        cursor.itersize = CHUNK
        for row in cursor.execute(_GATHERED, (tree.county, size)):
            seal, recorded, chain, seq, index = cast(tuple[bytes | None, None, str, int, int], row)
            if index > place:
                gone.append(Finding("ledger.leaf_missing", "", 0, {"from": place, "to": index - 1}))
                yield from [Leaf(b"", None, "", 0)] * min(index - place, MOST)
            if seal is None:
                gone.append(Finding("ledger.missing", chain, seq, {"from": seq, "to": seq}))
            yield Leaf(seal or b"", recorded, chain, seq)
            place = index + 1
    if place < size:
        gone.append(Finding("ledger.leaf_missing", "", 0, {"from": place, "to": size - 1}))
        yield from [Leaf(b"", None, "", 0)] * min(size - place, MOST)
    with connection.cursor("others") as cursor:
        cursor.itersize = CHUNK
        for row in cursor.execute(_OTHERS, (tree.county,)):
            yield Leaf(*row)  # type: ignore[arg-type]  # the columns of the statement above


def _fitting(tree: Tree, findings: Sequence[Finding]) -> int:
    """How far the tree fits: up to the head before the first that does not."""
    bad = [each for each in findings if each.code in ("ledger.checkpoint_differs", "ledger.short")]
    sizes = [cast(int, each.facts["size"]) for each in bad]
    least = min(sizes, default=tree.heads[-1].size + 1 if tree.heads else 0)
    return max((head.size for head in tree.heads if head.size < least), default=0)
