"""Suggestions for many messages at once, one line a message.

A line always says the likeliest category, also where the model is not sure enough: then it abstains and says
so. Nothing is offered for what says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongban.apps.dispatch.characters import joined
from tongban.apps.dispatch.classifier import SURE_ENOUGH
from tongban.apps.dispatch.suggest import Message, Option, Registers, divided, option


@dataclass(frozen=True, slots=True)
class Line:
    """``option`` is the likeliest category, of the deepest level that is sure enough; None for nothing at all.

    ``sure`` tells whether it reaches the threshold. ``division_because`` are the words that named the division.
    """

    number: str
    option: Option | None
    sure: bool
    division: str = ""
    division_because: str = ""


def suggest_all(
    messages: Iterable[tuple[str, Message]], registers: Registers, threshold: float = SURE_ENOUGH
) -> Iterator[Line]:
    """A line for each numbered message, in their order."""
    for number, message in messages:
        text = joined(message.title, message.body)
        found = registers.classifier.suggest(text, 1, threshold)
        likely = found or registers.classifier.likely(text)
        best = option(likely[0], registers.scheme) if likely else None
        yield Line(number, best, bool(found), *divided(message, registers))
