"""Where the boxes of a process stand and how its arrows go: lanes as rows, how far a stage is from the opening as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

COLUMN = 330
ROW = 130
LEFT = 60
"""Of the first column within a pool: its own name and the lanes' stand before."""
TASK = (140, 80)
SMALL = 36
GATEWAY = 50
APART = 60
"""Between two pools."""
CHANNEL = 20
"""Between two arrows that lead back."""
LINE, NAME = 14, 300
"""How high a name is, and half of how wide."""


class Box(Struct, frozen=True):
    """A node to be placed. ``on`` is the node on whose edge it sits."""

    id: str
    tag: str
    lane: str
    column: int
    on: str = ""


class Arrow(Struct, frozen=True):
    id: str
    source: str
    target: str


class Shape(Struct, frozen=True):
    id: str
    x: int
    y: int
    width: int
    height: int
    pool: bool = False


class Edge(Struct, frozen=True):
    id: str
    points: tuple[tuple[int, int], ...]
    label: tuple[int, int, int, int] | None = None
    """x, y, width and height of its name"""


class Picture(Struct, frozen=True):
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


Pool: TypeAlias = "tuple[str, Sequence[Box], Sequence[Arrow]]"


def laid_out(pools: Sequence[Pool], messages: Sequence[tuple[str, str, str]]) -> Picture:
    """All pools below each other; ``messages`` lead from a node to a pool."""
    shapes: dict[str, Shape] = {}
    edges: list[Edge] = []
    top = 0
    for kind, boxes, arrows in pools:
        far = [
            each for each in arrows if _column(boxes, each.target) - _column(boxes, each.source) not in (0, 1)
        ]
        far += [each for each in arrows if each not in far and not _near(boxes, each)]
        bottom = _place(kind, boxes, top + 40 + len(far) * CHANNEL, top, shapes)
        come, gone = Counter[str](), Counter[str]()
        for arrow in arrows:
            source, target = shapes[arrow.source], shapes[arrow.target]
            n, m = come[arrow.target], gone[arrow.source]
            if arrow not in far:
                edges.append(Edge(arrow.id, _forward(source, target), _before(target, n)))
                come[arrow.target] += 1
                continue
            y = top + 20 + far.index(arrow) * CHANNEL
            x1, x2 = source.x + source.width // 2 + 6 * m, target.x + target.width // 2 + 6 * n
            come[arrow.target] += 1
            gone[arrow.source] += 1
            middle = (x1 + x2) // 2
            points = ((x1, source.y), (x1, y), (x2, y), (x2, target.y))
            edges.append(Edge(arrow.id, points, (middle - NAME, y - LINE - 1, 2 * NAME, LINE)))
        top = bottom + APART
    edges += [Edge(id, _message(shapes[stage], shapes[opened])) for id, stage, opened in messages]
    return Picture(tuple(shapes.values()), tuple(edges))


def _column(boxes: Sequence[Box], id: str) -> int:
    box = next(each for each in boxes if each.id == id)
    return _column(boxes, box.on) if box.on else box.column


def _near(boxes: Sequence[Box], arrow: Arrow) -> bool:
    """Whether an arrow within a column leads from a stage to its own gateway."""
    same = _column(boxes, arrow.target) == _column(boxes, arrow.source)
    return not same or arrow.target == f"{arrow.source}_then"


def _place(kind: str, boxes: Sequence[Box], top: int, pool_top: int, shapes: dict[str, Shape]) -> int:
    """Fill ``shapes``; the lower edge of the pool."""
    lanes = list(dict.fromkeys(box.lane for box in boxes))
    columns = max((box.column for box in boxes), default=0) + 1
    width = LEFT + columns * COLUMN
    placed: dict[str, Shape] = {}
    pool, y = f"pool_{kind}", top
    for n, lane in enumerate(lanes):
        rows: dict[int, int] = {}
        for box in (each for each in boxes if each.lane == lane and not each.on):
            if box.tag == "exclusiveGateway":
                continue
            row = rows.get(box.column, 0)
            rows[box.column] = row + 1
            placed[box.id] = _shape(box, LEFT + box.column * COLUMN, y + 20 + row * ROW)
        height = max([*rows.values(), 1]) * ROW + 10
        shapes[f"lane_{kind}_{n}"] = Shape(f"lane_{kind}_{n}", 30, y, width - 30, height, pool=True)
        y += height
    shapes[pool] = Shape(pool, 0, pool_top, width, y - pool_top, pool=True)
    if lanes:  # the first lane also holds the arrows that lead back, so that lanes fill their pool
        first = shapes[f"lane_{kind}_0"]
        shapes[first.id] = Shape(
            first.id, 30, pool_top, first.width, first.height + top - pool_top, pool=True
        )
    for box in boxes:
        if box.tag == "exclusiveGateway":
            task = placed[box.id.removesuffix("_then")]
            x, middle = task.x + task.width + 40, task.y + task.height // 2
            placed[box.id] = Shape(box.id, x, middle - GATEWAY // 2, GATEWAY, GATEWAY)
    taken: dict[str, int] = {}
    for box in boxes:
        if box.on:
            task, n = placed[box.on], taken.get(box.on, 0)
            taken[box.on] = n + 1
            x = task.x + 8 + n * (SMALL + 4)
            placed[box.id] = Shape(box.id, x, task.y + task.height - SMALL // 2, SMALL, SMALL)
    shapes.update(placed)
    return y


def _shape(box: Box, x: int, y: int) -> Shape:
    if box.tag == "userTask":
        return Shape(box.id, x, y, *TASK)
    middle = y + TASK[1] // 2 - SMALL // 2
    return Shape(box.id, x + (TASK[0] - SMALL) // 2, middle, SMALL, SMALL)


def _forward(source: Shape, target: Shape) -> tuple[tuple[int, int], ...]:
    """To the right, up or down, and to the right again."""
    x1, y1 = source.x + source.width, source.y + source.height // 2
    x2, y2 = target.x, target.y + target.height // 2
    if y1 == y2 and x2 - x1 < COLUMN:
        return ((x1, y1), (x2, y2))
    middle = x2 - 30
    return ((x1, y1), (middle, y1), (middle, y2), (x2, y2))


def _before(target: Shape, n: int) -> tuple[int, int, int, int]:
    """The name of the ``n``-th arrow that comes in: left of what it leads to, one above the other."""
    return (target.x - 152, target.y + target.height // 2 - (LINE + 2) * (n + 1) - 2, 150, LINE)


def _message(source: Shape, pool: Shape) -> tuple[tuple[int, int], ...]:
    x = source.x + source.width // 2
    if pool.y > source.y:
        return ((x, source.y + source.height), (x, pool.y))
    return ((x, source.y), (x, pool.y + pool.height))
