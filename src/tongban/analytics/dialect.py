"""A spelled expression as SQL: one translation for three engines, and the few words in which they differ.

What is written is the subset that DuckDB, PostgreSQL and Spark understand alike: comparisons, AND, OR, NOT, CASE, whole numbers of 64 bits.
No value is ever NULL, so nobody's third truth comes in. Sums are whole numbers; whoever wants a rate divides afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

LONGEST_NAME = 60
"""Characters of a column's name; PostgreSQL cuts names after 63 bytes."""


class Dialect(Struct, frozen=True):
    """Where engines differ. ``{0}`` and ``{1}`` are the operands. ``types`` are those of columns, by the kinds of names;
    ``wide`` is the type in which sums of squares fit. ``escapes`` says that a backslash in a text must be doubled."""

    name: str
    quotient: str
    within: str
    size: str
    entries: str
    wide: str
    types: Mapping[str, str]
    escapes: bool = False


DUCKDB = Dialect(
    "duckdb",
    quotient="({0} // {1})",
    within="list_contains({1}, {0})",
    size="length({0})",
    entries="len({0})",
    wide="HUGEINT",
    types={"flag": "BOOLEAN", "whole": "BIGINT", "moment": "BIGINT", "text": "VARCHAR", "texts": "VARCHAR[]"},
)
POSTGRES = Dialect(
    "postgres",
    quotient="({0} / {1})",
    within="({0} = ANY ({1}))",
    size="char_length({0})",
    entries="cardinality({0})",
    wide="NUMERIC",
    types={
        "flag": "BOOLEAN",
        "whole": "BIGINT",
        "moment": "BIGINT",
        "text": 'TEXT COLLATE "C"',  # by code points, as everywhere else
        "texts": 'TEXT[] COLLATE "C"',
    },
)
SPARK = Dialect(
    "spark",
    quotient="({0} div {1})",
    within="array_contains({1}, {0})",
    size="char_length({0})",
    entries="size({0})",
    wide="DECIMAL(38, 0)",
    types={
        "flag": "BOOLEAN",
        "whole": "BIGINT",
        "moment": "BIGINT",
        "text": "STRING",
        "texts": "ARRAY<STRING>",
    },
    escapes=True,
)

_ORDERS = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"})
_PLAIN = {
    "_&&_": "({0} AND {1})",
    "_||_": "({0} OR {1})",
    "!_": "(NOT {0})",
    "_==_": "({0} = {1})",
    "_!=_": "({0} <> {1})",
    "_<_": "({0} < {1})",
    "_<=_": "({0} <= {1})",
    "_>_": "({0} > {1})",
    "_>=_": "({0} >= {1})",
    "_+_": "({0} + {1})",
    "_-_": "({0} - {1})",
    "_*_": "({0} * {1})",
    "_%_": "({0} % {1})",
    "-_": "(- {0})",
    "_?_:_": "(CASE WHEN {0} THEN {1} ELSE {2} END)",
}


def column(name: str) -> str:
    """The column of a name: ``count.reply`` is ``count__reply``. Always two words, so it is never one that SQL keeps for itself."""
    plain = name.replace(".", "__") if "." in name else f"{name}__"
    if len(plain) <= LONGEST_NAME:
        return plain
    return f"{plain[:50]}_{sha256(name.encode()).hexdigest()[:8]}"


def quoted(text: str, dialect: Dialect) -> str:
    """A text as a literal."""
    if dialect.escapes:
        text = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{text}'"
    return "'" + text.replace("'", "''") + "'"


def written(tree: Value, names: Mapping[str, str], dialect: Dialect) -> str:
    """SQL for a spelled expression over columns. Raises ``RefusedError`` (``expression.not_spelled``) for what is none."""
    match tree:
        case {"is": bool(flag)}:
            return "TRUE" if flag else "FALSE"
        case {"is": int(whole)}:
            # As a text: the least of all numbers has no literal of its own, and small ones would have too few bits.
            return f"CAST('{whole}' AS BIGINT)"
        case {"is": str(text)}:
            return quoted(text, dialect)
        case {"name": str(name)} if name in names:
            return column(name)
        case {"call": "@in", "of": (entry, {"list": items})} if isinstance(items, tuple | list):
            found = ", ".join(_plain(item) or written(item, names, dialect) for item in items)
            return f"({written(entry, names, dialect)} IN ({found}))" if found else "FALSE"
        case {"call": str(function), "of": (tuple() | list()) as parts}:
            shape = _shape(function, parts, names, dialect)
            if shape:
                plain = function in _ORDERS
                return shape.format(
                    *((plain and _plain(part)) or written(part, names, dialect) for part in parts)
                )
        case _:
            pass
    raise RefusedError(Refused("expression.not_spelled", "", {"part": str(tree)[:80]}))


def _plain(part: Value) -> str:
    """A small whole number as it is: where it is compared it gets the bits of what it is compared with. "" for all else."""
    match part:
        case {"is": int(whole)} if not isinstance(whole, bool) and abs(whole) < 2**31:
            return str(whole)
        case _:
            return ""


def _shape(
    function: str, parts: tuple[Value, ...] | list[Value], names: Mapping[str, str], dialect: Dialect
) -> str:
    match function:
        case "_/_":
            return dialect.quotient
        case "@in":
            return dialect.within
        case "size":
            match parts[0]:
                case {"name": str(name)} if names.get(name) == "texts":
                    return f"CAST({dialect.entries} AS BIGINT)"
            return f"CAST({dialect.size} AS BIGINT)"
        case _:
            return _PLAIN.get(function, "")
