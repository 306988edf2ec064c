"""A whole procedure on one sheet: a column for each phase, a card for each stage, a line for each step.

Lines to the next column or within one are curves in the gutter; longer ones run in lanes, forward above
the cards and back below them, so that no line passes behind a card it has nothing to do with.
"""

from __future__ import annotations

from django.utils.safestring import SafeString
from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.procedure.drawing import Drawing
from tongban.web.loop.cards import CARD, Card, Port, cards
from tongban.web.loop.markup import element, lines, svg, wrapped
from tongban.web.loop.words import LoopWords

GUTTER, MARGIN, BETWEEN = 84.0, 34.0, 22.0
LANE, FIRST = 9.0, 14.0
HEAD = 15.0
ENTRY = 20.0
"""How far below its top lines enter a card."""
BEND = 7.0


class Set(Struct, frozen=True):
    """A card with its place on the sheet."""

    card: Card
    x: float
    y: float

    @property
    def right(self) -> float:
        return self.x + CARD


class Edge(Struct, frozen=True):
    """A line from a card to another. A long one runs along the height ``lane``, the ``nth`` of its direction."""

    source: Set
    port: Port
    to: Set
    nth: int = 0
    lane: float = 0.0

    @property
    def columns(self) -> int:
        return self.to.card.column - self.source.card.column

    @property
    def long(self) -> bool:
        return abs(self.columns) > 1


def whole(drawing: Drawing, words: LoopWords) -> SafeString:
    """The sheet. It keeps its size and is scrolled on a narrow screen."""
    made = cards(drawing, words)
    forward = sum(_spans(made, each, port) > 1 for each in made.values() for port in each.ports)
    top = 58.0 + forward * LANE + (8 if forward else 0)
    places, bottoms = _placed(drawing, made, top)
    edges = _edges(places, top - 8, bottoms)
    height = max([*bottoms, *(edge.lane for edge in edges)]) + 14
    width = 2 * MARGIN + len(drawing.phases) * CARD + max(0, len(drawing.phases) - 1) * GUTTER
    parts: list[str] = [
        *_heads(drawing, words),
        *(_drawn(edge) for edge in edges),
        *(_opening(place) for place in places.values() if place.card.opens),
        *(place.card.drawn(place.x, place.y) for place in places.values()),
    ]
    return svg(width, height, parts, "whole")


def _spans(made: dict[str, Card], source: Card, port: Port) -> int:
    return made[port.to].column - source.column


def _placed(drawing: Drawing, made: dict[str, Card], top: float) -> tuple[dict[str, Set], list[float]]:
    """Every card in its place, and where each column ends."""
    places: dict[str, Set] = {}
    bottoms = []
    for column, phase in enumerate(drawing.phases):
        y = top
        for stage in phase.stages:
            places[stage.id] = Set(made[stage.id], MARGIN + column * (CARD + GUTTER), y)
            y += made[stage.id].height + BETWEEN
        bottoms.append(y - BETWEEN)
    return places, bottoms


def _edges(places: dict[str, Set], above: float, bottoms: list[float]) -> list[Edge]:
    edges: list[Edge] = []
    for place in places.values():
        for port in place.card.ports:
            edge = Edge(place, port, places[port.to])
            if edge.long:
                ahead = edge.columns > 0
                beside = [each for each in edges if each.long and (each.columns > 0) == ahead]
                lane = above - len(beside) * LANE if ahead else _below(edge, beside, bottoms)
                edge = replace(edge, nth=len(beside), lane=lane)
            edges.append(edge)
    return edges


def _below(edge: Edge, beside: list[Edge], bottoms: list[float]) -> float:
    """The first free height below the cards that a line back has to pass."""
    first, last = edge.to.card.column, edge.source.card.column
    y = max(bottoms[first + 1 : last]) + 12
    taken = [each.lane for each in beside if each.to.card.column < last and first < each.source.card.column]
    while any(abs(y - other) < LANE for other in taken):
        y += LANE
    return y


