"""What the cases of a story add up to, in the way in which a stranger counts: by the published definitions alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tongban.kernel.case import Case
from tongban.kernel.county import County
from tongban.kernel.indicator import Definition, Tally, tally_of
from tongban.kernel.indicator.row import value_of
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.seen import Seen, counted_at
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind_indicators
from tongban.library.indicators import Indicator, definition_of
from tongban.library.practice import Practice


def figures_of(
    cases: Iterable[Case], practice: Practice, procedure: Procedure, county: County, until: datetime
) -> Mapping[str, Tally] | Refused:
    """By indicator, of everything that counts by a moment up to ``until``. Refuses what does not bind or cannot be spelled."""
    indicators = bind_indicators(practice, procedure.settings)
    if isinstance(indicators, Refused):
        return indicators
    found = {name: Tally() for name in indicators}
    definitions: dict[str, Definition] = {}
    for name, indicator in indicators.items():
        definition = definition_of(indicator, procedure.practice, "0")
        if isinstance(definition, Refused):
            return definition
        definitions[name] = definition
    for case in cases:
        seen = Seen(procedure, county, case)
        for name, indicator in indicators.items():
            at = counted_at(case, indicator.counted) if indicator.of == case.kind else None
            if at is not None and at <= until:
                found[name].add(_adds(definitions[name], indicator, seen))
    return found


def _adds(definition: Definition, indicator: Indicator, seen: Seen) -> Tally:
    return tally_of(definition, {name: value_of(name, sort, seen) for name, sort in indicator.names.items()})


def written(tally: Tally) -> str:
    """As a story writes it: “3/4”."""
    return f"{tally.numerator}/{tally.denominator}"
