"""Where a case can stand, and under what it is counted there."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class StageKind(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    """closed for every count, but may still come back"""
    END = "end"


DROPPED = "-"
"""Where cases are counted that ended without having been done: called off, excused, withdrawn. No phase can be called so."""


class Stage(Struct, frozen=True):
    id: str
    kind: StageKind
    phase: str = ""
    """The plain-words phase that residents see; several stages may share one."""
    next: tuple[str, ...] = ()
    """The steps that the stage is there for, the foremost first: whoever may take one of them is waited for."""
    sample: str = ""
    """A case of this sample waits here for the receiving unit, although the time is the requester's."""
    dropped: bool = False
    """A case that ends here was not done: no count of what is done has it."""

    @property
    def place(self) -> str:
        """Under what a case that stands here is counted: its phase, or ``DROPPED``."""
        return DROPPED if self.dropped else self.phase
