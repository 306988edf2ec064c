"""The Merkle tree of RFC 9162, section 2.1: heads, inclusion proofs and consistency proofs.

A leaf is hashed as SHA-256(0x00 ‖ leaf), a node as SHA-256(0x01 ‖ left ‖ right); a tree of n leaves is
split at the largest power of two below n. Leaves here are seals of entries, in the order in which
checkpoints gathered them; indexes count from 0. All hashes are 32 bytes.

Proofs ask for the hashes they need through a ``Subtree``: a function of (start, end) giving the head of
the tree over leaves start … end−1. ``subtree_of`` makes one from leaves in memory, ``subtree_from`` one
from stored hashes of perfect subtrees, so a proof in a tree of n leaves reads O(log² n) stored hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.refusal import Refused

Subtree: TypeAlias = Callable[[int, int], bytes]
Proof: TypeAlias = tuple[bytes, ...]

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()
CHUNK = 1 << 16
"""Leaves hashed at a time: bounds the memory (about 8 MB) when millions are appended."""


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier(Struct, frozen=True):
    """All that is needed to append to a tree: its size and the heads of its perfect subtrees.

    ``nodes`` holds one hash for each 1 bit of ``size``, the largest subtree (the leftmost) first.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier after appending the leaves in order; memory stays bounded for any number."""
        levels = [level for level in range(self.size.bit_length()) if self.size >> level & 1]
        waiting = dict(zip(reversed(levels), self.nodes, strict=True))  # level -> left node without a right
        size = self.size
        source = iter(leaves)
        while row := [sha256(b"\x00" + leaf).digest() for leaf in islice(source, CHUNK)]:
            size += len(row)
            level = 0
            while row:
                if level in waiting:
                    row.insert(0, waiting.pop(level))
                if len(row) % 2:
                    waiting[level] = row.pop()
                row = [
                    sha256(b"\x01" + left + right).digest()
                    for left, right in zip(row[::2], row[1::2], strict=True)
                ]
                level += 1
        return Frontier(size, tuple(waiting[level] for level in sorted(waiting, reverse=True)))

    def root(self) -> bytes:
        """The head of the tree: MTH of RFC 9162, section 2.1.1."""
        return _folded(self.nodes)

    def to_bytes(self) -> bytes:
        """Eight bytes of size, big-endian, then the nodes."""
        return self.size.to_bytes(8, "big") + b"".join(self.nodes)

    @staticmethod
    def from_bytes(stored: bytes) -> Frontier | Refused:
        """Read ``to_bytes`` back; refuses any other length (``ledger.frontier``)."""
        size, rest = int.from_bytes(stored[:8], "big"), stored[8:]
        if len(stored) < 8 or len(rest) != HASH_LENGTH * size.bit_count():
            return Refused("ledger.frontier", "", {"length": len(stored)})
        starts = range(0, len(rest), HASH_LENGTH)
        return Frontier(size, tuple(rest[start : start + HASH_LENGTH] for start in starts))


def _folded(nodes: Sequence[bytes]) -> bytes:
    """One head over perfect subtrees given from the left, each smaller than the one before."""
    if not nodes:
        return EMPTY_ROOT
    head = nodes[-1]
    for node in reversed(nodes[:-1]):
        head = node_hash(node, head)
    return head


def root(leaves: Iterable[bytes]) -> bytes:
    """The head of the tree over the leaves; of none it is SHA-256 of nothing."""
    return Frontier().extend(leaves).root()


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """Heads computed from leaves in memory."""
    return lambda start, end: root(leaves[start:end])


def subtree_from(node: Callable[[int, int], bytes]) -> Subtree:
    """Heads computed from perfect subtrees: ``node(level, n)`` covers leaves n·2^level … (n+1)·2^level−1.

    That head is also ``root(leaves[n << level : (n + 1) << level])``; it never changes once its leaves
    exist, so a store may keep the levels it likes and compute the others.
    """
    return lambda start, end: _folded([node(level, n) for level, n in perfect_parts(start, end)])


def perfect_parts(start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The perfect subtrees (level, n) that make up a range a proof asks for, from the left.

    ``start`` is a multiple of the smallest power of two not below ``end - start``, as in every proof.
    """
    parts: list[tuple[int, int]] = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append((level, start >> level))
        start += 1 << level
    return tuple(parts)


def _split(start: int, end: int) -> int:
    """Where a tree over at least two leaves is cut: the largest power of two below their number."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> Proof | Refused:
    """PATH of RFC 9162, section 2.1.3.1: that leaf ``index`` stands in the tree of ``size`` leaves."""
    if not 0 <= index < size:
        return Refused("ledger.no_such_leaf", "", {"index": index, "size": size})
    start, end = 0, size
    ranges: list[tuple[int, int]] = []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(subtree(*each) for each in reversed(ranges))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Whether the proof shows ``leaf`` at ``index`` under ``head`` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(proof):
        return False
    at, last = index, size - 1
    seen = leaf_hash(leaf)
    for part in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            seen = node_hash(part, seen)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            seen = node_hash(seen, part)
        at, last = at >> 1, last >> 1
    return last == 0 and seen == head


def consistency_proof(first: int, size: int, subtree: Subtree) -> Proof | Refused:
    """PROOF of RFC 9162, section 2.1.4.1: that the tree of ``size`` leaves only added to that of ``first``.

    Empty when both are the same or the first is empty (the RFC leaves these two out).
    """
    if not 0 <= first <= size:
        return Refused("ledger.no_such_tree", "", {"first": first, "size": size})
    if first == 0:
        return ()
    start, end, whole = 0, size, True
    ranges: list[tuple[int, int]] = []
    while first != end:
        middle = _split(start, end)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return tuple(subtree(*each) for each in reversed(ranges))


def verify_consistency(first: int, size: int, first_head: bytes, head: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the later tree holds the earlier unchanged (section 2.1.4.2)."""
    if not 0 <= first <= size or not _are_hashes(proof):
        return False
    if first == size:
        return not proof and first_head == head
    if first == 0:
        return not proof and first_head == EMPTY_ROOT
    parts = [first_head, *proof] if first.bit_count() == 1 else list(proof)
    if not parts:
        return False
    at, last = first - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    earlier = later = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            earlier, later = node_hash(part, earlier), node_hash(part, later)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            later = node_hash(later, part)
        at, last = at >> 1, last >> 1
    return last == 0 and earlier == first_head and later == head


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(part) == HASH_LENGTH for part in proof)
