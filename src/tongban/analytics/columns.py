"""How the rows of a practice lie in tables: one a kind of case, with a column for everything that indicators ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Sized
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct

from tongban.analytics.dialect import DUCKDB, LONGEST_NAME, Dialect, column
from tongban.analytics.question import moment_column, unit_column
from tongban.analytics.rows import Seeing
from tongban.kernel.case import Case
from tongban.kernel.expression.spelled import micros
from tongban.kernel.indicator.parts import PREFIX
from tongban.kernel.indicator.row import value_of
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.procedure.seen import counted_at
from tongban.kernel.value import Value
from tongban.library.indicators import Indicator

FORMAT = 1
"""Raised by whoever changes what stands in the rows: extracts of another format are made anew."""
NEVER = -(2**62)
"""The moment of what has not happened: before every period."""
CHAIN = "chain"
ALWAYS: Mapping[str, str] = {CHAIN: "chain", "division": "text", "category": "text", "channel": "text"}
"""Columns that every table has, with their kinds; ``chain`` is the id of the case."""
VISITED = "at__visited"
"""The moment of a visit."""
REGISTERED = (
    "below.",
    "case.holder_level",
    "case.superior",
    "case.home_level",
    "case.precedent",
    "by.township",
)
"""Names whose value follows from the county's registers as they are now."""
Columns: TypeAlias = "dict[str, list[Value]]"
Arrays: TypeAlias = "Mapping[str, Sized]"
"""Columns as the arrays of numbers or objects that DuckDB reads at once."""


class Table(Struct, frozen=True):
    """The rows of one kind of case. ``names`` are those that indicators name, and what they are broken down by, with their kinds."""

    practice: str
    kind: str
    counted: tuple[str, ...]
    units: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        return table_name(self.practice, self.kind)

    @property
    def columns(self) -> Mapping[str, str]:
        """Columns with their kinds, in order."""
        moments = {moment_column(each): "moment" for each in self.counted}
        units = {unit_column(each): "text" for each in self.units}
        return {**ALWAYS, **moments, **units, **{column(name): sort for name, sort in self.names.items()}}

    def signature(self, stamp: int) -> str:
        """Equal where the rows of two tables would be. ``stamp`` is that of the registers: it matters where a name looks at them."""
        looks = looks_at_registers(self.names)
        said = (FORMAT, self.practice, self.kind, self.counted, self.units, self.names, stamp if looks else 0)
        return sha256(canonical(said).encode()).hexdigest()

    def create(self, dialect: Dialect) -> str:
        """The statement that makes an empty one."""
        return _create(self.name, self.columns, dialect)

    def takes(self, case: Case) -> bool:
        return case.kind == self.kind

    def add(self, into: Columns, case: Case, see: Seeing) -> None:
        """Append the row of a case."""
        seen, category = see(case), case.facts.get("category")
        row: list[Value] = [
            case.id,
            case.division,
            category if isinstance(category, str) else "",
            case.channel,
        ]
        for counted in self.counted:
            at = counted_at(case, counted)
            row.append(NEVER if at is None else micros(at))
        for unit in self.units:
            named = case.facts.get(unit) if unit else case.worker
            row.append(named if isinstance(named, str) else "")
        for name, sort in self.names.items():
            row.append(value_of(name, sort, seen))
        for values, value in zip(into.values(), row, strict=True):
            values.append(value)


class Visits(Struct, frozen=True):
    """The visits of a practice's cases, a row each. ``why`` is "" for first ones, ``told`` that it is the requester's own word."""

    practice: str

    @property
    def name(self) -> str:
        return table_name(self.practice, "visits", "visits")

    @property
    def columns(self) -> Mapping[str, str]:
        return {CHAIN: "chain", VISITED: "moment", "unit": "text", "why": "text", "told": "flag"}

    def signature(self, stamp: int) -> str:
        del stamp
        return sha256(f"{FORMAT} visits {self.practice}".encode()).hexdigest()

    def create(self, dialect: Dialect) -> str:
        return _create(self.name, self.columns, dialect)

    def takes(self, case: Case) -> bool:
        return bool(case.visits)

    def add(self, into: Columns, case: Case, see: Seeing) -> None:
        del see
        for visit in case.visits:
            row: tuple[Value, ...] = (case.id, micros(visit.at), visit.unit, visit.why, visit.told)
            for values, value in zip(into.values(), row, strict=True):
                values.append(value)


Rows: TypeAlias = "Table | Visits"


def _create(name: str, columns: Mapping[str, str], dialect: Dialect) -> str:
    types = {**dialect.types, "chain": "UUID"}
    inner = ", ".join(f"{column} {types[sort]} NOT NULL" for column, sort in columns.items())
    return f"CREATE TABLE {name} ({inner})"


def looks_at_registers(names: Iterable[str]) -> bool:
    """Whether a value may change because a register does."""
    return any(name.startswith(REGISTERED) for name in names)


def table_name(practice: str, kind: str, what: str = "rows") -> str:
    """What the table of a kind of case is called."""
    plain = f"{what}_{practice}__{kind}"
    return plain if len(plain) <= LONGEST_NAME else f"{plain[:50]}_{sha256(plain.encode()).hexdigest()[:8]}"


def tables_of(practice: str, indicators: Mapping[str, Indicator]) -> tuple[Table, ...]:
    """The tables that a practice's indicators need, in the order of their kinds."""
    kinds: dict[str, list[Indicator]] = {}
    for each in indicators.values():
        kinds.setdefault(each.of, []).append(each)
    return tuple(
        Table(
            practice,
            kind,
            tuple(sorted({each.counted for each in group})),
            tuple(sorted({each.unit for each in group})),
            dict(sorted(_named(group).items())),
        )
        for kind, group in sorted(kinds.items())
    )


def _named(indicators: Sequence[Indicator]) -> dict[str, str]:
    parts = {PREFIX + by: "text" for each in indicators for by in each.parts}
    return {name: sort for each in indicators for name, sort in each.names.items()} | parts


def collected(cases: Iterable[Case], tables: Sequence[Rows], see: Seeing) -> dict[str, Columns]:
    """The rows of cases of one practice, by the table's name."""
    found: dict[str, Columns] = {each.name: {name: [] for name in each.columns} for each in tables}
    for case in cases:
        for each in tables:
            if each.takes(case):
                each.add(found[each.name], case, see)
    return found


def arrays(columns: Columns, sorts: Mapping[str, str]) -> Arrays:
    """Columns as the arrays that DuckDB reads at once; lists of texts as JSON."""
    import numpy

    kinds = {"flag": numpy.bool_, "whole": numpy.int64, "moment": numpy.int64}
    found: dict[str, Sized] = {}
    for name, values in columns.items():
        sort = sorts[name]
        given: Sequence[object] = values
        if sort == "texts":
            given = [json.dumps(each, ensure_ascii=False) for each in values]
        found[name] = numpy.array(given, dtype=kinds.get(sort, object))
    return found


def sorts_of(described: Iterable[Sequence[object]]) -> dict[str, str]:
    """The kinds of a table's columns as DuckDB describes it."""
    sorts = {type_: sort for sort, type_ in DUCKDB.types.items() if sort != "moment"}
    return {str(name): sorts.get(str(type_), "chain") for name, type_, *_ in described}
