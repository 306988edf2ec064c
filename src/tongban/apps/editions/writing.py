"""A figure of an edition as it is written on pages: value, interval, counts."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.wording import say
from tongban.kernel.edition.lines import Counted, Figure, Head
from tongban.kernel.indicator import Definition


class Written(Struct, frozen=True):
    """A value of the county and of the units that are told apart."""

    value: str
    low: str
    high: str
    counted: Counted
    units: tuple[tuple[str, str, Counted], ...]


def value_of(counted: Counted, average: bool, language: str) -> str:
    """A rate in per cent with one digit, an average with two, rounded as pages do."""
    if not counted.denominator:
        return say("figure.nothing", language)
    return _written(counted.numerator / counted.denominator, average)


def _written(value: float, average: bool) -> str:
    return f"{value:.2f}" if average else f"{value * 100:.1f} %"


def written_figure(figure: Figure, definition: Definition, head: Head, language: str) -> Written:
    """The figure in words and digits; units by their value, those that are not told apart last."""
    average = definition.kind == "average"
    units = [
        (head.units[unit].get(language, unit), value_of(each, average, language), each)
        for unit, each in figure.units.items()
        if unit and unit in head.units and each.denominator
    ]
    rest = figure.units.get("")
    if rest is not None and units and rest.denominator:
        units.append((say("edition.other_units", language), value_of(rest, average, language), rest))
    return Written(
        value=value_of(figure.county, average, language),
        low=_written(figure.county.low / 10_000, average),
        high=_written(figure.county.high / 10_000, average),
        counted=figure.county,
        units=tuple(units),
    )
