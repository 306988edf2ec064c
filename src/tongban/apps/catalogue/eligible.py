"""Whether somebody may apply, by what they answer to the questions of an entry. Nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tongban.apps.catalogue.guide import Asked, Guide

YES, NO = "yes", "no"


class Told(Struct, frozen=True):
    """A question with what was answered: ``yes``, ``no``, or "" for nothing."""

    asked: Asked
    answered: str

    @property
    def against(self) -> bool:
        """Whether the answer keeps somebody from applying."""
        return bool(self.answered) and (self.answered == YES) != self.asked.expects


class Finding(Struct, frozen=True):
    """What follows from the answers."""

    told: tuple[Told, ...]

    @property
    def against(self) -> tuple[Told, ...]:
        """The answers for which it cannot be, each with what there is otherwise."""
        return tuple(each for each in self.told if each.against)

    @property
    def open(self) -> tuple[Told, ...]:
        """The questions that nobody answered."""
        return tuple(each for each in self.told if not each.answered)

    @property
    def fits(self) -> bool:
        """Whether everything was answered as it must be."""
        return bool(self.told) and not self.against and not self.open


def finding(guide: Guide, answers: Mapping[str, str]) -> Finding:
    """The questions of a guide with the answers by their codes; what is neither yes nor no was not answered."""
    return Finding(
        tuple(
            Told(each, answered if (answered := answers.get(each.code, "")) in (YES, NO) else "")
            for each in guide.asks
        )
    )
