"""Canonical JSON text: one value has exactly one text, so a hash of the text is a hash of the value.

Follows RFC 8785 (JSON Canonicalization Scheme) restricted to strings, integers, booleans, null, lists
and mappings: no spaces, keys sorted by their UTF-16 code units, only the escapes that JSON demands.
The order differs from code point order only when a key beyond U+FFFF meets one in U+E000–U+FFFF.

Refused, because they do not survive every reader unchanged: floats (``ledger.float``), integers beyond
±(2^53−1) (``ledger.integer``), NUL, which PostgreSQL cannot hold (``ledger.nul``), lone surrogates, which
UTF-8 cannot hold (``ledger.surrogate``), keys that are not text (``ledger.key``), any other type
(``ledger.kind``) and more than ``DEEPEST`` levels (``ledger.deep``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import cast

import msgspec

from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Record, Value

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps (RFC 7493, section 2.2)."""
DEEPEST = 32
"""Levels of lists and mappings that may stand inside one another."""
LONG = 64
"""Items from which on a list is first asked whether it is nothing but texts or small integers."""


def _thawed(value: object) -> object:
    """The encoder in C knows dict but not its read-only view."""
    assert isinstance(value, MappingProxyType)
    return dict(value)


_in_order_of_keys = msgspec.json.Encoder(order="sorted", enc_hook=_thawed).encode
_as_it_stands = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode


def canonical(value: Value | Record) -> str:
    """The canonical text of a value. Raises ``RefusedError`` carrying every fault with its place."""
    if _is_plain(value):
        try:
            text = _in_order_of_keys(value)
        except UnicodeEncodeError:  # a lone surrogate: the careful way below says where
            text = b""
        # A NUL is always written \u0000; the same six characters may also be an escaped backslash
        # followed by "u0000", which the careful way tells apart.
        if text and b"\\u0000" not in text:
            return text.decode()
    faults: list[Refused] = []
    ordered = _ordered(value, "", 0, faults)
    if faults:
        raise RefusedError(Refused.of(faults))
    return _as_it_stands(ordered)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_plain(value: object) -> bool:
    """Whether the fast encoder gives the canonical text: exact types, small integers, ASCII keys.

    False means only "look more closely". Goes level by level instead of recursing, for speed.
    """
    level: list[object] = [(value,)]
    for _ in range(DEEPEST + 1):
        below: list[object] = []
        for container in level:
            if isinstance(container, tuple | list):
                if len(container) > LONG and _is_flat(container):
                    continue
                items = iter(container)
            else:
                assert isinstance(container, dict | MappingProxyType)
                try:
                    if not "".join(container).isascii():
                        return False
                except TypeError:  # a key that is not text
                    return False
                items = iter(container.values())
            for item in items:
                kind = type(item)
                if kind is str or item is None or kind is bool:
                    continue
                if kind is int:
                    if not -LARGEST <= item <= LARGEST:
                        return False
                elif kind is dict or kind is tuple or kind is list or kind is MappingProxyType:
                    below.append(item)
                elif isinstance(item, Record):
                    below += item.loose()
                else:
                    return False
        if not below:
            return True
        level = below
    return False


def _is_flat(items: Sequence[object]) -> bool:
    """Whether a list is nothing but texts, or nothing but integers that every reader keeps: rows of editions are, a hundred thousand items long."""
    kinds = set(map(type, items))
    if kinds == {int}:
        whole = cast(Sequence[int], items)
        return min(whole) >= -LARGEST and max(whole) <= LARGEST
    return kinds == {str}


def _ordered(value: object, where: str, depth: int, faults: list[Refused]) -> Value:
    """The value rebuilt from plain types with its keys in order; every fault is added to ``faults``."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Record):
        for part in value.loose():  # judged as it is: the writer below would make text of some foreign types
            _ordered(part, where, depth + 1, faults)
        if faults:
            return None
        value = msgspec.to_builtins(value, order="sorted", enc_hook=_thawed)
    if isinstance(value, str):
        return _text(value, where, faults)
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            faults.append(Refused("ledger.integer", where, {"largest": str(LARGEST)}))
        return int(value)
    if isinstance(value, float):
        faults.append(Refused("ledger.float", where, {"value": repr(value)}))
        return None
    if not isinstance(value, Mapping | tuple | list):
        faults.append(Refused("ledger.kind", where, {"type": type(value).__name__}))
        return None
    if depth == DEEPEST:
        faults.append(Refused("ledger.deep", where, {"levels": DEEPEST}))
        return None
    if not isinstance(value, Mapping):
        return tuple(_ordered(item, f"{where}[{n}]", depth + 1, faults) for n, item in enumerate(value))
    entries: list[tuple[str, object]] = []
    for key, item in value.items():
        if isinstance(key, str):
            entries.append((_text(key, where, faults), item))
        else:
            faults.append(Refused("ledger.key", where, {"key": repr(key)}))
    entries.sort(key=lambda entry: entry[0].encode("utf-16-be", "surrogatepass"))
    return {
        key: _ordered(item, f"{where}.{key}" if where else key, depth + 1, faults) for key, item in entries
    }


def _text(value: str, where: str, faults: list[Refused]) -> str:
    if "\0" in value:
        faults.append(Refused("ledger.nul", where))
    if not _is_utf8(value):
        faults.append(Refused("ledger.surrogate", where))
    return str.__str__(value)


def parse(text: str) -> Value:
    """Read canonical text back; lists become tuples. Raises ``RefusedError`` for any other text.

    Beside what ``canonical`` refuses: text that is not JSON (``ledger.json``), a key given twice
    (``ledger.key_twice``), and JSON that is not in canonical form (``ledger.not_canonical``).
    """
    try:
        value: Value = _frozen(_decode(text))
    except RecursionError:
        raise RefusedError(Refused("ledger.deep", "", {"levels": DEEPEST})) from None
    except json.JSONDecodeError as fault:
        raise RefusedError(Refused("ledger.json", "", {"position": fault.pos})) from None
    written = canonical(value)
    if written != text:
        shorter = min(len(written), len(text))
        position = next((n for n in range(shorter) if written[n] != text[n]), shorter)
        raise RefusedError(Refused("ledger.not_canonical", "", {"position": position}))
    return value


def _frozen(value: object) -> Value:
    """What the reader gave, with its lists (not yet inside a mapping) made tuples."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    assert value is None or isinstance(value, str | int | bool | dict)
    return value


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, Value]:
    read: dict[str, Value] = {}
    for key, item in pairs:
        if key in read:
            raise RefusedError(Refused("ledger.key_twice", key, {"key": key}))
        read[key] = _frozen(item) if type(item) is list else item  # type: ignore[assignment]  # read by us
    return read


def _integer(digits: str) -> int:
    # Longer ones cannot be in range, and int() of a million digits takes seconds.
    if len(digits) > len(str(-LARGEST)):
        raise RefusedError(Refused("ledger.integer", "", {"largest": str(LARGEST)}))
    return int(digits)


def _no_float(digits: str) -> Value:
    raise RefusedError(Refused("ledger.float", "", {"value": digits[:40]}))


_decode = json.JSONDecoder(
    object_pairs_hook=_mapping, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
).decode
