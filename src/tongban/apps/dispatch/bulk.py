"""Suggestions for many messages at once, one line a message, on every core there is.

A line always says the likeliest category, also where the model is not sure enough: then it abstains and says
so. Nothing is offered for what says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from threading import active_count
from typing import TypeAlias

from msgspec import Struct

from tongban.apps.dispatch.characters import joined
from tongban.apps.dispatch.classifier import SURE_ENOUGH, looked
from tongban.apps.dispatch.suggest import (
    WORTH_SHOWING,
    Message,
    Option,
    Registers,
    both,
    kind_at,
    matters_apart,
    option,
    placed,
    says_more,
)

MANY = 400
"""From so many messages on they are shared out among processes; fewer are done before those have begun."""
_PART = 100

Numbered: TypeAlias = "tuple[str, Message]"


class Line(Struct, frozen=True):
    """``option`` is the likeliest category, of the deepest level that is sure enough; None for nothing at all, or where none is likely.

    ``sure`` tells whether it reaches the threshold. ``division_because`` are the words that named the division.
    ``elsewhere`` is another county of which a place is named, with the words for it. ``matters`` are the titles of both where a message may be two matters, of which
    the whole is not sure or that says itself that there is more; in the others no sentence is read by itself, which takes longer.
    """

    number: str
    option: Option | None
    sure: bool
    division: str = ""
    division_because: str = ""
    elsewhere: str = ""
    elsewhere_because: str = ""
    matters: tuple[str, ...] = ()
    doubted: str = ""
    """the title of what the words alone would be, where the place is of another ``kind``"""
    kind: str = ""


class _Work(Struct, frozen=True):
    """What lines are made from."""

    messages: Sequence[Numbered]
    registers: Registers
    threshold: float
    part: int
    """how many at a time"""

    def lines(self, begin: int) -> list[Line]:
        return [self._line(*each) for each in self.messages[begin : begin + self.part]]

    def _line(self, number: str, message: Message) -> Line:
        text = joined(message.title, message.body)
        where = placed(message, self.registers)
        kind = kind_at(where.division, self.registers)
        look = looked(self.registers.classifier, text).at(kind)
        found = look.suggest(1, self.threshold)
        likely = found or look.likely()
        told = bool(likely) and likely[0].confidence >= WORTH_SHOWING
        best = option(likely[0], self.registers.scheme) if told else None
        own = found[0].category if found else ""
        looks = not own or says_more(message)
        apart = matters_apart(message, own, self.registers.classifier, kind) if looks else []
        matters = both(own, [each.category for each in apart])
        titles = tuple(map(self.registers.scheme.title, matters))
        doubted = look.doubted()
        return Line(
            number,
            best,
            bool(found),
            where.division,
            where.because,
            where.elsewhere,
            where.elsewhere_because,
            titles,
            self.registers.scheme.title(doubted) if doubted else "",
            kind if doubted else "",
        )


def suggest_all(
    messages: Sequence[Numbered], registers: Registers, threshold: float = SURE_ENOUGH, processes: int = 0
) -> Iterator[Line]:
    """A line for each numbered message, in their order. ``processes`` 0: as many as there are cores."""
    work, begins = _Work(messages, registers, threshold, _PART), range(0, len(messages), _PART)
    processes = processes or os.cpu_count() or 1
    if processes == 1 or len(messages) < MANY:
        return chain.from_iterable(map(work.lines, begins))
    # A copy of this process starts at once and shares what it holds; with threads it is not safe.
    start = "fork" if active_count() == 1 else "spawn"
    pool = ProcessPoolExecutor(processes, get_context(start), _begin, (work,))
    return _collected(pool, pool.map(_lines, begins))


def _collected(pool: ProcessPoolExecutor, parts: Iterable[list[Line]]) -> Iterator[Line]:
    with pool:
        yield from chain.from_iterable(parts)


_work: _Work
"""In a process of the pool: what it works on."""


def _begin(work: _Work) -> None:
    global _work
    _work = work


def _lines(begin: int) -> list[Line]:
    return _work.lines(begin)
