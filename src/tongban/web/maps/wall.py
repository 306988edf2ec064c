"""The map of a work for a screen on a wall: one drawing, as large as its place allows, with nothing cut off and nothing named.

Blocks stand in rows; how many to a row is what lets the whole be largest in a place of :data:`PLACE`. The page scales it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from tongban.apps.casework.grid import Block, Grid
from tongban.web.maps.blocks import ACROSS, CELL, headed, high, plain

PLACE = (1080, 970)
"""Width and height that the map has on a screen of 1920 by 1080."""
LETTERS = 20
"""Size of a block's heading, a cell being 20 wide."""
APART = 14
"""Between blocks, both ways."""
LARGEST = 3.0
"""How much a cell may be enlarged: few are not made enormous."""
LEGIBLE = 0.7
"""Below this scale headings could not be read from the room, and their place is given to the cells."""
_WIDE = 0x2E80
"""From here on characters are one em wide, before it about half."""


def drawn_wall(grid: Grid, language: str) -> SafeString:
    """The blocks as one drawing, without links; what it says stands in numbers beside it."""
    letters = LETTERS if _laid(grid.blocks, LETTERS)[1] >= LEGIBLE else 0
    across, scale = _laid(grid.blocks, letters)
    width, height = (side / min(scale, LARGEST) for side in PLACE)
    drawn, y = [], 0.0
    for row in _rows(grid.blocks, across):
        for n, block in enumerate(row):
            drawn.append(_block(block, headed(grid, block, language), n * _step(), y, letters))
        y += _tall(row, letters)
    return SafeString(
        f'<svg class="wall-drawing" viewBox="0 0 {width:.0f} {height:.0f}" preserveAspectRatio="xMinYMin meet"'
        f' aria-hidden="true" focusable="false">{"".join(drawn)}</svg>'
    )


def _laid(blocks: Sequence[Block], letters: int) -> tuple[int, float]:
    """Blocks of a row, and the scale at which all of them fit."""
    most = range(1, max(1, len(blocks)) + 1)
    fits = {
        across: min(
            PLACE[0] / (across * _step()),
            PLACE[1] / max(1, sum(_tall(row, letters) for row in _rows(blocks, across))),
        )
        for across in most
    }
    best = max(most, key=lambda across: fits[across])
    return best, fits[best]


def _rows(blocks: Sequence[Block], across: int) -> list[Sequence[Block]]:
    return [blocks[start : start + across] for start in range(0, len(blocks), across)]


def _step() -> int:
    return ACROSS * CELL + APART


def _tall(row: Sequence[Block], letters: int) -> float:
    return max(high(block) for block in row) + letters * 1.4 + APART


def _block(block: Block, name: str, x: float, y: float, letters: int) -> str:
    head = ""
    if letters:
        count = f"{block.done}/{len(block.cells)}"
        room = _step() / letters - len(count) / 2 - 0.5
        words = f'{escape(_cut(name, room))} <tspan class="faint">{count}</tspan>'
        head = f'<text class="block-name" y="{letters}" font-size="{letters}">{words}</text>'
    cells = "".join(plain(block))
    below = f'<g transform="translate(0 {letters * 1.4:.0f})">{cells}</g>'
    return f'<g transform="translate({x:.0f} {y:.0f})">{head}{below}</g>'


def _cut(name: str, room: float) -> str:
    """So much of a name as ``room`` ems hold."""
    used = 0.0
    for n, each in enumerate(name):
        used += 1 if ord(each) >= _WIDE else 0.55
        if used > room:
            return f"{name[: max(1, n - 1)]}…"
    return name
