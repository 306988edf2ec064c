"""The kernel's "no": a fixed code and the facts that explain it.

The words for a code live in ``texts/refusals/*.yaml`` (both languages, with the remedy), never in
code. A code is never reused for another meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from tongban.kernel.value import Value


class Refused(Struct, frozen=True):
    """What the kernel will not do, and why.

    ``code`` is ``area.reason`` (``form.required``); ``where`` names the field, step, file or row it
    is about ("" when it is about the whole); ``facts`` are the values that the words need.
    """

    code: str
    where: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    also: tuple[Refused, ...] = ()
    """Further refusals of the same input, so that a person can mend all of it at once."""

    def all(self) -> tuple[Refused, ...]:
        return (self, *self.also)

    @staticmethod
    def of(faults: list[Refused]) -> Refused:
        """Join one or more refusals into one that carries the others in ``also``."""
        first, *rest = faults
        return Refused(first.code, first.where, first.facts, tuple(rest))


class RefusedError(Exception):
    """Carries a refusal out of code that cannot return it (a transaction must roll back)."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(f"{refusal.where}: {refusal.code} {dict(refusal.facts)}")
        self.refusal = refusal
