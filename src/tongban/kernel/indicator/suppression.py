"""What a table must keep back, so that no small count in it can be computed from what it tells.

A count below ``FEWEST`` is *small*: whoever knows one of the cases would learn of the others. To leave it out is not enough where a sum is
told: the sum less the others gives it back. So more is kept back beside it, until everything that is told leaves
a span of at least ``FEWEST`` for every small count, even to a reader who knows which units have cases at all. Protected is how
many there are; what is counted of them (a numerator) is kept back in the same places.

Two shapes: units beside their sum (``alone``), and a table with sums on two sides (``kept_back``). Longer periods are sums of what their months
tell, and open nothing. Both are worked out from whole numbers, in one order, and give the same every time. A test attacks them with
linear programming, as somebody with the published pages would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from tongban.kernel.indicator.spans import Line, least_path, span

FEWEST = 5
"""Of fewer cases the public is told no number."""

Counts: TypeAlias = "Mapping[str, int]"
"""Cases by unit, or by whatever else stands in rows."""
Cell: TypeAlias = "tuple[str, str]"
"""A row and a column; "" in place of either is the sum."""


def small(count: int) -> bool:
    """Whether a count may not be told. That there is nothing is told: it speaks of nobody."""
    return 0 < count < FEWEST


def alone(counts: Counts) -> frozenset[str]:
    """The units that may be told one by one beside their sum; the others with cases only together.

    Where any is kept back, at least two are, with ``FEWEST`` more than one case each. No choice of fewer units would do: one larger unit is added
    to the small ones where one is enough (the smallest such), else two. Where all units together are too few, none is told.
    """
    units = sorted((unit for unit, n in counts.items() if n > 0), key=lambda unit: (counts[unit], unit))
    together = [unit for unit in units if small(counts[unit])]
    large = units[len(together) :]
    while together and large and not _enough(counts[unit] for unit in together):
        missing = FEWEST - _spare(counts[unit] for unit in together)
        able = next((unit for unit in large if counts[unit] - 1 >= missing), large[0])
        large.remove(able)
        together.append(able)
    if together and not _enough(counts[unit] for unit in together):
        return frozenset()
    return frozenset(large)


def _spare(counts: Iterable[int]) -> int:
    """What could be moved from one to another while each keeps a case."""
    return sum(n - 1 for n in counts)


def _enough(counts: Iterable[int]) -> bool:
    """Whether counts that are told as one sum say nothing exact of any of them."""
    each = list(counts)
    return not each or (len(each) > 1 and _spare(each) >= FEWEST)


def kept_back(cells: Mapping[Cell, int]) -> frozenset[Cell]:
    """What of a table with sums on both sides may not be told: cells, and sums (``(row, "")``, ``("", column)``, ``("", "")``).

    ``cells`` are those within; the sums follow. The small ones are kept back, and beside each of them what costs least: the cheapest ways
    round on which it could be moved by ``FEWEST`` (Kelly, Golden and Assad, "Cell suppression: disclosure protection for sensitive
    tabular data", Networks 22, 1992). What lies on such a way is kept back, sums too where nothing else is left. Last, what need not be kept back
    after all is told, the largest first.
    """
    lines = _lines(cells)
    hidden = {cell for cell, line in lines.items() if small(line.count)}
    sensitive = sorted(hidden, key=lambda cell: (-lines[cell].count, cell))
    for cell in sensitive:
        _protect(cell, lines, hidden)
    for cell in sorted(hidden - {*sensitive}, key=lambda cell: (-lines[cell].count, cell)):
        hidden.discard(cell)
        if not all(span(lines, hidden, each, FEWEST) >= FEWEST for each in sensitive):
            hidden.add(cell)
    return frozenset(hidden)


def _protect(cell: Cell, lines: Mapping[Cell, Line], hidden: set[Cell]) -> None:
    while span(lines, hidden, cell, FEWEST) < FEWEST:
        path = least_path(lines, hidden, cell, FEWEST)
        if not path:
            return
        hidden.update(path)


def _lines(cells: Mapping[Cell, int]) -> dict[Cell, Line]:
    """A table as a round: what goes out of the whole into rows, from rows by cells into columns, and from columns back into the whole."""
    rows, columns = defaultdict[str, int](int), defaultdict[str, int](int)
    for (row, column), n in cells.items():
        rows[row] += n
        columns[column] += n
    whole = sum(rows.values())
    found = {
        (row, column): Line(("row", row), ("column", column), n, n) for (row, column), n in cells.items() if n
    }
    # A sum is dearer than all that stands in the table: cells go first.
    for row, n in rows.items():
        if n:
            found[row, ""] = Line(("all", "rows"), ("row", row), n, whole + n)
    for column, n in columns.items():
        if n:
            found["", column] = Line(("column", column), ("all", "columns"), n, whole + n)
    if whole:
        found["", ""] = Line(("all", "columns"), ("all", "rows"), whole, 2 * whole)
    return found
