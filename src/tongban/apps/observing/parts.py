"""What use cases say of themselves: how long a part of them took, and what was refused. Nothing happens where nobody watches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from time import perf_counter
from types import TracebackType
from typing import ParamSpec, Protocol, TypeVar

from tongban.apps.observing.lines import REFUSED
from tongban.kernel.refusal import Refused

P = ParamSpec("P")
T = TypeVar("T")


class Watcher(Protocol):
    """Whoever wants to know. ``began`` gives back what ``ended`` is told again."""

    def began(self, part: str) -> object: ...
    def ended(self, part: str, begun: object, seconds: float, fault: str) -> None: ...
    def refused(self, code: str) -> None: ...


_watchers: list[Watcher] = []
_NOTHING = nullcontext()


def watch(watcher: Watcher) -> None:
    _watchers.append(watcher)


def leave(watcher: Watcher) -> None:
    if watcher in _watchers:
        _watchers.remove(watcher)


def watched() -> bool:
    return bool(_watchers)


def part(name: str) -> AbstractContextManager[None]:
    """``with part("append"):`` around what is to be known apart. Names are a short fixed list, never anything of a case."""
    return _Part(name) if _watchers else _NOTHING


def refused(code: str) -> None:
    for each in _watchers:
        each.refused(code)


def say_refused(refusal: Refused) -> None:
    """A door or a use case said no: the line of this request says by which code."""
    REFUSED.set(refusal.code)


def counts_refusals(does: Callable[P, T]) -> Callable[P, T]:
    """For a use case whose answer may be a refusal."""

    @wraps(does)
    def counted(*given: P.args, **named: P.kwargs) -> T:
        answer = does(*given, **named)
        if isinstance(answer, Refused):
            say_refused(answer)
            for each in answer.all() if _watchers else ():
                refused(each.code)
        return answer

    return counted


class _Part:
    __slots__ = ("at", "begun", "name")

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.begun = [(each, each.began(self.name)) for each in _watchers]
        self.at = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        seconds = perf_counter() - self.at
        for watcher, begun in reversed(self.begun):
            watcher.ended(self.name, begun, seconds, kind.__name__ if kind is not None else "")
