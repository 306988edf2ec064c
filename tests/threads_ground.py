"""Several who act at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def together(*acts: Callable[[], T]) -> list[T]:
    """Each act in a thread of its own, with its own connection, started together; what each said."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        try:
            barrier.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """``act(n)`` for as many together."""
    return together(*(lambda n=n: act(n) for n in range(count)))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
