"""The stages of a whole procedure as cards: what stands on each, how tall it is, where lines leave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.safestring import SafeString
from msgspec import Struct

from tongban.kernel.procedure.drawing import Drawing, DrawnStage, Move
from tongban.kernel.procedure.model import StageKind
from tongban.web.loop.coming import automatic, who
from tongban.web.loop.markup import element, joined, text, wrapped
from tongban.web.loop.words import LoopWords

CARD, INSET = 168.0, 12.0
TITLE, ROW, NOTE = 14.0, 12.5, 11.5
LEADING = 1.42
MANY = 4
"""From this many stages on, a step is told at the stage it leads to, instead of as many lines."""


class Line(Struct, frozen=True):
    """One line of words on a card, at a baseline below its top; ``hint`` is said when pointed at."""

    words: str
    y: float
    size: float
    style: str
    hint: str = ""


class Port(Struct, frozen=True):
    """Where the line to a stage leaves a card: this far below its top."""

    to: str
    y: float
    automatic: bool


class Card(Struct, frozen=True):
    stage: DrawnStage
    column: int
    lines: tuple[Line, ...]
    ports: tuple[Port, ...]
    rule: float
    """where the line under the heading stands"""
    height: float
    opens: bool

    def drawn(self, x: float, y: float) -> SafeString:
        """The card with its upper left corner at a point."""
        state = " here" if self.stage.present else " been" if self.stage.times else ""
        parts = [element("rect", x=x, y=y, width=CARD, height=self.height, rx=5, class_=f"card{state}")]
        if self.stage.kind is StageKind.END:
            inner = {"x": x + 3.5, "y": y + 3.5, "width": CARD - 7, "height": self.height - 7}
            parts.append(element("rect", **inner, rx=3, class_="card inner"))
        if self.stage.kind is StageKind.SETTLED:
            parts.append(
                element("path", d=f"M{x + CARD - 24:.1f} {y + 16:.1f}l4 4 7.5-8.5", class_="settled")
            )
        if self.ports or self.rule < self.height - 14:
            rule = f"M{x + INSET:.1f} {y + self.rule:.1f}h{CARD - 2 * INSET:.1f}"
            parts.append(element("path", d=rule, class_="hair"))
        return joined((*parts, *(_line(x + INSET, y, line) for line in self.lines)))


class _Writer:
    """Puts lines one under the other."""

    def __init__(self, room: float) -> None:
        self.room = room
        self.y = 10.0
        self.lines: list[Line] = []

    def write(self, words: str, size: float, style: str, hint: str = "", most: int = 3) -> float:
        """Add words; gives the middle of what was written."""
        start = self.y
        for row in wrapped(words, size, self.room, most):
            self.lines.append(Line(row, self.y + size, size, style, hint))
            self.y += size * LEADING
        return (start + self.y) / 2


def cards(drawing: Drawing, words: LoopWords) -> dict[str, Card]:
    """The card of every stage, by its id."""
    many = told_at_target(drawing)
    return {
        stage.id: _card(stage, column, drawing, words, many)
        for column, phase in enumerate(drawing.phases)
        for stage in phase.stages
    }


def told_at_target(drawing: Drawing) -> dict[tuple[str, str], int]:
    """Steps that lead to one stage from many: (step, stage) and from how many."""
    seen = Counter((move.step, move.to) for move in drawing.moves if move.source and move.source != move.to)
    return {pair: count for pair, count in seen.items() if count >= MANY}


def _card(
    stage: DrawnStage, column: int, drawing: Drawing, words: LoopWords, many: dict[tuple[str, str], int]
) -> Card:
    writer = _Writer(CARD - 2 * INSET - (18 if stage.kind is StageKind.SETTLED else 0))
    writer.write(words.of(stage.title), TITLE, "title strong", most=2)
    writer.room = CARD - 2 * INSET
    for clock in words.clocks.get(stage.id, ()):
        writer.write(clock, NOTE, "faint")
    opening = [move for move in drawing.moves if not move.source and move.to == stage.id]
    for move in opening:
        said = words.say("loop.whole.opens", step=words.of(move.title))
        by = words.say("loop.whole.by", step=words.of(move.title), who=who(move.by, words))
        writer.write(said, NOTE, "coming", by)
    for (step, to), count in many.items():
        if to == stage.id:
            said = words.say("loop.whole.from_many", step=words.of(f"steps.{step}.title"), n=count)
            writer.write(said, NOTE, "faint")
    rule = writer.y + 3
    writer.y += 7
    leaving = [m for m in drawing.moves if m.source == stage.id and (m.step, m.to) not in many]
    ports = _ports(leaving, stage.id, writer, words)
    staying = [words.of(move.title) for move in leaving if move.to == stage.id]
    if staying:
        writer.y += 2
        listed = words.say("loop.stays", steps=tuple(dict.fromkeys(staying)))
        writer.write(listed, NOTE, "faint", most=5)
    empty = not ports and not staying
    height = (rule if empty else writer.y) + 7
    return Card(stage, column, tuple(writer.lines), ports, rule, height, bool(opening))


def _ports(leaving: Iterable[Move], here: str, writer: _Writer, words: LoopWords) -> tuple[Port, ...]:
    """The steps that lead away, those to the same stage together with one line leaving for it."""
    groups: dict[str, list[Move]] = {}
    away = [move for move in leaving if move.to != here]
    for move in away:
        groups.setdefault(move.to, []).append(move)
    branches = Counter(move.step for move in away)
    ports = []
    for to, moves in groups.items():
        middles = [
            writer.write(
                _leading(move, words) if branches[move.step] > 1 else words.of(move.title),
                ROW,
                "row auto" if automatic(move) else "row",
                words.say("loop.whole.by", step=_leading(move, words), who=who(move.by, words)),
            )
            for move in {move.step: move for move in moves}.values()
        ]
        ports.append(Port(to, (middles[0] + middles[-1]) / 2, all(automatic(move) for move in moves)))
        writer.y += 3
    return tuple(ports)


def _leading(move: Move, words: LoopWords) -> str:
    """A step with the stage it leads to."""
    stage = words.of(f"stages.{move.to}.title")
    return words.say("loop.whole.to", step=words.of(move.title), stage=stage)


def _line(x: float, top: float, line: Line) -> SafeString:
    drawn = text(x, top + line.y, line.words, line.size, line.style, "start")
    return element("g", element("title", line.hint), drawn) if line.hint else drawn
