"""What the walk may ask about a matter beyond what the kernel knows of its case: ``if`` in walk.yaml."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from tongban.demo.answers import Answers
from tongban.demo.arrivals import Matter
from tongban.kernel.case import Case

FRESH = 60
"""Words that came out are not published again before so many others: more than two pages of a public list."""

Option = Mapping[str, Any]


class Beyond:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._told: dict[tuple[str, str], deque[str]] = defaultdict(lambda: deque(maxlen=FRESH))
        """Messages whose words came out last, by practice and step."""

    def hold(self, option: Option, case: Case, matter: Matter, owner: Callable[[], str]) -> bool:
        """Whether all conditions of the option hold. ``owner`` gives the unit whose duty the matter is."""
        return all(self._holds(name, option, case, matter, owner) for name in _conditions(option))

    def fresh_still(self, option: Option, matter: Matter) -> bool:
        """Whether the words have not come out meanwhile, where the option asks that."""
        return "fresh" not in _conditions(option) or self._fresh(option, matter)

    def taken(self, option: Option, matter: Matter) -> None:
        """The option was taken: where it asks for fresh words, these are not fresh any more."""
        if "fresh" in _conditions(option):
            self._told[matter.practice, option["step"]].append(matter.message.id)

    def _holds(
        self, condition: str, option: Option, case: Case, matter: Matter, owner: Callable[[], str]
    ) -> bool:
        message = matter.message
        match condition:
            case "misplaced":
                return owner() != case.holder
            case "placed":
                return owner() == case.holder
            case "same_again":
                return matter.same_as >= 0
            case "declinable":
                return bool(self._answers.way_of(matter))
            case "carded":
                return bool(message.card)
            case "ruled":
                return "rule" in message.card
            case "right" | "wrong":
                return bool(message.refusal.get("right")) is (condition == "right")
            case "fresh":
                return self._fresh(option, matter)
            case "harmless":
                return not self._answers.tells_of_the_weak(matter)
            case _:
                raise ValueError(f"walk.yaml: if: {condition}")

    def _fresh(self, option: Option, matter: Matter) -> bool:
        return matter.message.id not in self._told[matter.practice, option["step"]]


def _conditions(option: Option) -> tuple[str, ...]:
    found = option.get("if", ())
    return (found,) if isinstance(found, str) else tuple(found)
