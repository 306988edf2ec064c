"""The rows behind figures: one a case, with a column for each name that its indicators name, and nothing else.

Values are as expressions see them: what a case does not have is empty of its kind, a moment is microseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct, field

from tongban.kernel.case import Case
from tongban.kernel.indicator.parts import PREFIX
from tongban.kernel.indicator.row import value_of
from tongban.kernel.procedure.seen import counted_at
from tongban.kernel.value import Value
from tongban.library.indicators import Indicator

Seeing: TypeAlias = "Callable[[Case], Mapping[str, Value | datetime]]"
"""A case as an indicator sees it."""


class Population(Struct, frozen=True):
    """The cases behind some indicators: those of one kind, counted at one moment, for the unit that the field ``unit`` names ("" for who did the work).

    ``indicators`` are their ids. ``names`` are all that they name, with their kinds (as in a definition), ``parts`` what they are broken down by besides
    units. ``columns`` are as long as there are cases: ``chain``, ``unit``, and one of each name and part.
    """

    practice: str
    kind: str
    counted: str
    unit: str
    indicators: tuple[str, ...]
    names: Mapping[str, str]
    parts: tuple[str, ...] = ()
    columns: Mapping[str, list[Value]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns["chain"])


def populations(practice: str, indicators: Mapping[str, Indicator]) -> tuple[Population, ...]:
    """The populations of a practice's indicators, without rows, in the order in which the practice names them."""
    groups: dict[tuple[str, str, str], list[Indicator]] = {}
    for each in indicators.values():
        groups.setdefault((each.of, each.counted, each.unit), []).append(each)
    found = []
    for (kind, counted, unit), group in groups.items():
        names = dict(sorted({name: sort for each in group for name, sort in each.names.items()}.items()))
        parts = tuple(dict.fromkeys(PREFIX + by for each in group for by in each.parts))
        columns: dict[str, list[Value]] = {column: [] for column in ("chain", "unit", *names, *parts)}
        ids = tuple(each.id for each in group)
        found.append(Population(practice, kind, counted, unit, ids, names, parts, columns))
    return tuple(found)


def rows_of(
    cases: Iterable[Case],
    see: Seeing,
    practice: str,
    indicators: Mapping[str, Indicator],
    start: datetime,
    end: datetime,
) -> tuple[Population, ...]:
    """The rows behind a practice's indicators from ``start`` to ``end``: its cases, each where it counts."""
    found = populations(practice, indicators)
    for case in cases:
        mine = [each for each in found if each.kind == case.kind and _falls(case, each.counted, start, end)]
        if not mine:
            continue
        seen = see(case)
        for each in mine:
            each.columns["chain"].append(case.id)
            each.columns["unit"].append(indicators[each.indicators[0]].unit_of(case))
            for name in each.parts:
                each.columns[name].append(value_of(name, "text", seen))
            for name, sort in each.names.items():
                each.columns[name].append(value_of(name, sort, seen))
    return found


def _falls(case: Case, counted: str, start: datetime, end: datetime) -> bool:
    at = counted_at(case, counted)
    return at is not None and start <= at < end
