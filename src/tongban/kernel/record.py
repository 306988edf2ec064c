"""Events and cases as plain values and back: the shape that the ledger seals and the projection keeps.

Every consequence is a mapping with its name under ``is``. Empty fields are left out, so that a field
added later with an empty default changes no seal. Fields are read from the dataclasses themselves:
one description of each shape, no second list to keep in step.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar, cast

from tongban.kernel import events as event_module
from tongban.kernel.case import Case, ClockState, Mandate
from tongban.kernel.clock import Limit, Span, Unit
from tongban.kernel.events import Doer, Event, Opened
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.value import Facts, Value

T = TypeVar("T")
Write = Callable[[object], Value]
Read = Callable[[Value], object]

CONSEQUENCES: Mapping[str, type] = {
    "held": event_module.Held,
    "clock_started": event_module.ClockStarted,
    "clock_ended": event_module.ClockEnded,
    "clock_suspended": event_module.ClockSuspended,
    "clock_resumed": event_module.ClockResumed,
    "clock_extended": event_module.ClockExtended,
    "clock_rung": event_module.ClockRung,
    "clock_moved": event_module.ClockMoved,
    "subcase_opened": event_module.SubcaseOpened,
    "noticed": event_module.Noticed,
    "rating_asked": event_module.RatingAsked,
    "mandated": event_module.Mandated,
    "mandate_ended": event_module.MandateEnded,
    "written": event_module.Written,
    "published": event_module.Published,
    "joined": event_module.Joined,
    "settled": event_module.Settled,
    "resettled": event_module.Resettled,
}
NAMES = {kind: name for name, kind in CONSEQUENCES.items()}


def _limit_write(limit: object) -> Value:
    assert isinstance(limit, Limit)
    return (limit.amount, limit.unit.value, limit.source)


def _limit_read(value: Value) -> Limit:
    amount, unit, source = cast(tuple[int, str, str], value)
    return _limit(amount, unit, source)


@lru_cache(maxsize=1024)
def _limit(amount: int, unit: str, source: str) -> Limit:
    """One value for the same limit: cases of one practice share a few dozen."""
    return Limit(amount, Unit(unit), source)


def _span_write(span: object) -> Value:
    assert isinstance(span, Span)
    return (moment_text(span.since), _instant_write(span.to), span.reason)


def _span_read(value: Value) -> Span:
    since, to, reason = cast(tuple[str, str | None, str], value)
    return Span(_moment(since), _moment(to) if to else None, reason)


def _plain_write(value: object) -> Value:
    return cast(Value, value)


def _many(write: Write, read: Read) -> tuple[Write, Read]:
    return (
        lambda items: tuple(write(item) for item in cast(tuple[object, ...], items)),
        lambda items: tuple(read(item) for item in cast(tuple[Value, ...], items or ())),
    )


def _instant_write(value: object) -> Value:
    return None if value is None else moment_text(cast(datetime, value))


def _instant_read(value: Value) -> object:
    return None if value is None else _moment(cast(str, value))


moment_text = lru_cache(maxsize=16_384)(instant_text)
"""``instant_text``, kept for the instants that go round: most of a case stays as it was read."""


@lru_cache(maxsize=16_384)
def _moment(text: str) -> datetime:
    """An instant that this module wrote. Raises ``ValueError`` for a text without a zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return at


def _lists_read(value: Value) -> object:
    return {key: tuple(cast(tuple[str, ...], items)) for key, items in cast(Facts, value).items()}


def _facts_read(value: Value) -> object:
    """Facts as they were: JSON made lists of the tuples in them."""
    facts = cast(dict[str, Value], value)
    if any(isinstance(each, list | dict) for each in facts.values()):
        return {name: _tuples(each) for name, each in facts.items()}
    return facts


def _tuples(value: Value) -> Value:
    if isinstance(value, list | tuple):
        return tuple(_tuples(each) for each in value)
    return {name: _tuples(each) for name, each in value.items()} if isinstance(value, dict) else value


