"""The syntax tree of a checked expression, read from the bytes the compiler gives.

The bytes are a protobuf ``google.protobuf.Any`` holding a ``cel.expr.CheckedExpr``
(github.com/google/cel-spec, proto/cel/expr/checked.proto and syntax.proto). Only what the proof
needs is read; the wire format is small enough to be read here rather than bring a dependency.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

MAX_DEPTH = 200


class UnreadableError(Exception):
    """The bytes are not the tree this module knows, or the tree is too deep."""


class Literal(Struct, frozen=True):
    at: int
    value: str | int | bool


class Name(Struct, frozen=True):
    at: int
    name: str


class Call(Struct, frozen=True):
    """A function, method or operator; a method's receiver is the first of ``args``."""

    at: int
    function: str
    args: tuple[Node, ...]


class Entries(Struct, frozen=True):
    """A list written out."""

    at: int
    items: tuple[Node, ...]


class Loop(Struct, frozen=True):
    """What the macros all, exists, exists_one, map and filter become."""

    at: int
    item: str
    over: Node
    total: str
    start: Node
    go_on: Node
    step: Node
    result: Node


class Foreign(Struct, frozen=True):
    """A part of the language that is not offered; ``what`` names it."""

    at: int
    what: str


Node: TypeAlias = "Literal | Name | Call | Entries | Loop | Foreign"
_Field: TypeAlias = "tuple[int, int | bytes]"


@lru_cache(maxsize=8_192)
def read_tree(data: bytes) -> Node:
    """The tree of a serialized, checked expression. ``at`` of a node is its offset in the source,
    in characters. Raises ``UnreadableError``. Read once: a check of a practice looks at each tree many times."""
    checked = _bytes(data, 2)
    positions = {_int(entry, 1): _int(entry, 2) for entry in _all_bytes(_bytes(checked, 5), 4)}
    return _node(_bytes(checked, 4), positions, 0)


def _node(data: bytes, positions: dict[int, int], depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise UnreadableError("too deep")

    def below(part: bytes) -> Node:
        return _node(part, positions, depth + 1)

    at = positions.get(_int(data, 2), 0)
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        match number:
            case 3:
                return _literal(at, value)
            case 4:
                return Name(at, _bytes(value, 1).decode())
            case 5:
                return Foreign(at, "." + _bytes(value, 2).decode())
            case 6:
                parts = [*_all_bytes(value, 1), *_all_bytes(value, 3)]
                return Call(at, _bytes(value, 2).decode(), tuple(below(part) for part in parts))
            case 7:
                return Entries(at, tuple(below(part) for part in _all_bytes(value, 1)))
            case 8:
                return Foreign(at, "{…}")
            case 9:
                return Loop(
                    at,
                    _bytes(value, 1).decode(),
                    below(_bytes(value, 2)),
                    _bytes(value, 3).decode(),
                    below(_bytes(value, 4)),
                    below(_bytes(value, 5)),
                    below(_bytes(value, 6)),
                    below(_bytes(value, 7)),
                )
    raise UnreadableError("a node of an unknown kind")


_FOREIGN_LITERALS = {1: "null", 4: "uint", 5: "double", 7: "bytes", 8: "duration", 9: "timestamp"}


def _literal(at: int, data: bytes) -> Node:
    for number, value in _fields(data):
        match number, value:
            case 2, int():
                return Literal(at, bool(value))
            case 3, int():
                return Literal(at, value - 2**64 if value >= 2**63 else value)
            case 6, bytes():
                return Literal(at, value.decode())
            case _ if number in _FOREIGN_LITERALS:
                return Foreign(at, _FOREIGN_LITERALS[number])
    raise UnreadableError("a literal of an unknown kind")


def _fields(data: bytes) -> Iterator[_Field]:
    """Field numbers and values of one message: integers for varints, bytes for the rest."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        match wire:
            case 0:
                value, at = _varint(data, at)
                yield number, value
            case 1 | 5:
                size = 8 if wire == 1 else 4
                yield number, data[at : at + size]
                at += size
            case 2:
                size, at = _varint(data, at)
                if at + size > len(data):
                    raise UnreadableError("cut short")
                yield number, data[at : at + size]
                at += size
            case _:
                raise UnreadableError("an unknown wire type")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise UnreadableError("cut short")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _all_bytes(data: bytes, number: int) -> Iterator[bytes]:
    return (value for found, value in _fields(data) if found == number and isinstance(value, bytes))


def _bytes(data: bytes, number: int) -> bytes:
    return next(_all_bytes(data, number), b"")


def _int(data: bytes, number: int) -> int:
    return next((value for found, value in _fields(data) if found == number and isinstance(value, int)), 0)
