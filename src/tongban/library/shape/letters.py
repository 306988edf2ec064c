"""``letters.yaml``: what the requester gets in writing, by the kind of case."""

from __future__ import annotations

from pydantic import Field

from tongban.library.shape.written import Id, Many, Shape


class LetterSpec(Shape):
    """A letter to the requester: there is one for each time that one of the steps ``after`` was taken.

    ``shows`` are answers that it tells beside its text, as they were then; ``clocks`` those whose due moment it tells with its
    derivation, where one of them began or got more time in that step. The words stand under ``letters.<id>``.
    """

    after: Many[Id] = Field(min_length=1)
    shows: Many[Id] = ()
    clocks: Many[Id] = ()


Letters = dict[Id, dict[Id, LetterSpec]]
