"""What a board counted, as a case keeps it: whole numbers by item and unit, from which its ranks can be worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import field

from tongban.kernel.value import Record


class BoardItem(Record, frozen=True):
    """One item: an ``indicator`` (practice and id), its ``weight`` in whole points, the ``smallest`` sample that is ranked.

    ``of`` says which cases it counts (practice and kind). ``missing`` is why it could not be counted, "" where it was.
    """

    item: str
    indicator: str
    weight: int
    smallest: int = 30
    more: bool = True
    of: str = ""
    missing: str = ""


class BoardCount(Record, frozen=True):
    """What was counted of one unit for one item; ``excluded`` are in neither of the other two."""

    item: str
    unit: str
    numerator: int = 0
    denominator: int = 0
    excluded: int = 0


class Standing(Record, frozen=True):
    """A board from ``since`` to ``until``, both days included. ``units`` are those compared, with their kinds."""

    board: str
    since: str
    until: str
    items: tuple[BoardItem, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[BoardCount, ...] = ()


class KeptStanding(Record, frozen=True):
    """A board that a step fixed, and when. A later count stands beside it and never in its place."""

    at: datetime
    standing: Standing


Counting: TypeAlias = "Callable[[str, str, str, str], Standing]"
"""Counts a board (by its id, from a day to a day) for the units directly below a unit. Comes from outside, like chance."""


def uncounted(board: str, since: str, until: str, above: str) -> Standing:
    """What is known where nothing can be counted: no item, no unit."""
    del above
    return Standing(board, since, until)
