"""What one row adds to a figure, by its definition alone: the way in which a stranger counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tongban.kernel.expression.kind import MAX_ENTRY, Kind, bind
from tongban.kernel.expression.spelled import SORTS, asking, micros
from tongban.kernel.indicator.definition import Definition, Part
from tongban.kernel.indicator.interval import Sums
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.value import Value

KINDS: Mapping[str, Kind] = {sort: kind for kind, sort in SORTS.items() if kind is not Kind.count}


def tally_of(definition: Definition, values: Mapping[str, Value]) -> Tally:
    """What a row adds: nothing, an exclusion, or one (or its own number) to the denominator.

    ``values`` holds every name of the definition, empty ones too. Raises ``RefusedError`` as ``said`` does.
    """
    return adding(definition)(values)


def adding(definition: Definition) -> Callable[[Mapping[str, Value]], Tally]:
    """``tally_of`` of one definition, for whoever asks it of many rows."""
    counts = asking(definition.denominator.tree)
    reasons = [(each.id, asking(each.tree)) for each in definition.exclusions]
    good = None if definition.numerator is None else asking(definition.numerator.tree)
    adds, over = _number(definition.adds), _number(definition.over)

    def tally(values: Mapping[str, Value]) -> Tally:
        if counts(values) is not True:
            return Tally()
        reason = next((id for id, holds in reasons if holds(values) is True), "")
        if reason:
            return Tally(excluded={reason: 1})
        if good is not None:
            return Tally(int(good(values) is True), 1)
        above, below = adds(values), over(values)
        return Tally(above, below, sums=Sums.of(above, below)) if below > 0 else Tally()

    return tally


def _number(part: Part | None) -> Callable[[Mapping[str, Value]], int]:
    """What a part says; one where there is none."""
    if part is None:
        return lambda _: 1
    ask = asking(part.tree)

    def number(values: Mapping[str, Value]) -> int:
        found = ask(values)
        return found if isinstance(found, int) else 0

    return number


def value_of(name: str, sort: str, seen: Mapping[str, Value | datetime]) -> Value:
    """The value of a name in a row. Raises ``RefusedError`` (``expression.failed``) for one of another kind."""
    value = seen.get(name)
    match sort, value:  # most values are as they should be
        case "flag", bool():
            return value
        case "text", str() if len(value) < MAX_ENTRY:
            return value
        case _:
            found = bind(name, KINDS[sort], value)
    if isinstance(found, datetime):
        return micros(found)
    return tuple(found) if isinstance(found, list) else found
