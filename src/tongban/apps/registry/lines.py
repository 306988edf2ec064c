"""Rows as lines of JSON, one object a line: what programs send where people send a spreadsheet.

The columns are the names of all objects together, in the order in which they come up. Lines are numbered from 1, as an editor
shows them. Lists are written as cells have them, set off by commas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from tongban.kernel.form.characters import shown
from tongban.kernel.refusal import Refused

BETWEEN = "、"
_Row: TypeAlias = "tuple[int, Sequence[object] | Refused]"


def is_lines(content: bytes) -> bool:
    """Whether a file begins as an object does, which no header of a table does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def line_rows(text: str) -> Iterator[_Row]:
    """The names of all columns as row 0, then every line: its cells in that order, or why it cannot be read (``sheet.not_a_line``)."""
    read = [(n, _line(n, line)) for n, line in enumerate(text.split("\n"), 1) if line.strip("\ufeff \t\r")]
    columns = list(dict.fromkeys(name for _, each in read if not isinstance(each, Refused) for name in each))
    yield 0, columns
    for n, each in read:
        yield n, each if isinstance(each, Refused) else [each.get(name) for name in columns]


def _line(number: int, line: str) -> dict[str, object] | Refused:
    try:
        pairs = json.loads(line.strip("\ufeff \t\r"), object_pairs_hook=list, parse_constant=_no_constant)
        if not line.strip("\ufeff \t\r").startswith("{"):
            raise ValueError("no object")
        found = {name: _cell(value) for name, value in pairs}
    except (ValueError, TypeError, RecursionError):
        return Refused("sheet.not_a_line", f"row {number}", {"given": shown(line[:40])})
    twice = len(found) != len(pairs)
    return Refused("sheet.not_a_line", f"row {number}", {"given": shown(line[:40])}) if twice else found


def _cell(value: object) -> object:
    """A value as a cell has it. Raises ``ValueError`` for what no cell holds: an object, a list within a list, a fraction."""
    match value:
        case None | str() | int() if not isinstance(value, bool):
            return value
        case bool():
            return "true" if value else "false"
        case list() if all(isinstance(each, str) for each in value):
            return BETWEEN.join(value)
        case _:
            raise ValueError("no cell")


def _no_constant(name: str) -> object:
    raise ValueError(name)