def _heads(drawing: Drawing, words: LoopWords) -> list[SafeString]:
    """The phases above their columns, on one line."""
    heads: list[SafeString] = []
    for column, phase in enumerate(drawing.phases):
        x = MARGIN + column * (CARD + GUTTER)
        title = words.of(phase.title) if phase.title else words.say("loop.phase")
        head, _ = lines(x, 22, wrapped(title, HEAD, CARD + GUTTER - 16, 1), HEAD, "title strong", "start")
        heads.append(head)
        heads.append(
            element("path", d=f"M{x:.1f} 32h{CARD:.1f}", class_="phase here" if phase.present else "phase")
        )
    return heads


def _drawn(edge: Edge) -> SafeString:
    style = "edge back" if edge.columns < 0 or _upward(edge) else "edge"
    if edge.port.automatic:
        style += " auto"
    start = edge.source.y + edge.port.y
    end = edge.to.y + ENTRY
    if edge.long:
        path, into, x = _by_lane(edge, start, end)
    else:
        path, into, x = _curve(edge, start, end)
    head = f"M{x - 6 * into:.1f} {end - 4:.1f}L{x:.1f} {end:.1f}L{x - 6 * into:.1f} {end + 4:.1f}Z"
    return element("g", element("path", d=path), element("path", d=head, class_="head"), class_=style)


def _upward(edge: Edge) -> bool:
    return edge.columns == 0 and edge.to.y < edge.source.y


def _curve(edge: Edge, start: float, end: float) -> tuple[str, int, float]:
    """A curve in one gutter; also the direction in which it enters (1: to the right) and where."""
    if edge.columns == 0:
        x = edge.source.right
        out = x + min(GUTTER - 30, 22 + abs(end - start) * 0.09)
        path = f"M{x:.1f} {start:.1f}C{out:.1f} {start:.1f} {out:.1f} {end:.1f} {x + 5:.1f} {end:.1f}"
        return path, -1, x
    if edge.columns > 0:
        x0, x1, into = edge.source.right, edge.to.x, 1
    else:
        x0, x1, into = edge.source.x, edge.to.right, -1
    reach = (x1 - x0) * 0.55
    path = f"M{x0:.1f} {start:.1f}C{x0 + reach:.1f} {start:.1f} {x1 - reach:.1f} {end:.1f} {x1 - 5 * into:.1f} {end:.1f}"
    return path, into, x1


def _by_lane(edge: Edge, start: float, end: float) -> tuple[str, int, float]:
    """Out into the gutter, along a lane above (forward) or below (back), and in again."""
    into = 1 if edge.columns > 0 else -1
    x0 = edge.source.right if into > 0 else edge.source.x
    x1 = edge.to.x if into > 0 else edge.to.right
    lane = edge.lane
    step = FIRST + (edge.nth % 6) * 7
    out, back = x0 + into * step, x1 - into * step
    corners = [(x0, start), (out, start), (out, lane), (back, lane), (back, end), (x1 - 5 * into, end)]
    return _rounded(corners), into, x1


def _rounded(corners: list[tuple[float, float]]) -> str:
    """A line through corners, each of them cut by a small curve."""
    (x, y), *rest = corners
    path = f"M{x:.1f} {y:.1f}"
    for (px, py), (cx, cy), (nx, ny) in zip(corners, corners[1:], corners[2:], strict=False):
        into, out = _towards(cx, cy, px, py), _towards(cx, cy, nx, ny)
        path += f"L{into[0]:.1f} {into[1]:.1f}Q{cx:.1f} {cy:.1f} {out[0]:.1f} {out[1]:.1f}"
    x, y = rest[-1]
    return f"{path}L{x:.1f} {y:.1f}"


def _towards(x: float, y: float, tx: float, ty: float) -> tuple[float, float]:
    """A point a bend away from a corner in the direction of another, or half way to it."""
    distance = max(abs(tx - x), abs(ty - y), 0.1)
    share = min(BEND, distance / 2) / distance
    return x + (tx - x) * share, y + (ty - y) * share


def _opening(place: Set) -> SafeString:
    """Where cases begin: a dot with an arrow into the card."""
    x, y = place.x, place.y + ENTRY
    dot = element("circle", cx=x - 22, cy=y, r=5, class_="start")
    way = element("path", d=f"M{x - 17:.1f} {y:.1f}h12")
    head = element(
        "path", d=f"M{x - 6:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}L{x - 6:.1f} {y + 4:.1f}Z", class_="head"
    )
    return element("g", dot, way, head, class_="edge opening")
