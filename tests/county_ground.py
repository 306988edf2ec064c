"""Whether a statement stays within one county: every table of the store in it is held to the county by an equation.

Reads SQL as text, as it stands in the source: no parser, so it is strict where it is in doubt. A table counts as held when its
county is equated to a value or to another table's, or when it is written with the county among its columns.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

TABLE = re.compile(
    r"\b(?P<verb>FROM|JOIN|UPDATE|INTO|USING|,)\s+(?:ONLY\s+)?(?P<table>store_\w+)\b(?!\s*\.)(?!\s*\()"
    r"(?:\s+(?:AS\s+)?(?P<alias>(?!(?:WHERE|SET|ON|USING|JOIN|LEFT|CROSS|INNER|ORDER|GROUP|LIMIT|RETURNING|VALUES|SELECT|UNION|FOR|TABLESAMPLE|DEFAULT|THEN|END|LOOP)\b)[a-z]\w*))?",
    re.IGNORECASE,
)
INSERT = re.compile(r"\bINTO\s+(?P<table>store_\w+)(?:\s+AS\s+\w+)?\s*\((?P<columns>[^)]*)\)", re.IGNORECASE)
SPOKEN = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN|USING)\s+(?:ONLY\s+)?store_\w+", re.IGNORECASE)
OPEN = r"(?:=|IN\s*\(|=\s*ANY)"


class Said(Struct, frozen=True):
    """A statement and where it stands."""

    place: str
    sql: str


def loose(sql: str) -> list[str]:
    """The tables of a statement that are not held to one county; a ``COPY`` into one must name the column."""
    text = re.sub(r"--[^\n]*", " ", sql).replace('"', "")
    found = []
    named = {match["table"] for match in TABLE.finditer(text)}
    alone = len(named) == 1
    for match in INSERT.finditer(text):
        if not re.search(r"\bcounty\b", match["columns"]):
            found.append(match["table"])
    for match in TABLE.finditer(text):
        table, alias = match["table"], match["alias"] or ""
        if match["verb"].upper() == "INTO" and INSERT.match(text, match.start()):
            continue
        names = [alias or table, *([""] if alone or not alias else [])]
        if not any(_held(text, name) for name in names):
            found.append(f"{table} {alias}".strip())
    whole = (
        re.match(r"\s*(?:WITH|SELECT|UPDATE|DELETE)\b", text) and " names " not in text
    )  # and not a part of a statement
    if not found and named and whole and not _bound(text):
        found.append("no county is given")
    return found


def _bound(text: str) -> bool:
    """Whether the county of at least one table is given: that of a value, an argument, or the row that a trigger is for."""
    given = r"\bcounty\s*=\s*(?:ANY|%s|%\(|\$|p_county|'|:|names\b)|\(\s*(?:\w+\.)?county\s*,[^)]*\)\s*(?:=|>|<|IN)|\bcounty\s+IN\b"
    return re.search(given, text) is not None or INSERT.search(text) is not None


def _held(text: str, name: str) -> bool:
    column = rf"\b{re.escape(name)}\.county\b" if name else r"(?<![\w.])county\b"
    together = rf"\b{re.escape(name)}\s+USING\s*\(\s*county\b"
    equated = rf"{together}|{column}\s*{OPEN}|=\s*{column}|\(\s*{column}\s*,[^)]*\)\s*(?:=|>|<|IN)"
    return re.search(equated, text, re.IGNORECASE) is not None


def statements(source: Path) -> Iterator[Said]:
    """Every piece of SQL about tables of the store that stands in the files below a folder; values are ``%s``, names put in ``names``."""
    for path in sorted(source.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        seen: set[int] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            text = None if id(node) in seen else _text(node)
            if text is None:
                continue
            seen |= {id(each) for each in ast.walk(node)}
            if SPOKEN.search(text) and not _prose(text):
                yield Said(f"{path.relative_to(source.parents[1])}:{node.lineno}", text)  # type: ignore[attr-defined]


def _prose(text: str) -> bool:
    return re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|COPY)\b", text) is None


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else " names " for each in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = _text(left), _text(right)
            return None if one is None or other is None else one + other
    return None


def asked(source: Path) -> Iterator[Said]:
    """Every use of ``….objects`` below a folder with all that is called on it, as written; the county must be among its arguments."""
    for path in sorted(source.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        above = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                top: ast.AST = node
                while isinstance(parent := above.get(top), (ast.Attribute, ast.Call)) and (
                    isinstance(parent, ast.Attribute) or parent.func is top
                ):
                    top = parent
                yield Said(f"{path.relative_to(source.parents[1])}:{node.lineno}", ast.unparse(top))
