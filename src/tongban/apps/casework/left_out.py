"""What a step left out of what it found, in words: how many, and why."""

from __future__ import annotations

from tongban.apps.wording import Wording, say
from tongban.kernel.events import Event, PassedOver


def left_out(passed: PassedOver, wording: Wording) -> str:
    """How many findings, or rows of a register, opened nothing, and why."""
    book = wording.of(f"registers.{passed.register}.title", passed.register)
    asked = "follow.known_already" if passed.register else "follow.passed_over"
    return say(asked, wording.language, n=passed.n, register=book)


def known_already(event: Event, wording: Wording) -> list[str]:
    """The rows that fit and that another register knows already, a sentence for each such register."""
    ends = "。" if wording.language == "zh-Hans" else "."
    rows = (each for each in event.follows if isinstance(each, PassedOver) and each.register)
    return [f"{left_out(each, wording)}{ends}" for each in rows]
