"""What a part of an expression can be, as ranges: the values of the proof in ``proof``.

This is interval analysis (Cousot and Cousot, "Static determination of dynamic properties of
programs", 1976) with one pass over the tree: expressions have no loops but the bounded macros.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.expression.kind import (
    EPOCH,
    FIRST_MOMENT,
    LAST_MOMENT,
    MAX_COUNT,
    MAX_ENTRIES,
    MAX_ENTRY,
    MAX_TEXT,
    MAX_WHOLE,
    Kind,
)


class MixedError(Exception):
    """A list whose entries are of more than one sort: its operations would fail at run time."""


class Sort(Enum):
    flag = "flag"
    whole = "whole"
    text = "text"
    moment = "moment"
    duration = "duration"
    entries = "list"


class Span(Struct, frozen=True):
    """Everything a part can be at run time.

    ``low`` and ``high`` are inclusive: a whole number's value, a text's or list's length, a moment's
    or duration's seconds (a moment's since 1970). ``of`` is what a list's entries can be; None is a
    list that has none.
    """

    sort: Sort
    low: int
    high: int
    of: Span | None = None

    def joined(self, other: Span) -> Span:
        """Either this or the other; raises ``MixedError`` when they are of two sorts."""
        if self.sort is not other.sort:
            raise MixedError
        of = self.of if other.of is None else other.of if self.of is None else self.of.joined(other.of)
        return Span(self.sort, min(self.low, other.low), max(self.high, other.high), of)

    def weight(self) -> int:
        """The most characters and entries that a value can hold, to keep memory bounded."""
        match self.sort:
            case Sort.text:
                return self.high
            case Sort.entries:
                return self.high * (1 + (self.of.weight() if self.of else 0))
            case _:
                return 1


FLAG = Span(Sort.flag, 0, 1)
_ENTRY = Span(Sort.text, 0, MAX_ENTRY)


def seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


VARIABLES: Mapping[Kind, Span] = {
    Kind.text: Span(Sort.text, 0, MAX_TEXT),
    Kind.whole: Span(Sort.whole, -MAX_WHOLE, MAX_WHOLE),
    Kind.count: Span(Sort.whole, 0, MAX_COUNT),
    Kind.flag: FLAG,
    Kind.moment: Span(Sort.moment, seconds(FIRST_MOMENT), seconds(LAST_MOMENT)),
    Kind.texts: Span(Sort.entries, 0, MAX_ENTRIES, _ENTRY),
}

MAX_DURATION = 2**63 // 10**9 - 86_400
"""Seconds; about 292 years."""

LIMITS: Mapping[Sort, tuple[int, int]] = {
    Sort.whole: (-(2**63), 2**63 - 1),
    # One day inside what the evaluator takes: years 1 to 9999, and durations of 64 bits of nanoseconds.
    Sort.moment: (
        seconds(datetime(1, 1, 2, tzinfo=UTC)),
        seconds(datetime(9999, 12, 30, tzinfo=UTC)),
    ),
    Sort.duration: (-MAX_DURATION, MAX_DURATION),
    Sort.text: (0, 1_000_000),
    Sort.entries: (0, 9_999),
}
MAX_WEIGHT = 10_000_000


def fits(span: Span) -> bool:
    """Whether the evaluator can hold every value of the span, within bounded memory."""
    low, high = LIMITS.get(span.sort, (span.low, span.high))
    return low <= span.low and span.high <= high and span.weight() <= MAX_WEIGHT


def of_constant(value: object) -> Span | None:
    """The span of one known value; None for a value that expressions do not have."""
    match value:
        case bool():
            return Span(Sort.flag, int(value), int(value))
        case int():
            return Span(Sort.whole, value, value)
        case str():
            return Span(Sort.text, len(value), len(value))
        case datetime():
            at = seconds(value)
            return Span(Sort.moment, at, at + 1)
        case timedelta():
            length = value // timedelta(seconds=1)
            return Span(Sort.duration, length, length + 1)
        case _:
            return None


def added(left: Span, right: Span) -> Span:
    """The sum; of lists, what holds the entries of both; of texts, one after the other."""
    sort = Sort.moment if Sort.moment in (left.sort, right.sort) else left.sort
    of = left.joined(right).of if sort is Sort.entries else None
    return Span(sort, left.low + right.low, left.high + right.high, of)


def subtracted(left: Span, right: Span) -> Span:
    sort = Sort.duration if right.sort is Sort.moment else left.sort
    # One second more each way: spans hold whole seconds, values may hold fractions of one.
    slack = 0 if sort is Sort.whole else 1
    return Span(sort, left.low - right.high - slack, left.high - right.low + slack)


def multiplied(left: Span, right: Span) -> Span:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Span(Sort.whole, min(corners), max(corners))


def negated(span: Span) -> Span:
    return replace(span, low=-span.high, high=-span.low)


def divided(left: Span, right: Span) -> Span:
    """A quotient, rounded towards zero, is nowhere greater than its dividend; dividing by -1 turns it."""
    del right
    high = max(abs(left.low), abs(left.high))
    return Span(Sort.whole, -high, high)


def remainder(left: Span, right: Span) -> Span:
    del left
    high = max(abs(right.low), abs(right.high)) - 1
    return Span(Sort.whole, -high, high)
