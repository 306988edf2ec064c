"""Indicators bound to a county's settings: what is counted, over what, and what is left out."""

from __future__ import annotations

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.expression import Expression


class Exclusion(Struct, frozen=True):
    id: str
    when: Expression


class Adding(Struct, frozen=True):
    """What each case adds, a whole number; ``over`` what it adds below the line, None for one a case.

    A case whose ``over`` is not above nought is not counted."""

    adds: Expression
    over: Expression | None = None


class Indicator(Struct, frozen=True):
    """A figure's definition. ``counted`` is ``settled``, ``rated``, ``opened`` or ``due:<clock>``.

    ``denominator``, ``numerator`` and exclusions are flags over one case; besides what every expression
    may name they know ``clock.<id>.ended``, ``clock.<id>.kept`` and ``clock.<id>.laps``. Where cases add up (an average), an ``Adding``
    stands in the place of the numerator. Below ``smallest_sample`` cases no rank is given.
    """

    id: str
    of: str
    counted: str
    denominator: Expression
    numerator: Expression | Adding
    exclusions: tuple[Exclusion, ...]
    smallest_sample: int
    more_is_better: bool
    unit: str = ""
    """The field that names the unit whose figure it is; "" for the unit that did the work."""

    @property
    def kind(self) -> str:
        """``rate`` (a share of the cases), ``average`` (so much a case) or ``ratio`` (of two sums)."""
        if not isinstance(self.numerator, Adding):
            return "rate"
        return "average" if self.numerator.over is None else "ratio"

    def unit_of(self, case: Case) -> str:
        """The unit whose figure a case adds to."""
        named = case.facts.get(self.unit) if self.unit else case.worker
        return named if isinstance(named, str) else ""
