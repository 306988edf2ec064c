"""The dial around the present phase: the promise as a ring, what is used of it drawn over it."""

from __future__ import annotations

from math import cos, pi, sin

from django.utils.safestring import SafeString

from tongban.kernel.clock import Unit
from tongban.kernel.procedure.drawing import DrawnClock
from tongban.web.loop.markup import element, joined, text
from tongban.web.loop.words import Standing

MOST_SEGMENTS = 15
"""Up to this many days are drawn one by one; more become one ring."""
_GAP = 0.16
"""Radians between two days."""


def dial(x: float, y: float, radius: float, clock: DrawnClock, standing: Standing) -> SafeString:
    """A ring cut into the promised days, the used ones inked; inside, what is left."""
    parts = [
        element("circle", cx=x, cy=y, r=radius + 5, class_="face"),
        *_ring(x, y, radius, clock),
        *_inside(x, y, radius, clock, standing),
    ]
    return element("g", *parts, class_=f"clock-face {standing.tone}")


def still(x: float, y: float, radius: float) -> SafeString:
    """The present phase where no clock runs."""
    return joined(
        (
            element("circle", cx=x, cy=y, r=radius * 0.6, class_="node here"),
            element("circle", cx=x, cy=y, r=radius * 0.24, class_="node done"),
        )
    )


def _ring(x: float, y: float, radius: float, clock: DrawnClock) -> list[SafeString]:
    if clock.unit is Unit.MINUTES or not 1 < clock.allowed <= MOST_SEGMENTS:
        share = min(1.0, clock.used / clock.allowed if clock.allowed else float(clock.late))
        whole = element("circle", cx=x, cy=y, r=radius, class_="dial")
        if share >= 1:
            return [element("circle", cx=x, cy=y, r=radius, class_="dial-used")]
        return [whole, element("path", d=_arc(x, y, radius, 0, share * 2 * pi), class_="dial-used")]
    turn = 2 * pi / clock.allowed
    return [
        element(
            "path",
            d=_arc(x, y, radius, i * turn + _GAP / 2, (i + 1) * turn - _GAP / 2),
            class_="dial-used" if i < clock.used else "dial",
        )
        for i in range(clock.allowed)
    ]


def _inside(x: float, y: float, radius: float, clock: DrawnClock, standing: Standing) -> list[SafeString]:
    if clock.suspended:
        bars = f"M{x - 5.5:.1f} {y - 9:.1f}v18M{x + 5.5:.1f} {y - 9:.1f}v18"
        return [element("path", d=bars, class_="paused")]
    size = radius * (0.75 if len(standing.left) < 3 else 0.56)
    return [
        text(x, y + size * 0.22, standing.left, size, "left clock"),
        text(x, y + radius * 0.58, standing.unit, max(9.5, radius * 0.3), "faint"),
    ]


def _arc(x: float, y: float, radius: float, since: float, to: float) -> str:
    """A piece of a circle, clockwise from twelve o'clock."""

    def at(angle: float) -> str:
        return f"{x + radius * sin(angle):.1f} {y - radius * cos(angle):.1f}"

    large = int(to - since > pi)
    return f"M{at(since)}A{radius:g} {radius:g} 0 {large} 1 {at(to)}"
