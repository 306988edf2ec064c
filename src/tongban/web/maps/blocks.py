"""A block a building, a cell a flat: coloured by phase and marked with its number in the legend, never by colour alone.

Cells are uses of a few shapes that stand once in the page, so ten thousand of them stay light on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString

from tongban.apps.casework.grid import Block, Grid, PhaseOf
from tongban.apps.wording import say

CELL = 20
"""From one cell to the next, in pixels; two of them are the gap."""
SIDE = CELL - 2
ACROSS = 6
"""Cells of a row."""
SHORT = 2
"""Characters of a Chinese word that stands behind its number."""
SHADES = 7
"""Shades of open phases; what is done has a colour of its own."""
DONE_MARK = "✓"
DROPPED_MARK = "–"


def shade(phases: Sequence[PhaseOf], n: int) -> str:
    """The class of a phase: open ones from pale to full, however many there are."""
    if phases[n].done:
        return "pd"
    if phases[n].dropped:
        return "pn"
    opened = [i for i, phase in enumerate(phases) if not (phase.done or phase.dropped)]
    return f"p{opened.index(n) * (SHADES - 1) // max(1, len(opened) - 1)}"


def mark(phases: Sequence[PhaseOf], n: int) -> str:
    """The sign of a phase: its place in the legend; the last where all is done has a tick, what was dropped a stroke."""
    if phases[n].dropped:
        return DROPPED_MARK
    return DONE_MARK if phases[n].done and sum(phase.done for phase in phases) == 1 else str(n + 1)


def drawn_symbols(grid: Grid) -> SafeString:
    """The shapes that all cells use."""
    shapes = "".join(
        f'<g id="s{n}"><rect class="{shade(grid.phases, n)}" width="{SIDE}" height="{SIDE}" rx="2"/>'
        f'<text class="{shade(grid.phases, n)}" x="{SIDE // 2}" y="13" font-size="11" text-anchor="middle">{mark(grid.phases, n)}</text></g>'
        for n in range(len(grid.phases))
    )
    late = f'<path id="late" class="corner" d="M{SIDE - 8} 0h8v8z"/>'
    return SafeString(
        f'<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>{shapes}{late}</defs></svg>'
    )


def drawn_blocks(grid: Grid, language: str) -> SafeString:
    """All blocks as figures: each cell opens its case and says its name, its phase and whether it is late."""
    titles = [escape(phase.title) for phase in grid.phases]
    late = escape(say("desk.map.late", language))
    return SafeString(
        "".join(_figure(block, headed(grid, block, language), titles, late) for block in grid.blocks)
    )


def headed(grid: Grid, block: Block, language: str) -> str:
    """What a block is called: a bare number with what it is a number of."""
    if not block.name.isdecimal():
        return block.name
    short = language.startswith("zh") and len(grid.row) <= SHORT
    return f"{block.name}{grid.row}" if short else f"{grid.row} {block.name}"


def high(block: Block) -> int:
    """Pixels."""
    return -(-len(block.cells) // ACROSS) * CELL


def _figure(block: Block, name: str, titles: Sequence[str], late: str) -> str:
    cells = "".join(_linked(block, titles, late))
    head = f"<figcaption>{escape(name)} <span>{block.done}/{len(block.cells)}</span></figcaption>"
    return f'<figure>{head}<svg width="{ACROSS * CELL}" height="{high(block)}">{cells}</svg></figure>'


def _places(block: Block) -> Iterator[tuple[int, int]]:
    for n in range(len(block.cells)):
        yield n % ACROSS * CELL, n // ACROSS * CELL


def _linked(block: Block, titles: Sequence[str], word: str) -> Iterator[str]:
    for cell, (x, y) in zip(block.cells, _places(block), strict=True):
        late = f'<use href="#late" x="{x}" y="{y}"/>' if cell.late else ""
        title = f"{titles[cell.phase]} · {word}" if cell.late else titles[cell.phase]
        yield (
            f'<a href="../../{cell.number}/"><title>{escape(cell.name)} {title}</title>'
            f'<use href="#s{cell.phase}" x="{x}" y="{y}"/>{late}</a>'
        )


def plain(block: Block) -> Iterator[str]:
    """The cells without links and without words."""
    for cell, (x, y) in zip(block.cells, _places(block), strict=True):
        yield f'<use href="#s{cell.phase}" x="{x}" y="{y}"/>'
        if cell.late:
            yield f'<use href="#late" x="{x}" y="{y}"/>'