INSTANT: tuple[Write, Read] = (_instant_write, _instant_read)
CODECS: Mapping[str, tuple[Write, Read]] = {
    "datetime": INSTANT,
    "datetime | None": INSTANT,
    "Limit": (_limit_write, _limit_read),
    "tuple[Limit, ...]": _many(_limit_write, _limit_read),
    "tuple[Span, ...]": _many(_span_write, _span_read),
    "tuple[str, ...]": (_plain_write, lambda v: tuple(cast(tuple[str, ...], v))),
    "frozenset[str]": (
        lambda v: tuple(sorted(cast(frozenset[str], v))),
        lambda v: frozenset(cast(tuple[str, ...], v)),
    ),
    "Facts": (_plain_write, _facts_read),
    "Mapping[str, tuple[str, ...]]": (_plain_write, _lists_read),
    "tuple[ClockState, ...]": _many(
        lambda v: to_record(v), lambda v: from_record(ClockState, cast(Facts, v))
    ),
    "tuple[Mandate, ...]": _many(lambda v: to_record(v), lambda v: from_record(Mandate, cast(Facts, v))),
}
"""Writer and reader by the annotation of a field, as it is written in the dataclass; others are plain."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a dataclass: its values all at once, its writers and defaults, its readers by name."""

    values: Callable[[object], tuple[object, ...]]
    writers: tuple[tuple[str, Write | None, object], ...]
    readers: Mapping[str, Read]


_shapes: dict[type, _Shape] = {}


def _shape(kind: type) -> _Shape:
    known = _shapes.get(kind)
    if known is None:
        known = _shapes[kind] = _shape_of(kind)
    return known


def _shape_of(kind: type) -> _Shape:
    writers: list[tuple[str, Write | None, object]] = []
    readers: dict[str, Read] = {}
    for item in dataclasses.fields(kind):
        write, read = CODECS.get(cast(str, item.type), (None, None))
        empty = item.default if item.default_factory is dataclasses.MISSING else item.default_factory()
        writers.append((item.name, write, empty))
        if read is not None:
            readers[item.name] = read
    return _Shape(_all(*(name for name, _, _ in writers)), tuple(writers), readers)


def _all(*names: str) -> Callable[[object], tuple[object, ...]]:
    """Reads these attributes at once, always as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda thing: tuple(getattr(thing, name) for name in names)


def to_record(thing: object) -> dict[str, Value]:
    """A frozen value of this package as plain values; fields at their default are left out."""
    shape = _shape(type(thing))
    record: dict[str, Value] = {}
    for (name, write, empty), value in zip(shape.writers, shape.values(thing), strict=True):
        if value is not empty and value != empty:  # most are the very default; the second look is dear
            record[name] = value if write is None else write(value)  # type: ignore[assignment]  # a plain one
    return record


def from_record(kind: type[T], record: Facts) -> T:
    """The inverse of :func:`to_record`. Raises ``TypeError`` on another shape."""
    readers = _shape(kind).readers
    return kind(**{name: readers[name](each) if name in readers else each for name, each in record.items()})


def event_facts(event: Event) -> dict[str, Value]:
    """What the ledger's body says of an event, without its content and identity values."""
    facts: dict[str, Value] = {
        "by": to_record(event.by),
        "facts": event.facts,
        "step": event.step,
        "to": event.to,
    }
    if event.source:
        facts["from"] = event.source
    if event.follows:
        facts["follows"] = tuple({"is": NAMES[type(each)], **to_record(each)} for each in event.follows)
    if event.opened is not None:
        facts["opened"] = to_record(event.opened)
    return facts


def event_from(chain: str, seq: int, at: datetime, facts: Facts, sealed: Iterable[str]) -> Event:
    """An event from the facts of a ledger body and the names of the values that it sealed.

    The values themselves are not in the ledger; the fold needs to know only that they were given, so all
    stand under ``content`` without a value.
    """
    follows = cast("tuple[Facts, ...]", facts.get("follows", ()))
    opened = facts.get("opened")
    return Event(
        case=chain,
        seq=seq,
        at=at,
        step=cast(str, facts["step"]),
        source=cast(str, facts.get("from", "")),
        to=cast(str, facts["to"]),
        by=from_record(Doer, cast(Facts, facts["by"])),
        facts=cast(Facts, _facts_read(facts["facts"])),
        content=dict.fromkeys(sealed, None),
        follows=tuple(
            from_record(CONSEQUENCES[cast(str, each["is"])], {k: v for k, v in each.items() if k != "is"})
            for each in follows
        ),
        opened=None if opened is None else from_record(Opened, cast(Facts, opened)),
    )


def case_from(record: Facts) -> Case:
    return from_record(Case, record)
