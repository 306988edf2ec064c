"""The seam behind which units are suggested from who took such matters before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from msgspec import Struct

Facts: TypeAlias = Mapping[str, str]
"""What is known of a matter: values by name, empty ones left out."""


class UnitGuess(Struct, frozen=True):
    """A unit, how likely it takes the matter (0..1), and the values that weighed most for it."""

    unit: str
    confidence: float
    because: tuple[str, ...] = ()


class Units(Protocol):
    """The seam: whoever can rank units for a matter can be put in its place."""

    def likely(self, facts: Facts, k: int = 3) -> tuple[UnitGuess, ...]:
        """At most ``k`` units, likeliest first; ``()`` when nothing is known of such a matter."""
        ...


class Unlearnt:
    """Where nothing was learnt from dispatches yet."""

    def likely(self, facts: Facts, k: int = 3) -> tuple[UnitGuess, ...]:  # noqa: ARG002
        return ()
