"""Released months added up for the boards of the public: a quarter and a year tell what follows from their months, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.counting import Tallies
from tongban.apps.disclosure.fixing import Adopted
from tongban.apps.disclosure.periods import DAY, Days, whole_months
from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.disclosure.ranking import sum_of
from tongban.apps.disclosure.released import Released, all_released
from tongban.apps.office import Office
from tongban.kernel.clock import LOCAL
from tongban.kernel.indicator import Tally
from tongban.library.indicators import Indicator
from tongban.library.practice import Practice


class Editions(Struct, frozen=True):
    """Released months as sources of a board: only units whose every month is told, over one and the same definition."""

    adopted: Adopted
    months: Mapping[str, Released]

    @staticmethod
    def of(adopted: Adopted, days: Days) -> Editions | None:
        """None where not every month of these days is released, and where they are no whole months."""
        wanted = tuple(whole_months(days))
        found = all_released(adopted.here, wanted)
        return Editions(adopted, found) if wanted and len(found) == len(wanted) else None

    def practice(self, name: str) -> Practice | None:
        return self.adopted.practice(name)

    def indicators(self, name: str) -> Mapping[str, Indicator]:
        return self.adopted.indicators(name)

    def tallies(self, name: str, start: datetime, end: datetime) -> Tallies:
        """Of the months between two moments."""
        months = [
            month
            for period, month in self.months.items()
            if f"{start.astimezone(LOCAL):%Y-%m}" <= period <= f"{(end - DAY).astimezone(LOCAL):%Y-%m}"
        ]
        return {id: summed(months, f"{name}/{id}") for id in self.indicators(name)}


def summed(months: Sequence[Released], key: str) -> Mapping[str, Tally]:
    """Months of a figure together, by unit ("" for the county): nothing that does not follow from what each month tells. So nothing where a
    month keeps the figure back or defines it otherwise, and a unit only where each month tells it, or has nobody that it does not tell."""
    told = [month.figures[key] for month in months if key in month.figures]
    if any(key in month.silent for month in months) or len({each.definition.text for each in told}) != 1:
        return {}
    found = {"": sum_of(each.whole for each in told)}
    for unit in sorted({unit for each in told for unit in each.units}):
        if all(unit in each.units or each.rest is None for each in told):
            found[unit] = sum_of(each.units[unit] for each in told if unit in each.units)
    return found


def widened(here: Office, units: Mapping[str, str]) -> Mapping[str, str]:
    """Of units (with whatever is said of them) those that the public is told of: no village's own."""
    return {unit: said for unit, said in units.items() if wide_unit(here, unit) == unit}
