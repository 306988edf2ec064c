"""The same drawing in words, for whoever does not see it."""

from __future__ import annotations

from django.utils.safestring import SafeString

from tongban.kernel.procedure.drawing import Drawing, DrawnStage
from tongban.kernel.procedure.model import StageKind
from tongban.web.loop.cards import told_at_target
from tongban.web.loop.coming import next_lines, who
from tongban.web.loop.line import said
from tongban.web.loop.markup import element
from tongban.web.loop.phases import Standing, closed, standings
from tongban.web.loop.words import LoopWords


def of_case(drawing: Drawing, words: LoopWords, *, detail: bool) -> SafeString:
    """The phases in order, each with how it stands; with ``detail``, what may come next."""
    items = []
    for each in standings(drawing):
        what = said(each, drawing, words, detail=detail)
        title = words.say(f"loop.twin.{each.standing.value}", phase=what.title)
        rest = [line.lstrip("▲◆●○ ") for line, style in what.rest if not style.startswith("stage")]
        current = "step" if each.standing is Standing.HERE else ""
        items.append(element("li", words.say("loop.twin.list", items=(title, *rest)), aria_current=current))
    if closed(drawing):
        items.append(element("li", words.say("loop.twin.closed")))
    parts = [element("ol", *items)]
    if detail:
        comes = [element("li", line) for line in next_lines(drawing, words)]
        if comes:
            parts.append(element("p", words.say("loop.next")))
            parts.append(element("ul", *comes))
    return element("div", *parts, class_="hidden-words")


def of_procedure(drawing: Drawing, words: LoopWords) -> SafeString:
    """Every phase with its stages, every stage with its clocks and the steps that leave it."""
    phases = []
    for phase in drawing.phases:
        title = words.of(phase.title) if phase.title else words.say("loop.phase")
        stages = [_stage(stage, drawing, words) for stage in phase.stages]
        phases.append(element("li", title, element("ul", *stages)))
    return element("div", element("ol", *phases), class_="hidden-words")


def _stage(stage: DrawnStage, drawing: Drawing, words: LoopWords) -> SafeString:
    title = words.of(stage.title)
    if stage.kind is StageKind.END:
        title = words.say("loop.whole.end", stage=title)
    if stage.kind is StageKind.SETTLED:
        title = words.say("loop.whole.settled", stage=title)
    said_here = list(words.clocks.get(stage.id, ()))
    for move in drawing.moves:
        if not move.source and move.to == stage.id:
            said_here.append(words.say("loop.whole.opens", step=words.of(move.title)))
        if move.source == stage.id:
            to = words.of(f"stages.{move.to}.title")
            step = words.say("loop.whole.to", step=words.of(move.title), stage=to)
            said_here.append(words.say("loop.whole.by", step=step, who=who(move.by, words)))
    for (step_id, to), count in told_at_target(drawing).items():
        if to == stage.id:
            step = words.of(f"steps.{step_id}.title")
            said_here.append(words.say("loop.whole.from_many", step=step, n=count))
    return element("li", title, element("ul", *(element("li", line) for line in said_here)))
