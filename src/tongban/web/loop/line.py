"""The loop for those whom a case concerns: its phases on a line that comes back to where it began.

The way travelled is inked. While a case is open, the line back to the requester is dotted; when it has
settled, the ink goes all the way round: the loop is closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from msgspec import Struct

from tongban.kernel.procedure.drawing import Drawing
from tongban.web.loop.coming import next_lines, stage_lines
from tongban.web.loop.dial import dial, still
from tongban.web.loop.markup import element, joined, lines, svg, wrapped
from tongban.web.loop.phases import PhaseStanding, Standing, closed, standings
from tongban.web.loop.words import LoopWords, standing

WIDTH = 680.0
SIDE = 92.0
"""Room at both ends for the line to turn round."""
RADIUS = 33.0
TITLE, SMALL = 15.0, 13.0


class Place(Struct, frozen=True):
    """A phase with its place on the line."""

    x: float
    y: float
    stands: PhaseStanding


class Said(Struct, frozen=True):
    """Words beside a phase: each line with its class."""

    title: str
    rest: tuple[tuple[str, str], ...]


def wide(drawing: Drawing, words: LoopWords, *, detail: bool = False) -> SafeString:
    """The line lying down, for screens from 40 rem on. ``detail`` adds stages and what may come next."""
    phases = standings(drawing)
    top = RADIUS + 12
    step = (WIDTH - 2 * SIDE) / max(1, len(phases) - 1)
    places = [Place(SIDE + i * step if len(phases) > 1 else WIDTH / 2, top, p) for i, p in enumerate(phases)]
    room = max(96.0, min(step - 8, 180.0))
    labels, bottom = _labels_below(places, drawing, words, room, detail=detail)
    foot = bottom + 16
    shut = closed(drawing)
    track = _stadium(places[0].x, places[-1].x, top, foot)
    comes, end = _coming(28, foot + 26, drawing, words, WIDTH - 40) if detail else (SafeString(""), foot)
    parts = [
        element("path", d=track, class_="inked closing" if shut else "track"),
        *_ink(places, shut),
        _turning(WIDTH / 2, foot, shut),
        *(_node(place, drawing, words) for place in places),
        labels,
        comes,
    ]
    return svg(WIDTH, end + 10, parts, "wide-only")


def narrow(drawing: Drawing, words: LoopWords, *, detail: bool = False) -> SafeString:
    """The line standing, for phones: words to the right, the way back on the left."""
    phases = standings(drawing)
    x, left, words_x, width = 66.0, 16.0, 120.0, 340.0
    places: list[Place] = []
    labels: list[SafeString] = []
    y = end = -20.0
    for each in phases:
        rows = _rows(each, drawing, words, width - words_x - 4, detail=detail)
        reach = RADIUS + 10 if each.standing is Standing.HERE else 25
        y = max(y + reach, end + _rise(rows) + 26)
        places.append(Place(x, y, each))
        labels.append(_beside(words_x, y, rows))
        end = y - _rise(rows) + len(rows) * (SMALL + 1) * 1.4
        y += reach
    last = places[-1].y
    height = max(end, last + RADIUS) + 12
    comes = SafeString("")
    if detail:
        comes, height = _coming(8, height + 20, drawing, words, width - 12)
    shut = closed(drawing)
    parts = [
        element("path", d=_upright(x, left, places[0].y, last), class_="inked closing" if shut else "track"),
        *_ink(places, shut),
        *(_node(place, drawing, words) for place in places),
        *labels,
        comes,
    ]
    return svg(width, height, parts, "narrow-only")


def said(each: PhaseStanding, drawing: Drawing, words: LoopWords, *, detail: bool = False) -> Said:
    """What stands beside a phase: its title, and at the present one clock, due moment and holder."""
    title = words.of(each.phase.title) if each.phase.title else words.say("loop.phase")
    rest: list[tuple[str, str]] = []
    if each.standing is Standing.HERE:
        if drawing.clock is not None:
            clock = standing(drawing.clock, words)
            mark = words.say(f"loop.mark.{clock.tone}")
            rest.append((f"{mark} {clock.words}", f"clock {clock.tone}"))
            if clock.due:
                rest.append((clock.due, "faint"))
        rest.append((held_by(drawing, words, own=words.own and not detail), "who"))
    elif each.phase.present and drawing.outcome:
        rest.append((words.of(f"outcomes.{drawing.outcome}"), "who"))
    if detail:
        rest += stage_lines(each.phase, drawing, words)
    return Said(title, tuple((line, style) for line, style in rest if line))


def held_by(drawing: Drawing, words: LoopWords, *, own: bool) -> str:
    """Whose move it is, with the unit's name where one is known; ``own`` speaks to the requester.

    What is said of a case that follows another one is a sentence already.
    """
    match drawing.waits_on:
        case "requester":
            return (
                words.say("loop.waits.you")
                if own
                else words.say("loop.waits.requester", who=words.requester())
            )
        case "nobody":
            return ""
        case "joined":
            return words.holder[:1].upper() + words.holder[1:]
        case "home" | "parent" if words.turn and words.turn != words.holder:
            return words.say("loop.waits.unit", unit=words.turn)
        case _:
            return words.say("loop.held_by", unit=words.holder) if words.holder else ""


def _labels_below(
    places: Sequence[Place], drawing: Drawing, words: LoopWords, room: float, *, detail: bool
) -> tuple[SafeString, float]:
    drawn: list[SafeString] = []
    bottom = 0.0
    for place in places:
        what = said(place.stands, drawing, words, detail=detail)
        y = place.y + (RADIUS + 24 if place.stands.standing is Standing.HERE else 38)
        part, y = lines(place.x, y, wrapped(what.title, TITLE, room, 2), TITLE, _title_class(place.stands))
        drawn.append(part)
        for line, style in what.rest:
            part, y = lines(place.x, y, wrapped(line, SMALL, room + 26, 3), SMALL, style)
            drawn.append(part)
        bottom = max(bottom, y)
    return joined(drawn), bottom


Row = tuple[str, float, str]
"""One line of words with its size and class."""


def _rows(
    stands: PhaseStanding, drawing: Drawing, words: LoopWords, room: float, *, detail: bool
) -> list[Row]:
    what = said(stands, drawing, words, detail=detail)
    rows = [(row, TITLE + 1, _title_class(stands)) for row in wrapped(what.title, TITLE + 1, room, 2)]
    for line, style in what.rest:
        rows += [(row, SMALL + 1, style) for row in wrapped(line, SMALL + 1, room, 3)]
    return rows


def _rise(rows: Sequence[Row]) -> float:
    """How far above its node the first line stands: words are centred until they get many."""
    return min(len(rows) - 1, 4) * (SMALL + 1) * 0.7 - 5.5


def _beside(x: float, y: float, rows: Sequence[Row]) -> SafeString:
    drawn: list[SafeString] = []
    y -= _rise(rows)
    for row, size, style in rows:
        part, y = lines(x, y, [row], size, style, "start")
        drawn.append(part)
    return joined(drawn)


def _coming(x: float, y: float, drawing: Drawing, words: LoopWords, room: float) -> tuple[SafeString, float]:
    """What may come next, below the line."""
    said_next = next_lines(drawing, words)
    if not said_next:
        return SafeString(""), y - 20
    head, y = lines(x, y, [words.say("loop.next")], SMALL, "faint", "start")
    drawn = [head]
    for line in said_next:
        part, y = lines(x, y + 2, wrapped(line, SMALL, room, 3), SMALL, "", "start")
        drawn.append(part)
    return joined(drawn), y - 8


def _title_class(stands: PhaseStanding) -> str:
    if stands.standing is Standing.HERE:
        return "title strong"
    return "title faint" if stands.standing in (Standing.NEXT, Standing.SKIPPED) else "title"


def _node(place: Place, drawing: Drawing, words: LoopWords) -> SafeString:
    x, y = place.x, place.y
    match place.stands.standing:
        case Standing.DONE:
            tick = f"M{x - 5.5:.1f} {y + 0.5:.1f}l4 4 7.5-8.5"
            circle = element("circle", cx=x, cy=y, r=13, class_="node done")
            return joined((circle, element("path", d=tick, class_="tick")))
        case Standing.HERE:
            if drawing.clock is None:
                return still(x, y, RADIUS)
            return dial(x, y, RADIUS, drawing.clock, standing(drawing.clock, words))
        case Standing.SKIPPED:
            return element("circle", cx=x, cy=y, r=5, class_="node skipped")
        case Standing.NEXT | Standing.PLAIN:
            return element("circle", cx=x, cy=y, r=10, class_="node")


def _ink(places: Sequence[Place], shut: bool) -> list[SafeString]:
    """The straight way from the first phase to the last; inked as far as the case has come."""
    reached = max((i for i, p in enumerate(places) if p.stands.phase.present), default=0)
    whole = f"M{places[0].x:.1f} {places[0].y:.1f}L{places[-1].x:.1f} {places[-1].y:.1f}"
    come = f"M{places[0].x:.1f} {places[0].y:.1f}L{places[reached].x:.1f} {places[reached].y:.1f}"
    if shut or reached == len(places) - 1:
        return [element("path", d=whole, class_="inked")]
    ahead = f"M{places[reached].x:.1f} {places[reached].y:.1f}L{places[-1].x:.1f} {places[-1].y:.1f}"
    travelled = [element("path", d=come, class_="inked")] if reached else []
    return [element("path", d=ahead, class_="ahead"), *travelled]


def _stadium(x0: float, x1: float, top: float, bottom: float) -> str:
    """From the last phase round below all words and back up to the first."""
    right, left, r = x1 + SIDE - 8, x0 - SIDE + 8, 34
    return (
        f"M{x1:.1f} {top:.1f}H{right - r:.1f}q{r} 0 {r} {r}V{bottom - r:.1f}q0 {r} -{r} {r}"
        f"H{left + r:.1f}q-{r} 0 -{r} -{r}V{top + r:.1f}q0 -{r} {r} -{r}H{x0:.1f}"
    )


def _upright(x: float, left: float, top: float, bottom: float) -> str:
    """From the last phase back up along the left edge."""
    bend = 24.0
    return (
        f"M{x:.1f} {bottom:.1f}C{left:.1f} {bottom:.1f} {left:.1f} {bottom - bend:.1f} {left:.1f}"
        f" {bottom - 2 * bend:.1f}L{left:.1f} {top + 2 * bend:.1f}"
        f"C{left:.1f} {top + bend:.1f} {left:.1f} {top:.1f} {x:.1f} {top:.1f}"
    )


def _turning(x: float, y: float, shut: bool) -> SafeString:
    """The arrow on the way back."""
    return element("path", d=f"M{x + 4:.1f} {y - 5:.1f}l-7 5 7 5", class_="arrow closed" if shut else "arrow")
