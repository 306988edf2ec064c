"""What one row adds to a figure, by its definition alone: the way in which a stranger counts."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.expression.spelled import said
from tongban.kernel.indicator.definition import Definition, Part
from tongban.kernel.indicator.interval import Sums
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.value import Value


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
