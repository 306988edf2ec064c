"""What one row adds to a figure, by its definition alone: the way in which a stranger counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.kernel.expression.kind import MAX_ENTRY, Kind, bind
from tongban.kernel.expression.spelled import SORTS, micros, said
from tongban.kernel.indicator.definition import Definition, Part
from tongban.kernel.indicator.interval import Sums
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.value import Value

KINDS: Mapping[str, Kind] = {sort: kind for kind, sort in SORTS.items() if kind is not Kind.count}


def tally_of(definition: Definition, values: Mapping[str, Value]) -> Tally:
    """What a row adds: nothing, an exclusion, or one (or its own number) to the denominator.

    ``values`` holds every name of the definition, empty ones too. Raises ``RefusedError`` as ``said`` does.
    """
    if said(definition.denominator.tree, values) is not True:
        return Tally()
    reason = next((each.id for each in definition.exclusions if said(each.tree, values) is True), "")
    if reason:
        return Tally(excluded={reason: 1})
    if definition.numerator is not None:
        return Tally(int(said(definition.numerator.tree, values) is True), 1)
    above, below = _number(definition.adds, values), _number(definition.over, values)
    return Tally(above, below, sums=Sums.of(above, below)) if below > 0 else Tally()


def _number(part: Part | None, values: Mapping[str, Value]) -> int:
    """What a part says; one where there is none."""
    found = 1 if part is None else said(part.tree, values)
    return found if isinstance(found, int) else 0


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
