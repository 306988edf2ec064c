"""The path as SVG: down the left rail time passes at home, each trip goes over to the right rail and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.safestring import SafeString
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.journeys.telling import StopLine, Way
from tongban.web.loop.markup import element, joined, lines, svg, text, wrapped
from tongban.web.words import say

WIDTH = 344.0
HOME, OFFICE = 22.0, 98.0
"""Where the two rails stand."""
WORDS = 118.0
"""Where words begin, right of the offices."""
ROOM = WIDTH - WORDS - 4
TOP = 34.0
SIZE, SMALL = 14.0, 12.5
BACK = 34.0
"""From the office back home, downwards."""
MOST_DOTS = 9


class Row(Struct, frozen=True):
    """One stop with the height that it takes; ``y`` is where the path leaves home."""

    stop: StopLine
    y: float
    title: Sequence[str]
    said: list[str]
    gap: Sequence[str]

    @property
    def dots(self) -> int:
        return min(self.stop.dots, MOST_DOTS)

    @property
    def before(self) -> float:
        """What lies between the stop before and this one takes so much: its words, or a dot for each step."""
        return max(17.0 * len(self.gap), 7.0 * self.dots)

    @property
    def height(self) -> float:
        """For the way there and back, or for its words, whichever need more."""
        return max(16 + BACK, 20.0 * len(self.title) + 17 * len(self.said) + 8)

    @property
    def over(self) -> float:
        """Where the path is at the office, or at the end."""
        return self.y + 16


def drawn(way: Way, language: str) -> SafeString:
    rows = list(_rows(way))
    last = rows[-1]
    bottom = last.y + last.height + (14 if not way.over else 0)
    parts = [
        text(HOME, 14, say("journey.rail.home", language), SMALL, "faint"),
        text(OFFICE, 14, say("journey.rail.office", language), SMALL, "faint"),
        element("path", d=f"M{HOME:g} {TOP - 10:g}V{bottom:.1f}", class_="rail"),
        element("path", d=f"M{OFFICE:g} {TOP - 10:g}V{bottom:.1f}", class_="rail"),
        element("path", d=_path(rows, way, bottom), class_="inked"),
        *(element("path", d=_letter(row), class_="letter") for row in rows if row.stop.means == "sent"),
        *(_marks(row) for row in rows),
        *(_words(row) for row in rows),
    ]
    if not way.over:
        parts.append(element("circle", cx=HOME, cy=bottom, r=5, class_="node here"))
        parts.append(text(WORDS, bottom + 4, say("journey.going_on", language), SIZE, "strong", "start"))
        bottom += 14
    return svg(WIDTH, bottom + 8, parts, "way")


def _rows(way: Way) -> Iterator[Row]:
    y = TOP
    for stop in way.stops:
        gap = wrapped(stop.before, SMALL, ROOM, 2) if stop.before else ()
        title = wrapped(stop.title, SIZE, ROOM, 2)
        said = [line for each in (stop.when, *stop.lines) for line in wrapped(each, SMALL, ROOM, 2)]
        row = Row(stop, y, title, said, gap)
        y += row.before + (10 if gap else 0)
        row = replace(row, y=y)
        yield row
        y += row.height + 4


def _path(rows: list[Row], way: Way, bottom: float) -> str:
    """One line from the first stop to the end: at home it goes down, on a trip over and back."""
    parts = [f"M{HOME:g} {rows[0].y:.1f}"]
    for row in rows:
        parts.append(f"V{row.y:.1f}")
        if row.stop.means == "trip":
            over, back = row.over, row.over + BACK - 8
            parts.append(f"C{HOME:g} {row.y + 12:.1f} {OFFICE - 40:g} {over:.1f} {OFFICE:g} {over:.1f}")
            parts.append(f"C{OFFICE - 40:g} {over:.1f} {HOME:g} {back - 14:.1f} {HOME:g} {back:.1f}")
        elif row.stop.means == "done":
            parts.append(f"V{row.over:.1f}")
    if not way.over:
        parts.append(f"V{bottom:.1f}")
    return "".join(parts)


def _letter(row: Row) -> str:
    return f"M{HOME:g} {row.over:.1f}H{OFFICE:g}"


def _marks(row: Row) -> SafeString:
    """The office that was gone to or written to, or the end; above it a dot for each step of offices while one waited."""
    stop = row.stop
    dots, first = row.dots, row.y - 4 - row.before
    step = row.before / dots if dots else 0.0
    found = [
        element("circle", cx=OFFICE, cy=first + (n + 0.5) * step, r=2.4, class_="work") for n in range(dots)
    ]
    match stop.means:
        case "trip":
            found.append(element("circle", cx=OFFICE, cy=row.over, r=7, class_="node done"))
        case "sent":
            x, y = OFFICE - 8, row.over - 6
            found.append(element("rect", x=x, y=y, width=16, height=12, class_="node"))
            found.append(element("path", d=f"M{x:g} {y:.1f}l8 7l8 -7", class_="fold"))
        case _:
            found.append(element("circle", cx=HOME, cy=row.over, r=9, class_="node done"))
            tick = f"M{HOME - 4:g} {row.over:.1f}l3 3.4l5.4 -6.6"
            found.append(element("path", d=tick, class_="tick"))
    return joined(found)


def _words(row: Row) -> SafeString:
    gap, _ = lines(WORDS, row.y - (row.before + 17 * len(row.gap)) / 2 + 4, row.gap, SMALL, "faint", "start")
    title, y = lines(WORDS, row.over + 5, row.title, SIZE, "strong", "start")
    said, _ = lines(WORDS, y - 1, row.said, SMALL, "", "start")
    return joined((gap, title, said))
