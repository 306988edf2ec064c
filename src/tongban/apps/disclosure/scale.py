"""How a figure is written and drawn, as it is defined now or was when its month was released."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tongban.apps.disclosure.released import Counts
from tongban.apps.wording import say
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.parts import PARTS
from tongban.library.indicators import Indicator


class Shape(Struct, frozen=True):
    """What is asked of an indicator, as it is defined now or was when its month was released."""

    id: str
    kind: str
    smallest_sample: int
    more_is_better: bool
    county_alone: bool = False

    @staticmethod
    def of(indicator: Indicator) -> Shape:
        return Shape(
            indicator.id,
            indicator.kind,
            indicator.smallest_sample,
            indicator.more_is_better,
            indicator.disclosure != PARTS,
        )

    @staticmethod
    def then(id: str, counts: Counts) -> Shape:
        defined = counts.definition
        return Shape(id, defined.kind, defined.smallest_sample, defined.better == "more")


class Scale(Struct, frozen=True):
    """How a value is written and drawn: shares in per cent on a bar of 100 %, averages plain, on one as long as the longest interval."""

    average: bool
    whole: float

    @staticmethod
    def of(indicator: Shape, counts: Mapping[str, Tally]) -> Scale:
        average = indicator.kind == "average"
        ends = (each.interval[1] for each in counts.values() if each.denominator)
        return Scale(average, max(ends, default=1.0) if average else 1.0)

    def value(self, tally: Tally, language: str) -> str:
        return self.written(share_of(tally)) if tally.denominator else say("figure.nothing", language)

    def written(self, value: float) -> str:
        return f"{value:.2f}" if self.average else f"{value * 100:.1f} %"

    def place(self, value: float) -> int:
        """Where it stands on the bar, per mille; what lies beyond stands at its end."""
        return min(max(round(value / self.whole * 1000), 0), 1000)


def share_of(tally: Tally) -> float:
    return tally.numerator / tally.denominator if tally.denominator else 0.0
