"""How long work tells how far it is: the same for every door."""

from __future__ import annotations

from typing import Protocol


class Say(Protocol):
    """Told again and again while something takes long: ``done`` of ``total``; ``key`` names the words.

    ``total`` 0 means that nobody knows how much there is.
    """

    def __call__(self, key: str, done: int = 0, total: int = 0) -> None: ...


def silent(key: str, done: int = 0, total: int = 0) -> None:
    """Say nothing."""
    del key, done, total
