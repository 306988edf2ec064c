"""One question for all indicators of a population: what do its rows add up to, by unit?

A row is one digit for each definition: 0 where it is not counted, 1 or 2 where it is (2: good), 3 and more where it is left out, by the first exclusion that
holds. All digits of a row are one number or two, and rows are counted by that: however many indicators there are, each row is looked at once and
added to one count. The same text goes to every engine, but for the words of its dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from tongban.analytics.dialect import Dialect, column, written
from tongban.kernel.indicator import Definition, Sums, Tally
from tongban.kernel.indicator.definition import Part
from tongban.kernel.indicator.parts import PREFIX, UNIT

COUNTED = "at"
"""Columns beside those that indicators name: ``at.<counted>``, ``unit.<field>`` and ``by.<part>``."""
WIDEST = 2**62
"""A number of digits stays below this."""
SMALL = 2**24
"""So much times a digit has 32 bits."""
SUMS = 6
"""Sums that are asked for what adds up: of what is added above and below the line, of the squares and products of both, and the least above."""


class Question(Struct, frozen=True):
    """What is asked of one table: definitions of one kind, counted at one moment for one sort of unit, from ``start`` up to but without ``end``
    (microseconds since 1970). The answer is split by what ``by`` says (``kernel.indicator.parts``)."""

    table: str
    counted: str
    unit: str
    definitions: tuple[Definition, ...]
    start: int
    end: int
    by: str = UNIT

    @property
    def split(self) -> str:
        """The column by which the answer is split."""
        return unit_column(self.unit) if self.by == UNIT else column(PREFIX + self.by)

    def sql(self, dialect: Dialect) -> str:
        """The statement: the unit or part, the numbers of digits, how many rows have them, and the sums of what adds up."""
        at, split = moment_column(self.counted), self.split
        codes = [
            " + ".join(_weighted(_digit(each, dialect), weight) for each, weight in group)
            for group in _weighed(self.definitions)
        ]
        sums = [each for definition in self.definitions for each in _sums(definition, dialect)]
        places = ", ".join(str(n + 1) for n in range(1 + len(codes)))
        return (
            f"SELECT {', '.join([split, *codes, 'count(*)', *sums])} FROM {self.table}"  # noqa: S608 - names of columns and whole numbers only
            f" WHERE {at} >= {self.start} AND {at} < {self.end} GROUP BY {places}"
        )

    def told(self, rows: Iterable[Sequence[object]]) -> dict[str, dict[str, Tally]]:
        """The answer as tallies, by the key of the definition and the unit or part; "" is the whole county."""
        found: dict[str, dict[str, Tally]] = {each.key: {"": Tally()} for each in self.definitions}
        groups = _weighed(self.definitions)
        for part, *numbers in rows:
            codes, n = numbers[: len(groups)], _whole(numbers[len(groups)])
            sums = iter(numbers[len(groups) + 1 :])
            for group, code in zip(groups, codes, strict=True):
                number = _whole(code)
                for definition, weight in group:
                    digit = number // weight % _radix(definition)
                    mine = [_whole(next(sums)) for _ in range(SUMS)] if definition.numerator is None else []
                    by = found[definition.key]
                    for whose in dict.fromkeys(("", str(part))):
                        _add(by.setdefault(whose, Tally()), definition, digit, n, mine)
        return found


def _whole(number: object) -> int:
    return number if type(number) is int else int(str(number))


def _weighted(digit: str, weight: int) -> str:
    """A digit at its place. The first makes the whole sum one of 64 bits, small ones need no more than 32."""
    return f"{digit} * {weight}" if 1 < weight < SMALL else f"{digit} * CAST('{weight}' AS BIGINT)"


def _radix(definition: Definition) -> int:
    return 3 + len(definition.exclusions)


def _weighed(definitions: Iterable[Definition]) -> list[list[tuple[Definition, int]]]:
    """Definitions with the weight of their digit, in as many numbers as it takes."""
    groups: list[list[tuple[Definition, int]]] = []
    weight = WIDEST
    for each in definitions:
        if weight * _radix(each) >= WIDEST:
            groups.append([])
            weight = 1
        groups[-1].append((each, weight))
        weight *= _radix(each)
    return groups


def _add(tally: Tally, definition: Definition, digit: int, n: int, sums: Sequence[int]) -> None:
    """Add ``n`` rows of one digit."""
    if digit == 0:
        return
    if digit >= 3:
        reason = definition.exclusions[digit - 3].id
        tally.excluded[reason] = tally.excluded.get(reason, 0) + n
    elif definition.numerator is not None:
        tally.denominator += n
        tally.numerator += n * (digit - 1)
    else:
        above, below, squares, squares_below, products, least = sums
        tally.add(Tally(above, below, sums=Sums(n, squares, squares_below, products, least)))


def moment_column(counted: str) -> str:
    """Where the moment is by which a row counts: ``at.due:sign`` is ``at__due_sign``."""
    return column(f"{COUNTED}.{counted.replace(':', '_')}")


def unit_column(field: str) -> str:
    """Where the unit is whose figure a row adds to: the field's, or that of the unit that did the work."""
    return column(f"{UNIT}.{field}")


def _digit(definition: Definition, dialect: Dialect) -> str:
    def said(part: Part) -> str:
        return written(part.tree, definition.names, dialect)

    def cases() -> Iterator[str]:
        within = said(definition.denominator)
        if within != "TRUE":
            yield f"WHEN NOT {within} THEN 0"
        for n, each in enumerate(definition.exclusions):
            yield f"WHEN {written(each.tree, definition.names, dialect)} THEN {3 + n}"
        if definition.numerator is not None:
            yield f"WHEN {said(definition.numerator)} THEN 2"
        elif definition.over is not None:
            yield f"WHEN {said(definition.over)} <= 0 THEN 0"

    asked = " ".join(cases())
    return f"(CASE {asked} ELSE 1 END)" if asked else "1"


def _sums(definition: Definition, dialect: Dialect) -> list[str]:
    """The sums in the order in which ``_add`` reads them; none for a rate."""
    if definition.adds is None:
        return []
    above = written(definition.adds.tree, definition.names, dialect)
    below = "CAST('1' AS BIGINT)"
    if definition.over is not None:
        below = written(definition.over.tree, definition.names, dialect)

    def total(*factors: str) -> str:
        return f"sum({' * '.join(f'CAST({each} AS {dialect.wide})' for each in factors)})"

    pairs = ((above,), (below,), (above, above), (below, below), (above, below))
    return [*(total(*each) for each in pairs), f"min({above})"]


def tables_named(questions: Iterable[Question]) -> Mapping[str, frozenset[str]]:
    """The columns that questions read, by table."""
    found: dict[str, set[str]] = {}
    for each in questions:
        columns = found.setdefault(each.table, set())
        columns |= {moment_column(each.counted), each.split}
        columns |= {column(name) for definition in each.definitions for name in definition.names}
    return {table: frozenset(columns) for table, columns in found.items()}
