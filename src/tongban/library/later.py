"""What is read when somebody first looks at it: the parts of an adopted practice that most requests never need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Later(Mapping[str, T]):
    """A mapping whose keys are known and whose values are read one by one, each once."""

    def __init__(self, keys: Iterable[str], read: Callable[[str], T]) -> None:
        self._keys = dict.fromkeys(keys)
        self._read = read
        self._found: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._found:
            self._found[key] = self._read(key)
        return self._found[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
