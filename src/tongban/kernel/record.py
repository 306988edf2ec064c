"""Events and cases as they are written down, and back: the shape that the ledger seals and the projection keeps.

The shapes are the values themselves (``Record``): one description of each, nothing to keep in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import get_args

import msgspec

from tongban.kernel import shapes
from tongban.kernel.case import Case, Mandate
from tongban.kernel.events import Consequence, Doer, Event, Opened
from tongban.kernel.value import Facts, Record, Value

CONSEQUENCES: Mapping[str, type] = {str(kind.__struct_config__.tag): kind for kind in get_args(Consequence)}
NAMES = {kind: name for name, kind in CONSEQUENCES.items()}
"""The name of each consequence, as it stands under ``is``."""


class Deed(Record, frozen=True):
    """What the ledger's body says of an event in plain, without its content and identity values."""

    by: Doer
    facts: Facts
    step: str
    to: str
    source: str = msgspec.field(default="", name="from")
    follows: tuple[Consequence, ...] = ()
    opened: Opened | None = None

    def loose(self) -> tuple[Facts, ...]:
        return (self.facts,)


_write = msgspec.json.Encoder(order="sorted").encode
_case = shapes.reader(Case)


class Above(Record, frozen=True):
    """The cases that one stands under, all the way up, and the mandates given on them."""

    cases: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] = ()


ABOVE_NOTHING = Above()
_above = shapes.reader(Above)


def deed(event: Event) -> Deed:
    return Deed(event.by, event.facts, event.step, event.to, event.source, event.follows, event.opened)


def event_from(chain: str, seq: int, at: datetime, facts: Value, sealed: Iterable[str]) -> Event:
    """An event from the facts of a ledger body and the names of the values that it sealed.

    The values themselves are not in the ledger; the fold needs to know only that they were given, so all
    stand under ``content`` without a value. Raises ``msgspec.ValidationError`` for facts of another shape.
    """
    said = shapes.converted(facts, Deed)
    return Event(
        case=chain,
        seq=seq,
        at=at,
        step=said.step,
        source=said.source,
        to=said.to,
        by=said.by,
        facts=_hard(said.facts),
        content=dict.fromkeys(sealed, None),
        follows=said.follows,
        opened=said.opened,
    )


def state_of(case: Case) -> str:
    """A case as JSON; the same case is always the same text."""
    return _write(case).decode()


def case_from(state: str) -> Case:
    """The inverse of :func:`state_of`. Raises ``msgspec.ValidationError`` on another shape."""
    case = _case(state)
    facts = _hard(case.facts)
    return case if facts is case.facts else msgspec.structs.replace(case, facts=facts)


def above_from(text: str) -> Above:
    return _above(text)


def _hard(facts: Facts) -> Facts:
    """Facts as they were: JSON made lists of the tuples in them."""
    if any(type(each) in (list, dict) for each in facts.values()):
        return {name: _tuples(each) for name, each in facts.items()}
    return facts


def _tuples(value: object) -> Value:
    if isinstance(value, list | tuple):
        return tuple(_tuples(each) for each in value)
    if isinstance(value, dict):
        return {name: _tuples(each) for name, each in value.items()}
    assert value is None or isinstance(value, str | int)
    return value
