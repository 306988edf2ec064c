"""JSON read into values of a known shape, from several threads.

msgspec (0.22) works out what a class looks like when it is first asked for, and leaves the answer where other threads find it
before it is whole: two threads that read the same class for the first time at once end the process (segmentation fault). Here
shapes are worked out one at a time; what was worked out is used side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import TypeVar, cast

import msgspec

T = TypeVar("T")
_one_at_a_time = RLock()
_readers: dict[object, msgspec.json.Decoder[object]] = {}


def reader(shape: type[T]) -> Callable[[bytes | str], T]:
    """What reads JSON into a shape. Raises ``msgspec.DecodeError``, of which ``ValidationError`` is one, when called."""
    found = _readers.get(shape)
    if found is None:
        with _one_at_a_time:
            found = _readers.setdefault(shape, msgspec.json.Decoder(shape))
    return cast("Callable[[bytes | str], T]", found.decode)


def read(text: bytes | str, shape: type[T]) -> T:
    """JSON as a value of a shape. Raises ``msgspec.DecodeError``."""
    return reader(shape)(text)


def converted(value: object, shape: type[T]) -> T:
    """A value of lists, mappings and plain values as one of a shape. Raises ``msgspec.ValidationError``."""
    reader(shape)
    return msgspec.convert(value, shape)
