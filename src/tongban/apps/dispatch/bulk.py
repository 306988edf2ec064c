"""Suggestions for many messages at once: what a clerk would be offered for each, one line a message.

A line always says the likeliest category, also where the model is not sure enough: then it abstains, names no
unit, and says so. Nothing is offered for what says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongban.apps.dispatch.characters import joined
from tongban.apps.dispatch.classifier import SURE_ENOUGH
from tongban.apps.dispatch.suggest import Message, Option, Registers, divided, option, routed
from tongban.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Line:
    """``option`` is the likeliest category, of the deepest level that is sure enough; None for nothing at all.

    ``sure`` tells whether it reaches the threshold. Only then ``unit``, ``rule`` and ``duty`` may be there, or
    ``refused`` why routing found nobody.
    """

    number: str
    option: Option | None
    sure: bool
    division: str = ""
    division_because: str = ""
    unit: str = ""
    rule: str = ""
    duty: str = ""
    refused: Refused | None = None


def suggest_all(
    messages: Iterable[tuple[str, Message]], registers: Registers, threshold: float = SURE_ENOUGH
) -> Iterator[Line]:
    """A line for each numbered message, in their order."""
    for number, message in messages:
        yield _line(number, message, registers, threshold)


def _line(number: str, message: Message, registers: Registers, threshold: float) -> Line:
    text = joined(message.title, message.body)
    found = registers.classifier.suggest(text, 1, threshold)
    likely = found or registers.classifier.likely(text)
    best = option(likely[0], registers.scheme) if likely else None
    division, words = divided(message, registers)
    if not found or best is None:
        return Line(number, best, False, division, words)
    unit, rule, duty, refused = routed(best.category, division, registers)
    return Line(number, best, True, division, words, unit, rule, duty, refused)
