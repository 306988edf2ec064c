"""Indicators bound to a county's settings: what is counted, over what, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.expression import Expression
from tongban.kernel.expression.spelled import SORTS, spelled
from tongban.kernel.indicator.definition import Definition, LeftOut, Part
from tongban.kernel.indicator.parts import PARTS, PERIODS, UNIT
from tongban.kernel.refusal import Refused, RefusedError


class Exclusion(Struct, frozen=True):
    """Cases of the population that are left out. ``by`` is the step whose taker approved it; "" where it follows from the case itself."""

    id: str
    when: Expression
    by: str = ""


class Adding(Struct, frozen=True):
    """What each case adds, a whole number; ``over`` what it adds below the line, None for one a case.

    A case whose ``over`` is not above nought is not counted."""

    adds: Expression
    over: Expression | None = None


class Colours(Struct, frozen=True):
    """At what share of a hundred a unit turns ``red`` or ``amber``: from there on, or below it where more is better."""

    red: int
    amber: int


class Indicator(Struct, frozen=True):
    """A figure's definition. ``counted`` is ``settled``, ``rated``, ``opened`` or ``due:<clock>``.

    ``denominator``, ``numerator`` and exclusions are flags over one case; besides what every expression
    may name they know how clocks ended, ``clock.<id>.<ending>``. Where cases add up (an average), an ``Adding``
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
    colours: Colours | None = None
    """How units are coloured inside, where it says so. No part of the published definition: a colour reads a figure and changes none."""
    sign: bool = False
    """A sign that something may not be as it looks: units are compared inside, where each case is looked at; the public is told the
    county's figure alone."""
    by: tuple[str, ...] = (UNIT,)
    """what it is broken down by; units are always among it"""
    periods: tuple[str, ...] = PERIODS
    disclosure: str = PARTS
    """what the public is told, as in a definition"""

    @property
    def kind(self) -> str:
        """``rate`` (a share of the cases), ``average`` (so much a case) or ``ratio`` (of two sums)."""
        if not isinstance(self.numerator, Adding):
            return "rate"
        return "average" if self.numerator.over is None else "ratio"

    @property
    def expressions(self) -> Iterator[Expression]:
        """Everything that is asked of a case."""
        yield self.denominator
        yield from (each.when for each in self.exclusions)
        above = self.numerator
        if not isinstance(above, Adding):
            yield above
        else:
            yield above.adds
            if above.over is not None:
                yield above.over

    @property
    def names(self) -> Mapping[str, str]:
        """The names that it names, in order, each with its kind as definitions say it."""
        kinds = {name: SORTS[kind] for each in self.expressions for name, kind in each.kinds.items()}
        return dict(sorted(kinds.items()))

    def colour_of(self, numerator: int, denominator: int) -> str:
        """``red``, ``amber`` or ``green``; "" where there are no colours, or fewer cases than the smallest sample."""
        if self.colours is None or denominator < max(self.smallest_sample, 1):
            return ""
        for colour, limit in (("red", self.colours.red), ("amber", self.colours.amber)):
            share, edge = numerator * 100, limit * denominator
            if share < edge if self.more_is_better else share >= edge:
                return colour
        return "green"

    @property
    def parts(self) -> tuple[str, ...]:
        """What it is broken down by besides units."""
        return tuple(each for each in self.by if each != UNIT)

    def unit_of(self, case: Case) -> str:
        """The unit whose figure a case adds to."""
        named = case.facts.get(self.unit) if self.unit else case.worker
        return named if isinstance(named, str) else ""


def definition_of(indicator: Indicator, practice: str, version: str) -> Definition | Refused:
    """The definition as data, to be published, hashed and counted by other engines. Refuses an expression that cannot be spelled."""
    above = indicator.numerator
    try:
        return Definition(
            key=f"{practice}/{indicator.id}",
            version=version,
            of=indicator.of,
            counted=indicator.counted,
            unit=indicator.unit,
            kind=indicator.kind,
            names=indicator.names,
            denominator=_part(indicator.denominator),
            numerator=None if isinstance(above, Adding) else _part(above),
            adds=_part(above.adds) if isinstance(above, Adding) else None,
            over=_part(above.over) if isinstance(above, Adding) and above.over is not None else None,
            exclusions=tuple(
                LeftOut(each.id, part.source, part.tree, each.by)
                for each in indicator.exclusions
                for part in (_part(each.when),)
            ),
            smallest_sample=indicator.smallest_sample,
            better="more" if indicator.more_is_better else "less",
            by=indicator.by,
            periods=indicator.periods,
            disclosure=indicator.disclosure,
        )
    except RefusedError as stop:
        return stop.refusal


def _part(expression: Expression) -> Part:
    tree = spelled(expression)
    if isinstance(tree, Refused):
        raise RefusedError(tree)
    return Part(expression.source, tree)
