"""For those who work on a case: its stages, and what may come next, tied together by numbers."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.kernel.procedure.drawing import Drawing, DrawnPhase, DrawnStage, Move
from tongban.kernel.procedure.model import Relation, Who
from tongban.web.loop.words import LoopWords

_ONE = 0x2460
"""The number one in a circle; twenty follow one another."""
MOST_NUMBERS = 20


def stage_lines(phase: DrawnPhase, drawing: Drawing, words: LoopWords) -> list[tuple[str, str]]:
    """One line for each stage of a phase, with its class: been there, here, next, or neither."""
    marks = numbered(drawing)
    return [_stage_line(stage, marks, words) for stage in phase.stages]


def next_lines(drawing: Drawing, words: LoopWords) -> list[str]:
    """One line for each stage that may come next, with the steps that lead there; last, those that stay."""
    marks = numbered(drawing)
    said = [
        words.say(
            "loop.leads",
            mark=mark,
            stage=words.of(f"stages.{stage}.title"),
            steps=_steps((move for move in drawing.next if move.to == stage), words),
        )
        for stage, mark in marks.items()
    ]
    staying = [move for move in drawing.next if move.to == drawing.stage]
    if staying:
        said.append(words.say("loop.stays", steps=_steps(staying, words)))
    return said


def numbered(drawing: Drawing) -> dict[str, str]:
    """The stages that may come next, each with its number in a circle."""
    targets = dict.fromkeys(move.to for move in drawing.next if move.to != drawing.stage)
    return {stage: chr(_ONE + min(i, MOST_NUMBERS - 1)) for i, stage in enumerate(targets)}


def who(doers: tuple[Who, ...], words: LoopWords) -> tuple[str, ...]:
    """Everybody who may take a step, each once."""
    bare = {Relation.REQUESTER, Relation.ANYONE, Relation.SYSTEM, Relation.MANDATE}
    named = (
        words.requester()
        if doer.relation is Relation.REQUESTER
        else words.say(f"loop.who.{doer.relation.value}")
        if doer.relation in bare
        else words.of(f"roles.{doer.role}")
        for doer in doers
    )
    return tuple(dict.fromkeys(named))


def automatic(move: Move) -> bool:
    return all(doer.relation is Relation.SYSTEM for doer in move.by)


def _steps(moves: Iterable[Move], words: LoopWords) -> tuple[str, ...]:
    named = [
        words.say("loop.automatic", step=words.of(move.title)) if automatic(move) else words.of(move.title)
        for move in moves
    ]
    return tuple(dict.fromkeys(named))


def _stage_line(stage: DrawnStage, marks: dict[str, str], words: LoopWords) -> tuple[str, str]:
    title = words.of(stage.title)
    if stage.present:
        return words.say("loop.stage.here", stage=title), "stage here"
    if stage.id in marks:
        return words.say("loop.stage.next", mark=marks[stage.id], stage=title), "stage coming"
    if stage.times > 1:
        return words.say("loop.stage.been_often", stage=title, n=stage.times), "stage"
    if stage.times:
        return words.say("loop.stage.been", stage=title), "stage"
    return words.say("loop.stage.other", stage=title), "stage faint"
