"""One question for all indicators of a population: what do its rows add up to, by unit?

The same text goes to every engine, but for the words of its dialect. Exclusions are tried in their order, so each row that is left out has one reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from tongban.analytics.dialect import Dialect, column, written
from tongban.kernel.indicator import Definition, Sums, Tally
from tongban.kernel.indicator.definition import Part

COUNTED, UNIT = "at", "unit"
"""Names of the columns beside those that indicators name: ``at.<counted>`` and ``unit.<field>``."""


class Question(Struct, frozen=True):
    """What is asked of one table: definitions of one kind, counted at one moment for one sort of unit, from ``start`` up to but without ``end``
    (microseconds since 1970). ``by`` are columns that the answer is split by."""

    table: str
    counted: str
    unit: str
    definitions: tuple[Definition, ...]
    start: int
    end: int

    def sql(self, dialect: Dialect) -> str:
        """The statement: first the unit, then what each definition asks for."""
        asked = [each for definition in self.definitions for each in _asked(definition, dialect)]
        at, unit = moment_column(self.counted), unit_column(self.unit)
        return (
            f"SELECT {', '.join([unit, *asked])} FROM {self.table}"  # noqa: S608 - names of columns and whole numbers only
            f" WHERE {at} >= {self.start} AND {at} < {self.end} GROUP BY {unit}"
        )

    def told(self, rows: Iterable[Sequence[object]]) -> dict[str, dict[str, Tally]]:
        """The answer as tallies, by the key of the definition and the unit; "" is the whole county."""
        found: dict[str, dict[str, Tally]] = {each.key: {"": Tally()} for each in self.definitions}
        for unit, *numbers in rows:
            at = 0
            for definition in self.definitions:
                wide = _width(definition)
                one = _tally(definition, [int(str(n or 0)) for n in numbers[at : at + wide]])
                at += wide
                mine = found[definition.key]
                for whose in dict.fromkeys(("", str(unit))):
                    mine.setdefault(whose, Tally()).add(one)
        return found


def moment_column(counted: str) -> str:
    """Where the moment is by which a row counts: ``at.due:sign`` is ``at__due_sign``."""
    return column(f"{COUNTED}.{counted.replace(':', '_')}")


def unit_column(field: str) -> str:
    """Where the unit is whose figure a row adds to: the field's, or that of the unit that did the work."""
    return column(f"{UNIT}.{field}")


def _asked(definition: Definition, dialect: Dialect) -> list[str]:
    """The counts of a definition in the order in which ``_tally`` reads them."""

    def said(part: Part) -> str:
        return written(part.tree, definition.names, dialect)

    holds = [said(definition.denominator)]
    found = []
    for each in definition.exclusions:
        out = written(each.tree, definition.names, dialect)
        found.append(_count([*holds, out]))
        holds.append(f"(NOT {out})")
    if definition.numerator is not None:
        return [*found, _count(holds), _count([*holds, said(definition.numerator)])]
    assert definition.adds is not None
    adds = said(definition.adds)
    over = "CAST('1' AS BIGINT)" if definition.over is None else said(definition.over)
    kept = _joined([*holds, f"({over} > 0)"])

    def total(left: str, right: str = "") -> str:
        wide = f"CAST({left} AS {dialect.wide})" + (f" * CAST({right} AS {dialect.wide})" if right else "")
        return f"sum({wide}) FILTER (WHERE {kept})"

    sums = [total(adds), total(over), total(adds, adds), total(over, over), total(adds, over)]
    return [*found, f"count(*) FILTER (WHERE {kept})", *sums, f"min({adds}) FILTER (WHERE {kept})"]


def _joined(holds: Sequence[str]) -> str:
    return " AND ".join([each for each in holds if each != "TRUE"] or ["TRUE"])


def _count(holds: Sequence[str]) -> str:
    kept = _joined(holds)
    return "count(*)" if kept == "TRUE" else f"count(*) FILTER (WHERE {kept})"


def _width(definition: Definition) -> int:
    return len(definition.exclusions) + (2 if definition.numerator is not None else 7)


def _tally(definition: Definition, numbers: Sequence[int]) -> Tally:
    split = len(definition.exclusions)
    out = {each.id: 0 for each in definition.exclusions}
    for each, n in zip(definition.exclusions, numbers[:split], strict=True):
        out[each.id] += n
    excluded = {reason: n for reason, n in out.items() if n}
    if definition.numerator is not None:
        below, above = numbers[split:]
        return Tally(above, below, excluded)
    cases, above, below, squares, squares_below, products, least = numbers[split:]
    sums = Sums(cases, squares, squares_below, products, least) if cases else None
    return Tally(above, below, excluded, sums)


def tables_named(questions: Iterable[Question]) -> Mapping[str, frozenset[str]]:
    """The columns that questions read, by table."""
    found: dict[str, set[str]] = {}
    for each in questions:
        columns = found.setdefault(each.table, set())
        columns |= {moment_column(each.counted), unit_column(each.unit)}
        columns |= {column(name) for definition in each.definitions for name in definition.names}
    return {table: frozenset(columns) for table, columns in found.items()}
