"""Values that stand for a case in the rows of one figure: the plainest that count as it does.

They follow from the definition and from what the case adds, and from nothing else of it. So rows tell what the figure tells, and whoever
knows a case learns no more of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import TypeAlias, cast

from tongban.kernel.edition.lines import Cell
from tongban.kernel.indicator.definition import Definition
from tongban.kernel.indicator.row import adding
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value

Cells: TypeAlias = "Mapping[str, Cell]"
MOST = 50_000
"""Rows that are tried at most."""
_OTHER = "-"
"""A text that no condition names."""


def alike(definition: Definition, tally: Tally) -> Cells | None:
    """A row that adds ``tally``; None where none is found."""
    literals = list(_literals(definition))
    added = (tally.numerator, tally.denominator, tally.denominator - tally.numerator)
    numbers = [each for each in literals if isinstance(each, int) and not isinstance(each, bool)]
    near = [n + step for n in numbers for step in (0, 1, -1)]
    texts = [each for each in literals if isinstance(each, str)]
    plainest: Mapping[str, tuple[Cell, ...]] = {
        "flag": (False, True),
        "whole": tuple(dict.fromkeys((0, 1, *sorted(near, key=lambda n: (abs(n), n)), *added))),
        "text": tuple(dict.fromkeys(("", *sorted(texts), _OTHER))),
        "texts": ((), *((text,) for text in dict.fromkeys((*sorted(texts), _OTHER)))),
    }
    if not plainest.keys() >= set(definition.names.values()):
        return None
    names, adds = tuple(definition.names), adding(definition)
    for values in islice(product(*(plainest[definition.names[name]] for name in names)), MOST):
        row = dict(zip(names, values, strict=True))
        try:
            if adds(cast("Mapping[str, Value]", row)) == tally:
                return row
        except (RefusedError, AssertionError, ArithmeticError, TypeError):
            continue
    return None


def _literals(definition: Definition) -> Iterator[Value]:
    """What conditions compare with."""
    parts = (definition.denominator, definition.numerator, definition.adds, definition.over)
    trees: list[Value] = [each.tree for each in (*parts, *definition.exclusions) if each is not None]
    while trees:
        match trees.pop():
            case {"is": (int() | str()) as value}:
                yield value
            case Mapping() as tree:
                trees.extend(tree.values())
            case list() | tuple() as parts_of:
                trees.extend(parts_of)
            case _:
                pass
